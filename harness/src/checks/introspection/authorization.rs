//! Introspection answers nobody who has not proven who it is.
//!
//! **Sent.** The introspection of a good token without authentication; then with a wrong secret of
//! `[companion.disposable]`, if it is configured.
//!
//! **Demanded.** No `active: true`; 401, or 400 with `invalid_client` or `invalid_request` (RFC 7662 §2.1 and
//! §2.3). `active: false` for anybody is a warning.
//!
//! **Why it matters.** The answer tells for whom and for what a token is good.
//!
//! **The attack.** Whoever finds strings in a log asks the server which of them are tokens, and what they open.
//!
//! **How servers went wrong.** Endpoints that were meant for the inner network, and are reached from the outer one.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "introspection/authorization",
    source: include_str!("authorization.rs"),
    statements: &["RFC7662-2.1-01", "RFC7662-2.3-01"],
    needs: &[Need::Introspection],
    faults: &[
        Fault::new(
            "open",
            "answers everybody",
            Deviation::Reads(|request, registry| {
                let anonymous = request.fields.get("Authorization").is_none() && request.form().count("client_id") == 0;
                if request.path() == "/introspect" && anonymous && request.form().count("client_assertion") == 0 {
                    authenticate_as(request, registry.main());
                }
            }),
        ),
        Fault::new(
            "server-error",
            "answers 500 to a wrong secret",
            Deviation::Answers(|request, response| {
                if request.path() == "/introspect" && response.status == 401 {
                    *response = Response::empty(500);
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let Some(endpoint) = probe.target.introspection_endpoint.clone() else { return Ok(()) };
    let answer = probe.control().await?;
    let Some(grant) = answer.grant() else { return Ok(()) };
    let token = grant.access_token.expose_secret();
    let anonymous = probe.ask(&endpoint, "token", token).authenticated(Credentials::Nothing).to_request();
    let mut cases = vec![(Attempt::from(anonymous), "RFC7662-2.1-01")];
    if let Some(client) = probe.target.companions.get(&Role::Disposable) {
        let wrong = Credentials::Post(client.id.clone(), "countersign-wrong-secret".into());
        let request = probe.ask(&endpoint, "token", token).authenticated(wrong).to_request();
        cases.push((Attempt::from(request).wrong_secret(), "RFC7662-2.3-01"));
    } else {
        probe.leave("RFC7662-2.3-01", Stop::unconfigured(Role::Disposable));
    }
    for (case, statement) in cases {
        let answer = probe.near_miss(case).await?;
        let exchange = answer.reply.exchange;
        let active = answer.reply.response.object().and_then(|body| body.get("active")?.as_bool());
        let described = answer.describe();
        match (active, answer.status(), &answer.kind) {
            (Some(true), ..) => {
                probe.broken(statement, Some(Level::Must), "no answer", "`active`: true", exchange);
            }
            (Some(false), ..) => {
                probe.broken(statement, Some(Level::Should), "a refusal", "`active`: false", exchange);
            }
            (None, 401 | 403, _) => {}
            (None, 400, Kind::Refusal { error }) if ["invalid_client", "invalid_request"].contains(&error.as_str()) => {
            }
            _ => probe.broken(statement, None, "401, or 400 with invalid_client", &described, exchange),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    async fn verdict(reply: Response) -> String {
        let server = canned(move |request| (request.path() == "/introspect").then(|| reply.clone()));
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        for (reply, expected) in [
            (Response::empty(401), "pass"),
            (refusal(400, "invalid_client"), "pass"),
            (Response::json(200, &json!({"active": true})), "fail must RFC7662-2.1-01"),
            (Response::json(200, &json!({"active": false})), "fail should RFC7662-2.1-01"),
            (refusal(400, "invalid_grant"), "fail must RFC7662-2.1-01"),
            (busy(503), "inconclusive"),
        ] {
            assert_eq!(verdict(reply).await, expected);
        }
    }
}
