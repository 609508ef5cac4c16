//! A public client gets no token by this grant.
//!
//! **Sent.** The baseline request with the `client_id` of `[companion.public]`, and no authentication.
//!
//! **Demanded.** `error=unauthorized_client`, `invalid_client` or `invalid_request` (RFC 6749 §4.4: the grant is for confidential
//! clients alone).
//!
//! **Why it matters.** A public client has nothing to prove who it is. Whoever reads its id in an app is the
//! client.
//!
//! **The attack.** The id of a phone app is enough to call the APIs that are meant for the company's own
//! programs.
//!
//! **How servers went wrong.** Three of seventeen servers that were tried issued a token to a public client.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "client-authentication/public-client",
    source: include_str!("public_client.rs"),
    statements: &["RFC6749-4.4-01"],
    needs: &[Need::PublicClient],
    faults: &[Fault::new(
        "allowed",
        "issues tokens to public clients",
        Deviation::Reads(|request, registry| {
            let form = request.form();
            let client = form.get("client_id").and_then(|id| registry.find(id));
            if client.is_some_and(|client| client.kind == RegisteredKind::Public) {
                request.edit_form(|form| form.remove("client_id"));
                authenticate_as(request, registry.main());
            }
        }),
    )],
    run: |probe| Box::pin(run(probe)),
};

/// `invalid_request` is as good: what such a client sends is a request without authentication.
const REFUSAL: Refusal = Refusal {
    statement: "RFC6749-4.4-01",
    codes: &["unauthorized_client", "invalid_client", "invalid_request"],
    tolerated: &["unsupported_grant_type", "invalid_grant"],
    token: None,
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let client = probe.companion(Role::Public)?;
    let answer = probe.near_miss(probe.request_of(client)).await?;
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
            (refusal(401, "invalid_client"), "pass"),
            (refusal(400, "invalid_request"), "pass"),
            (refusal(400, "invalid_grant"), "fail should RFC6749-4.4-01"),
            (refusal(400, "server_error"), "fail must RFC6749-4.4-01"),
            (token(), "fail must RFC6749-4.4-01"),
            (busy(429), "inconclusive"),
        ] {
            assert_eq!(
                verdict_on(&CHECK, |request| request.form().get("client_id") == Some("phone"), &reply).await,
                verdict
            );
        }
    }
}
