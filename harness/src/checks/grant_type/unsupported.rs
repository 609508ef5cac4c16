//! A grant that the server does not have is refused as `unsupported_grant_type`.
//!
//! **Sent.** The request that works, with generated grant types: names and URIs that nobody registered.
//!
//! **Demanded.** Status 400 and `error=unsupported_grant_type` (RFC 6749 §5.2). `invalid_request` and
//! `unauthorized_client` are warnings.
//!
//! **Why it matters.** The code tells a client that there is no use in trying again with other credentials. A
//! wrong code sends people to look for the mistake in the wrong place.
//!
//! **The attack.** A server that falls back to a default grant for what it does not know issues tokens for
//! requests that nobody reviewed.
//!
//! **How servers went wrong.** One mapped every error that is not a server error to `invalid_request`; another
//! answered 501.

use crate::checks::prelude::*;
use crate::property::{falsify, unsupported_grant_types};

pub(crate) const CHECK: Check = Check {
    id: "grant-type/unsupported",
    source: include_str!("unsupported.rs"),
    statements: &["RFC6749-5.2-11"],
    needs: &[],
    faults: &[
        Fault::new(
            "fallback",
            "falls back to client_credentials for a grant that it does not know",
            Deviation::Reads(|request, _| {
                if request.form().get("grant_type").is_some_and(|grant| !grant.is_empty()) {
                    request.edit_form(|form| form.set("grant_type", "client_credentials"));
                }
            }),
        ),
        Fault::new(
            "invalid-grant",
            "answers invalid_grant",
            Deviation::Answers(|request, response| code(request, response, "unsupported_grant_type", "invalid_grant")),
        ),
        Fault::new(
            "urn-server-error",
            "answers 500 to a grant type that is a URN",
            Deviation::Answers(|request, response| {
                if request.form().get("grant_type").is_some_and(|grant| grant.starts_with("urn:")) {
                    *response = Response::empty(500);
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const REFUSAL: Refusal = Refusal {
    statement: "RFC6749-5.2-11",
    codes: &["unsupported_grant_type"],
    tolerated: &["invalid_request", "unauthorized_client"],
    token: None,
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    falsify(probe, &unsupported_grant_types(), async |probe, grant_type| {
        let answer = probe.attempt(probe.request().set("grant_type", grant_type)).await?;
        Ok(probe.unless_refused(&answer, &REFUSAL))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        let other = |request: &Request| request.form().get("grant_type") != Some("client_credentials");
        for (reply, verdict) in [
            (refusal(400, "unsupported_grant_type"), "pass"),
            (refusal(400, "invalid_request"), "fail should RFC6749-5.2-11"),
            (refusal(400, "invalid_grant"), "fail must RFC6749-5.2-11"),
            (refusal(401, "unsupported_grant_type"), "fail should RFC6749-5.2-11"),
            (token(), "fail must RFC6749-5.2-11"),
            (busy(429), "inconclusive"),
        ] {
            assert_eq!(verdict_on(&CHECK, other, &reply).await, verdict);
        }
    }
}
