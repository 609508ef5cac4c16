//! Revocation needs a token and a client, and says what is wrong as the token endpoint does.
//!
//! **Sent.** A revocation without `token`; one without authentication, of a live token; a GET.
//!
//! **Demanded.** `invalid_request`; `invalid_client` with 400 or 401; 405 or another refusal, and the token lives
//! on (RFC 7009 §2, §2.1 and §2.2.1).
//!
//! **Why it matters.** Clients revoke in the moment of an incident, and must be able to trust the answer.
//!
//! **The attack.** Anybody who knows a token can end it, and so end a service.
//!
//! **How servers went wrong.** 200 without a look at who asks.

use super::{State, revoke, state};
use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "revocation/refused",
    source: include_str!("refused.rs"),
    statements: &["RFC7009-2.1-02", "RFC7009-2.1-03", "RFC7009-2.2.1-01", "RFC7009-2-03"],
    needs: &[Need::Revocation],
    faults: &[
        Fault::new(
            "anybody",
            "revokes for everybody",
            Deviation::Reads(|request, registry| {
                if request.path() == "/revoke" && request.fields.get("Authorization").is_none() {
                    authenticate_as(request, registry.main());
                }
            }),
        ),
        Fault::new(
            "no-token",
            "answers 200 without a token",
            Deviation::Answers(|request, response| {
                if request.path() == "/revoke" && request.form().count("token") == 0 && request.method == "POST" {
                    *response = Response::empty(200);
                }
            }),
        ),
        Fault::new(
            "problem",
            "describes errors in a format of its own",
            Deviation::Answers(|request, response| {
                if request.path() == "/revoke" && response.status >= 400 && response.status != 405 {
                    response.body = json!({"title": "Bad Request"}).to_string().into_bytes();
                    response.fields.set("Content-Type", "application/problem+json");
                }
            }),
        ),
        Fault::new(
            "get",
            "revokes by GET",
            Deviation::Reads(|request, registry| {
                if request.path() == "/revoke" && request.method == "GET" {
                    "POST".clone_into(&mut request.method);
                    request.set_form(&request.query());
                    request.fields.set("Content-Type", Form::MEDIA_TYPE);
                    authenticate_as(request, registry.main());
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const NO_TOKEN: Refusal =
    Refusal { statement: "RFC7009-2.1-02", codes: &["invalid_request"], tolerated: &[], token: None };
const NO_CLIENT: Refusal = Refusal {
    statement: "RFC7009-2.1-03",
    codes: &["invalid_client", "invalid_request"],
    tolerated: &["unauthorized_client"],
    token: None,
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let Some(endpoint) = probe.target.revocation_endpoint.clone() else { return Ok(()) };
    let answer = probe.control().await?;
    let Some(grant) = answer.grant() else { return Ok(()) };
    let token = grant.access_token.expose_secret();
    let lived = probe.target.introspection_endpoint.is_some() && state(probe, grant).await? == State::Active;
    revoke(probe, "countersign-no-token", None).await?;
    let without = probe.ask(&endpoint, "token", token).without("token");
    let anonymous = probe.ask(&endpoint, "token", token).authenticated(Credentials::Nothing);
    for (request, refusal) in [(without, &NO_TOKEN), (anonymous, &NO_CLIENT)] {
        let answer = probe.near_miss(request).await?;
        let described = answer.describe();
        let error = (400..500).contains(&answer.status()) && matches!(answer.kind, Kind::Neither);
        if error {
            let expected = "an application/json object with `error`";
            probe.broken("RFC7009-2.2.1-01", None, expected, &described, answer.reply.exchange);
        } else {
            probe.judge(&answer, refusal);
        }
    }
    by_get(probe, &endpoint).await?;
    if lived && state(probe, grant).await? == State::Inactive {
        let actual = "the token is dead after refused requests to revoke it";
        probe.broken("RFC7009-2.1-03", None, "a token that lives on", actual, answer.reply.exchange);
    }
    Ok(())
}

/// Only what is no token goes into a URI.
async fn by_get(probe: &mut Probe<'_>, endpoint: &str) -> Outcome {
    let mark = if endpoint.contains('?') { '&' } else { '?' };
    let request = Request::get(&format!("{endpoint}{mark}token=countersign-no-token"));
    let reply = probe.send(&request).await?;
    let refused = (300..500).contains(&reply.response.status) || reply.response.status == 501;
    let described = reply.response.describe();
    // A page of the application around the endpoint is no revocation.
    let page = reply.response.media_type().as_deref() == Some("text/html");
    probe.demand(refused || page, "RFC7009-2-03", "no revocation by GET", &described, reply.exchange);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    async fn verdict(without: Response, anonymous: Response, get: Response) -> String {
        let server = canned(move |request| {
            let reply = match (request.method.as_str(), request.form().count("token")) {
                ("GET", _) => get.clone(),
                (_, 0) => without.clone(),
                _ if request.fields.get("Authorization").is_none() => anonymous.clone(),
                _ => Response::empty(200),
            };
            (request.path() == "/revoke").then_some(reply)
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        let (bad, client, method) =
            (refusal(400, "invalid_request"), refusal(401, "invalid_client"), Response::empty(405));
        assert_eq!(verdict(bad.clone(), client.clone(), method.clone()).await, "pass");
        assert_eq!(verdict(bad.clone(), client.clone(), page(200)).await, "pass");
        assert_eq!(verdict(Response::empty(200), client.clone(), method.clone()).await, "fail must RFC7009-2.1-02");
        assert_eq!(verdict(bad.clone(), Response::empty(200), method.clone()).await, "fail must RFC7009-2.1-03");
        assert_eq!(verdict(page(400), client.clone(), method.clone()).await, "fail must RFC7009-2.2.1-01");
        assert_eq!(verdict(bad.clone(), client.clone(), Response::empty(200)).await, "fail must RFC7009-2-03");
        assert_eq!(verdict(busy(503), client, method).await, "inconclusive");
    }
}
