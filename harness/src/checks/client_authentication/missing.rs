//! A request without client authentication is refused.
//!
//! **Sent.** The request that works, without any authentication, and then with the `client_id` alone.
//!
//! **Demanded.** `error=invalid_client`, or `invalid_request`; the status may be 400 or 401, because no
//! Authorization field was used (RFC 6749 §4.4.2, §2.2 and §5.2).
//!
//! **Why it matters.** The client is the only party in this grant. Without its authentication there is nothing
//! that a token could rest on.
//!
//! **The attack.** A client id is public: it stands in URLs and logs. Whoever has read it has a token.
//!
//! **How servers went wrong.** Seven of seventeen servers that were tried gave a wrong code; one that trusted its
//! gateway issued a token.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "client-authentication/missing",
    source: include_str!("missing.rs"),
    statements: &["RFC6749-4.4.2-02", "RFC6749-2.2-01"],
    needs: &[],
    faults: &[
        Fault::new(
            "not-needed",
            "issues tokens to nobody in particular",
            Deviation::Reads(|request, registry| {
                let anonymous = request.fields.get("Authorization").is_none() && request.form().count("client_id") == 0;
                if request.path() == "/token" && anonymous {
                    authenticate_as(request, registry.main());
                }
            }),
        ),
        Fault::new(
            "id-suffices",
            "takes a client_id for authentication",
            Deviation::Reads(|request, registry| {
                let form = request.form();
                let secret = request.fields.get("Authorization").is_some() || form.count("client_secret") > 0;
                if let Some(client) = form.get("client_id").and_then(|id| registry.find(id)).filter(|_| !secret) {
                    authenticate_as(request, client);
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const NOTHING: Refusal = Refusal {
    statement: "RFC6749-4.4.2-02",
    codes: &["invalid_client", "invalid_request"],
    tolerated: &[],
    token: None,
};

const ID_ALONE: Refusal = Refusal { statement: "RFC6749-2.2-01", ..NOTHING };

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let nothing = probe.near_miss(probe.request().authenticated(Credentials::Nothing)).await?;
    probe.judge(&nothing, &NOTHING);
    let id = Credentials::Public(probe.target.client.id.clone());
    let request = probe.request().authenticated(id).to_request();
    let id_alone = probe.near_miss(Attempt::from(request).fails_authentication()).await?;
    probe.judge(&id_alone, &ID_ALONE);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        for (reply, verdict) in [
            (refusal(400, "invalid_client"), "pass"),
            (refusal(401, "invalid_client"), "pass"),
            (refusal(400, "invalid_request"), "pass"),
            (refusal(400, "unauthorized_client"), "fail must RFC6749-4.4.2-02"),
            (token(), "fail must RFC6749-4.4.2-02"),
            (busy(429), "inconclusive"),
        ] {
            let anonymous = |request: &Request| request.fields.get("Authorization").is_none();
            assert_eq!(verdict_on(&CHECK, anonymous, &reply).await, verdict);
        }
    }
}
