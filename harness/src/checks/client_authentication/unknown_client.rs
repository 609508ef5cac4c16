//! A client that nobody registered gets 401, `invalid_client` and a challenge.
//!
//! **Sent.** The request that works, with Basic credentials of a client that does not exist.
//!
//! **Demanded.** Status 401, `error=invalid_client`, and `WWW-Authenticate` with the Basic scheme and a realm,
//! because the client used the Authorization field (RFC 6749 §5.2, RFC 9110 §11.6.1, RFC 7617 §2).
//!
//! **Why it matters.** HTTP libraries react to the challenge: without one, they do not know that other
//! credentials would help.
//!
//! **The attack.** A server that stumbles over unknown names shows which names it knows.
//!
//! **How servers went wrong.** 400 in place of 401, `unauthorized_client` in place of `invalid_client`, and a
//! bare 401, all of them in widespread products.

use super::{BasicRefusal, judge_basic_refusal};
use crate::checks::prelude::*;
use secrecy::SecretString;

pub(crate) const CHECK: Check = Check {
    id: "client-authentication/unknown-client",
    source: include_str!("unknown_client.rs"),
    statements: &["RFC6749-5.2-03", "RFC6749-5.2-01", "RFC9110-11.6.1-01", "RFC7617-2-02"],
    needs: &[],
    faults: &[
        Fault::new(
            "taken-for-another",
            "takes an unknown client for one that it knows",
            Deviation::Reads(|request, registry| {
                let value = request.fields.get("Authorization").unwrap_or_default();
                let unknown = basic_id(value).is_some_and(|id| registry.find(&id).is_none());
                if request.path() == "/token" && unknown {
                    authenticate_as(request, registry.main());
                }
            }),
        ),
        Fault::new(
            "unauthorized-client",
            "answers unauthorized_client",
            Deviation::Answers(|request, response| code(request, response, "invalid_client", "unauthorized_client")),
        ),
        refusal_fault!("status-400", "answers 400 to refused Basic credentials", |response| response.status = 400),
        refusal_fault!("no-challenge", "sends no challenge", |response| response.fields.remove("WWW-Authenticate")),
        refusal_fault!("other-challenge", "sends a challenge of another scheme", |response| {
            if response.status == 401 {
                response.fields.set("WWW-Authenticate", "Bearer realm=\"countersign\"");
            }
        }),
        refusal_fault!("no-realm", "sends a challenge without a realm", |response| {
            if response.status == 401 {
                response.fields.set("WWW-Authenticate", "Basic charset=\"UTF-8\"");
            }
        }),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let id = format!("countersign-unknown-{:x}", probe.options.seed);
    let secret = SecretString::from("countersign-unknown-secret");
    let request = probe.request().authenticated(Credentials::Basic(id, secret, BasicEncoding::Form));
    let answer = probe.near_miss(request).await?;
    judge_basic_refusal(probe, &answer, &BasicRefusal { token: "RFC6749-5.2-03" });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        let challenged = |value: &str| {
            let mut response = refusal(401, "invalid_client");
            response.fields.set("WWW-Authenticate", value);
            response
        };
        for (reply, verdict) in [
            (challenged("basic realm=\"\""), "pass"),
            (challenged("Basic realm = \"a\""), "pass"),
            (challenged("Bearer realm=\"a\", Basic realm=\"b, c\""), "pass"),
            (challenged("Bearer"), "fail must RFC6749-5.2-01"),
            (challenged("Basic"), "fail must RFC7617-2-02"),
            (refusal(401, "invalid_client"), "fail must RFC6749-5.2-01"),
            (refusal(400, "invalid_client"), "fail must RFC6749-5.2-01"),
            (refusal(400, "unauthorized_client"), "fail must RFC6749-5.2-01"),
            (token(), "fail must RFC6749-5.2-03"),
            (gateway_page(401), "inconclusive"),
            (busy(429), "inconclusive"),
        ] {
            let unknown = |request: &Request| {
                basic_id(request.fields.get("Authorization").unwrap_or_default())
                    .is_some_and(|id| id.starts_with("countersign"))
            };
            assert_eq!(verdict_on(&CHECK, unknown, &reply).await, verdict);
        }
    }
}
