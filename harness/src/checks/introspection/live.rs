//! Introspection tells of a live token what the token is.
//!
//! **Sent.** The request that works, and the introspection of its token by the same client.
//!
//! **Demanded.** 200 and a JSON object with `active` true, members of the right types, this client and the scope
//! that was granted; for a JWT the same `iss`, `sub`, `aud`, `jti`, `exp` and `iat` as its claims; not to be cached
//! (RFC 7662 §2.2). If the client is told `active: false`, it may not be allowed to ask, and nothing is judged. The
//! members are also held against the snapshot of an earlier run.
//!
//! **Why it matters.** Resource servers that ask decide by this answer alone.
//!
//! **The attack.** An answer of another token or another client is a right of another client.
//!
//! **How servers went wrong.** `"true"` as a string, times as text, the scope of the registration in the place of
//! that of the token.

use super::agreement;
use crate::checks::prelude::*;
use crate::checks::shape;

pub(crate) const CHECK: Check = Check {
    id: "introspection/live",
    source: include_str!("live.rs"),
    statements: &[
        "RFC7662-2.2-02",
        "RFC7662-2.2-10",
        "RFC7662-2.2-11",
        "RFC7662-2.2-14",
        "RFC7662-2.2-15",
        "RFC7662-2.2-16",
        "HARNESS-17",
    ],
    needs: &[Need::Introspection],
    faults: &[
        introspection_fault!("text-active", "says active as a string", |object| {
            _ = object.insert("active".into(), "true".into());
        }),
        introspection_fault!("text-exp", "writes times as strings", |object| {
            _ = object.insert("exp".into(), "1764000000".into());
        }),
        introspection_fault!("other-exp", "tells another end", |object| {
            let exp = object.get("exp").and_then(Value::as_i64).unwrap_or_default();
            object.insert("exp".into(), json!(exp + 60));
        }),
        Fault {
            level: Level::Should,
            ..introspection_fault!("other-client", "tells of another client", |object| {
                object.insert("client_id".into(), "billing-job".into());
            })
        },
        Fault {
            level: Level::Should,
            ..introspection_fault!("other-subject", "tells of another subject", |object| {
                object.insert("sub".into(), "somebody".into());
            })
        },
        Fault {
            level: Level::Should,
            ..introspection_fault!("more-scope", "tells of more scopes than were granted", |object| {
                object.insert("scope".into(), "read write admin".into());
            })
        },
        Fault::new(
            "html",
            "says that its answer is HTML",
            Deviation::Answers(|request, response| {
                if request.path() == "/introspect" {
                    response.fields.set("Content-Type", "text/html");
                }
            }),
        ),
        Fault::warning(
            "cached",
            "lets caches keep the answer",
            Deviation::Answers(|request, response| {
                if request.path() == "/introspect" {
                    response.fields.remove("Cache-Control");
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

/// A member and what it must be, if it is there (RFC 7662 §2.2).
type Rule = (&'static str, &'static str, fn(&Value) -> bool);

const TYPES: [Rule; 10] = [
    ("scope", "a string", Value::is_string),
    ("client_id", "a string", Value::is_string),
    ("token_type", "a string", Value::is_string),
    ("iss", "a string", Value::is_string),
    ("sub", "a string", Value::is_string),
    ("jti", "a string", Value::is_string),
    ("exp", "a whole number", is_whole),
    ("iat", "a whole number", is_whole),
    ("nbf", "a whole number", is_whole),
    ("aud", "a string or an array", |value| value.is_string() || value.is_array()),
];

fn is_whole(value: &Value) -> bool {
    value.is_i64() || value.is_u64()
}

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let answer = probe.control().await?;
    let Some(grant) = answer.grant() else { return Ok(()) };
    let Some(endpoint) = probe.target.introspection_endpoint.clone() else { return Ok(()) };
    let request = probe.ask(&endpoint, "token", grant.access_token.expose_secret()).to_request();
    let reply = probe.send(&request).await?;
    let (response, exchange) = (&reply.response, reply.exchange);
    let described = response.describe();
    let body = response.object().filter(|_| response.status == 200);
    let Some(body) = body.filter(|body| body.contains_key("active")) else {
        return Err(Stop::NotApplicable(format!("the endpoint does not tell this client about tokens: {described}")));
    };
    let json = response.media_type().as_deref() == Some("application/json");
    probe.demand(json, "RFC7662-2.2-11", "application/json", &described, exchange);
    let actual = format!("`active`: {}", body.get("active").cloned().unwrap_or_default());
    match body.get("active") {
        Some(Value::Bool(true)) => {}
        Some(Value::Bool(false)) => {
            // RFC 7662 §2.2: who may not know of the token is told that it is not active.
            return Err(Stop::NotApplicable(
                "the server does not call the fresh token active towards this client".into(),
            ));
        }
        _ => {
            probe.broken("RFC7662-2.2-10", None, "`active`, a boolean", &actual, exchange);
            for statement in ["RFC7662-2.2-02", "RFC7662-2.2-14", "RFC7662-2.2-15", "RFC7662-2.2-16", "HARNESS-17"] {
                probe.leave(statement, Stop::Inconclusive("introspection does not say whether it is active".into()));
            }
            return Ok(());
        }
    }
    for (name, expected, sound) in TYPES {
        let Some(value) = body.get(name) else { continue };
        let expected = format!("`{name}`, {expected}");
        probe.demand(sound(value), "RFC7662-2.2-14", &expected, &format!("`{name}`: {value}"), exchange);
    }
    let kept = response.fields.list("Cache-Control").to_ascii_lowercase().contains("no-store");
    let shown = format!("Cache-Control: {}", response.fields.shown("Cache-Control"));
    probe.demand(kept, "HARNESS-17", "Cache-Control with no-store", &shown, exchange);
    agreement(probe, grant, &body, exchange);
    probe.follow(&[vec![shape::head(response)], shape::members(&body)].concat().join("\n"), exchange);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Status;
    use crate::testing::*;

    async fn verdict(edit: fn(&mut Response)) -> String {
        let server = canned(move |request| match request.path() {
            "/token" => Some(token_with(
                "access_token",
                jwt_token(&json!({}), &json!({"sub": "job", "aud": ["a"], "exp": 9.5})).text("access_token").unwrap(),
            )),
            "/introspect" => {
                let mut response = Response::json(
                    200,
                    &json!({
                        "active": true, "client_id": "job", "sub": "job", "aud": "a", "scope": "read", "exp": 9
                    }),
                );
                response.fields.set("Cache-Control", "no-store");
                edit(&mut response);
                Some(response)
            }
            _ => None,
        });
        server.verdict(&CHECK).await
    }

    /// There are no claims with which the members of an opaque token could agree.
    #[tokio::test]
    async fn an_opaque_token_agrees_with_nothing() {
        let active = || Response::json(200, &json!({"active": true, "exp": 9}));
        let server = canned(move |request| (request.path() == "/introspect").then(active));
        assert_eq!(server.status(&CHECK, "RFC7662-2.2-14").await, Status::Met);
        assert_eq!(server.status(&CHECK, "RFC7662-2.2-16").await, Status::NotApplicable);
    }

    /// Only what stands on both sides can agree.
    #[tokio::test]
    async fn members_that_are_not_told_agree_with_nothing() {
        for (told, claim, status) in [
            (json!({"active": true}), "sub", Status::NotApplicable),
            (json!({"active": true, "exp": "soon"}), "exp", Status::NotApplicable),
            (json!({"active": true, "client_id": "job", "sub": 9, "exp": 9}), "sub", Status::Met),
        ] {
            let token = jwt_token(&json!({}), &json!({claim: 9, "exp": 9}));
            let server = canned(move |request| match request.path() {
                "/token" => Some(token.clone()),
                "/introspect" => Some(Response::json(200, &told)),
                _ => None,
            });
            for id in ["RFC7662-2.2-02", "RFC7662-2.2-15", "RFC7662-2.2-16"] {
                assert_eq!(server.status(&CHECK, id).await, status, "{id}");
            }
        }
    }

    /// A text is no boolean, and what else stands beside it was not looked at.
    #[tokio::test]
    async fn members_of_who_knows_what_are_not_judged() {
        let odd = || Response::json(200, &json!({"active": "true", "exp": "soon"}));
        let server = canned(move |request| (request.path() == "/introspect").then(odd));
        assert_eq!(server.status(&CHECK, "RFC7662-2.2-11").await, Status::Met);
        for id in CHECK.statements.iter().filter(|id| !["RFC7662-2.2-10", "RFC7662-2.2-11"].contains(id)) {
            assert_eq!(server.status(&CHECK, id).await, Status::Inconclusive, "{id}");
        }
    }

    #[tokio::test]
    async fn canned_replies() {
        macro_rules! with {
            ($name:literal, $value:expr) => {
                verdict(|response| response.edit_object(|object| _ = object.insert($name.into(), json!($value)))).await
            };
        }
        assert_eq!(verdict(|_| ()).await, "pass");
        assert_eq!(with!("active", false), "skip");
        assert_eq!(with!("active", 1), "fail must RFC7662-2.2-10");
        assert_eq!(with!("exp", "9"), "fail must RFC7662-2.2-14");
        assert_eq!(with!("exp", 11), "fail must RFC7662-2.2-02");
        assert_eq!(with!("scope", ""), "pass");
        assert_eq!(with!("scope", "read admin"), "fail should RFC7662-2.2-15");
        assert_eq!(with!("client_id", "other"), "fail should RFC7662-2.2-15");
        assert_eq!(with!("sub", "other"), "fail should RFC7662-2.2-16");
        assert_eq!(verdict(|response| response.fields.remove("Cache-Control")).await, "fail should HARNESS-17");
        assert_eq!(
            verdict(|response| response.fields.set("Content-Type", "text/plain")).await,
            "fail must RFC7662-2.2-11"
        );
        assert_eq!(verdict(|response| response.status = 503).await, "inconclusive");
    }
}
