//! A request without `grant_type` is refused as `invalid_request`.
//!
//! **Sent.** The request that works, without its `grant_type`; the client authenticates as always.
//!
//! **Demanded.** Status 400 and `error=invalid_request` (RFC 6749 §5.2: a required parameter is missing).
//! `unsupported_grant_type` is a warning.
//!
//! **Why it matters.** The grant type decides by which rules a token is issued. A server that fills the gap
//! itself decides for the client.
//!
//! **The attack.** A request that was meant for something else, or was cut short on the way, yields a token.
//!
//! **How servers went wrong.** Many look the missing value up in their table of grants, do not find it and answer
//! `unsupported_grant_type`; a few take client credentials for granted.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "grant-type/missing",
    source: include_str!("missing.rs"),
    statements: &["RFC6749-5.2-10"],
    needs: &[],
    faults: &[
        Fault::new(
            "assumed",
            "takes client_credentials for granted",
            Deviation::Reads(|request, _| {
                if request.form().get("grant_type").is_none() {
                    request.edit_form(|form| form.set("grant_type", "client_credentials"));
                }
            }),
        ),
        Fault::new(
            "server-error",
            "answers 500",
            Deviation::Answers(|request, response| {
                if request.path() == "/token" && request.form().get("grant_type").is_none() {
                    *response = Response::empty(500);
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const REFUSAL: Refusal = Refusal {
    statement: "RFC6749-5.2-10",
    codes: &["invalid_request"],
    tolerated: &["unsupported_grant_type"],
    token: None,
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let answer = probe.near_miss(probe.request().without("grant_type")).await?;
    probe.judge(&answer, &REFUSAL);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        for (reply, verdict) in [
            (refusal(400, "invalid_request"), "pass"),
            (refusal(400, "unsupported_grant_type"), "fail should RFC6749-5.2-10"),
            (refusal(422, "invalid_request"), "fail should RFC6749-5.2-10"),
            (refusal(400, "invalid_grant"), "fail must RFC6749-5.2-10"),
            (token(), "fail must RFC6749-5.2-10"),
            (page(403), "fail must RFC6749-5.2-10"),
            (gateway_page(403), "inconclusive"),
            (busy(429), "inconclusive"),
            (busy(503), "inconclusive"),
            (Response::empty(500), "fail must RFC6749-5.2-10"),
        ] {
            assert_eq!(verdict_on(&CHECK, |request| request.form().get("grant_type").is_none(), &reply).await, verdict);
        }
    }
}
