//! A client that may not use this grant gets `unauthorized_client`.
//!
//! **Sent.** The baseline request with the credentials of `[companion.no_grant]`.
//!
//! **Demanded.** Status 400 and `error=unauthorized_client` (RFC 6749 §5.2). `unsupported_grant_type` and
//! `invalid_grant` are warnings.
//!
//! **Why it matters.** A client that was registered to log people in has no business with tokens of its own.
//!
//! **The attack.** The secret of a web application leaks; without this rule it also opens every API that trusts
//! this grant.
//!
//! **How servers went wrong.** Six of seventeen servers that were tried gave another code or status; some check
//! the grant only for public clients.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "client-authentication/no-grant",
    source: include_str!("no_grant.rs"),
    statements: &["RFC6749-5.2-12"],
    needs: &[Need::ClientWithoutGrant],
    faults: &[
        Fault::new(
            "not-checked",
            "lets every client use the grant",
            Deviation::Reads(|request, registry| {
                let id = basic_id(request.fields.get("Authorization").unwrap_or_default());
                if id.and_then(|id| registry.find(&id)).is_some_and(|client| client.kind == RegisteredKind::NoGrant) {
                    authenticate_as(request, registry.main());
                }
            }),
        ),
        Fault::new(
            "access-denied",
            "answers access_denied",
            Deviation::Answers(|request, response| code(request, response, "unauthorized_client", "access_denied")),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const REFUSAL: Refusal = Refusal {
    statement: "RFC6749-5.2-12",
    codes: &["unauthorized_client"],
    tolerated: &["unsupported_grant_type", "invalid_grant"],
    token: None,
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let client = probe.companion(Role::NoGrant)?;
    let answer = probe.near_miss(probe.request_of(client)).await?;
    if matches!(&answer.kind, Kind::Refusal { error } if error == "invalid_client") {
        return Err(Stop::Inconclusive(
            "the server does not know [companion.no_grant]: check its id and secret".into(),
        ));
    }
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
            (refusal(400, "unauthorized_client"), "pass"),
            (refusal(403, "unauthorized_client"), "fail should RFC6749-5.2-12"),
            (refusal(400, "unsupported_grant_type"), "fail should RFC6749-5.2-12"),
            (refusal(400, "access_denied"), "fail must RFC6749-5.2-12"),
            (refusal(401, "invalid_client"), "inconclusive"),
            (token(), "fail must RFC6749-5.2-12"),
            (busy(429), "inconclusive"),
        ] {
            let case = |request: &Request| {
                basic_id(request.fields.get("Authorization").unwrap_or_default()).as_deref() == Some("web")
            };
            assert_eq!(verdict_on(&CHECK, case, &reply).await, verdict);
        }
    }
}
