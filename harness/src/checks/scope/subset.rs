//! A token has the scope that was asked for, or the answer says otherwise.
//!
//! **Sent.** The request that works with the first of the client's scopes alone; then with all of them.
//!
//! **Demanded.** The scope of the token, by the answer, its claim or introspection, is the one that was asked for;
//! `scope` may be left out of the answer only then, and is a string of scopes with single spaces (RFC 6749 §3.3,
//! §5.1 and §10.3). More than was asked for is a violation, and a warning if it is said. Under OAuth 2.1 the answer
//! always names it.
//!
//! **Why it matters.** Clients ask for little so that little can be lost.
//!
//! **The attack.** A token with all rights of the client in the place of the one that was asked for.
//!
//! **How servers went wrong.** All registered scopes, whatever was asked for; arrays; commas.

use super::{effective, granted, untold};
use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "scope/subset",
    source: include_str!("subset.rs"),
    statements: &["RFC6749-3.3-01", "RFC6749-10.3-02", "RFC6749-5.1-30", "RFC6749-3.3-08", "OA21-3.2.3-01"],
    needs: &[Need::Scope],
    faults: &[
        Fault::new(
            "everything",
            "issues all scopes of the client and does not say so",
            Deviation::Answers(|request, response| {
                let asked = request.form().get("scope") == Some("read");
                grants(request, response, |response| {
                    if asked {
                        response.edit_object(|object| {
                            object.remove("scope");
                            // {"scope":"read write"} between two segments that nobody verifies.
                            object.insert("access_token".into(), "e30.eyJzY29wZSI6InJlYWQgd3JpdGUifQ.AAAA".into());
                        });
                    }
                });
            }),
        )
        .of("D14"),
        Fault::warning(
            "said",
            "issues more than was asked for, and says so",
            Deviation::Reads(|request, _| {
                if request.path() == "/token" && request.form().get("scope") == Some("read") {
                    request.edit_form(|form| form.set("scope", "read write"));
                }
            }),
        ),
        grant_fault!("commas", "separates scopes with commas", |response| {
            let scope = response.text("scope").unwrap_or_default().replace(' ', ",,\"");
            response.edit_object(|object| _ = object.insert("scope".into(), scope.into()));
        }),
        grant_fault!("array", "names its scopes in an array", |response| {
            response.edit_object(|object| _ = object.insert("scope".into(), json!(["read", "write"])));
        }),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let own = probe.target.client.scopes.clone();
    let single = own.first().cloned().unwrap_or_default();
    let mut is_told = true;
    for asked in [single, own.join(" ")] {
        let answer = probe.near_miss(probe.request().set("scope", &asked)).await?;
        let exchange = answer.reply.exchange;
        let Some(grant) = answer.grant() else {
            let expected = "a token of the scope that the client has";
            probe.broken("RFC6749-3.3-01", None, expected, &answer.describe(), exchange);
            continue;
        };
        let named = grant.members.get("scope").filter(|scope| !scope.is_null());
        if let Some(scope) = named {
            let sound = scope.as_str().is_some_and(|text| text.is_empty() || text.split(' ').all(is_scope));
            let actual = format!("`scope`: {scope}");
            probe.demand(sound, "RFC6749-3.3-08", "scopes with single spaces", &actual, exchange);
            if !sound {
                continue;
            }
        } else {
            probe.broken("OA21-3.2.3-01", None, "`scope` in the answer", "none", exchange);
        }
        let wanted = scopes(&asked);
        let told = named.is_some();
        let Some(has) = (if told { granted(probe, grant).await? } else { effective(probe, grant).await? }) else {
            is_told = false;
            continue;
        };
        let actual = format!("a token of the scope {}", has.iter().cloned().collect::<Vec<_>>().join(" "));
        let more = !has.is_subset(&wanted);
        if more {
            let level = if told { Level::Should } else { Level::Must };
            probe.broken("RFC6749-10.3-02", Some(level), "no more than was asked for", &actual, exchange);
        }
        if !told && has != wanted {
            probe.broken("RFC6749-5.1-30", None, "`scope` in the answer, since it is another one", &actual, exchange);
        }
    }
    if is_told { Ok(()) } else { Err(untold()) }
}

/// RFC 6749 §3.3.
fn is_scope(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| matches!(c, '!' | '#'..='[' | ']'..='~'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    /// The answer to a request for one scope.
    async fn verdict(reply: Response) -> String {
        verdict_on(&CHECK, |request| request.form().get("scope") == Some("read"), &reply).await
    }

    fn without(name: &str, mut response: Response) -> Response {
        response.edit_object(|object| _ = object.remove(name));
        response
    }

    #[tokio::test]
    async fn canned_replies() {
        let jwt = |scope: &str| without("scope", jwt_token(&json!({}), &json!({"scope": scope})));
        assert_eq!(verdict(token_with("scope", "read")).await, "pass");
        assert_eq!(verdict(token_with("scope", "")).await, "pass");
        assert_eq!(verdict(jwt("read")).await, "pass");
        assert_eq!(verdict(without("scope", token())).await, "inconclusive");
        assert_eq!(verdict(token_with("scope", "read write")).await, "fail should RFC6749-10.3-02");
        assert_eq!(verdict(jwt("read write")).await, "fail must RFC6749-10.3-02");
        assert_eq!(verdict(jwt("")).await, "fail must RFC6749-5.1-30");
        let scp = |header: Value| without("scope", jwt_token(&header, &json!({"scp": ["read"]})));
        assert_eq!(verdict(scp(json!({"typ": "JWT"}))).await, "inconclusive");
        assert_eq!(verdict(scp(json!({"typ": "at+jwt"}))).await, "fail must RFC6749-5.1-30");
        assert_eq!(verdict(token_with("scope", "read  write")).await, "fail must RFC6749-3.3-08");
        assert_eq!(verdict(token_with("scope", json!(["read"]))).await, "fail must RFC6749-3.3-08");
        assert_eq!(verdict(refusal(400, "invalid_scope")).await, "fail must RFC6749-3.3-01");
        assert_eq!(verdict(busy(503)).await, "inconclusive");
    }

    /// Where the token has no claim for it, introspection tells the scope.
    #[tokio::test]
    async fn introspection_tells_what_a_token_does_not() {
        for (typ, told, verdict) in [
            ("JWT", "read", "pass"),
            ("at+jwt", "read", "pass"),
            ("JWT", "read write", "fail must RFC6749-10.3-02"),
            ("JWT", "", "fail must RFC6749-5.1-30"),
        ] {
            let server = canned(move |request| match request.path() {
                "/token" if request.form().get("scope") == Some("read") => {
                    Some(without("scope", jwt_token(&json!({"typ": typ}), &json!({"roles": ["reader"]}))))
                }
                "/introspect" => Some(Response::json(200, &json!({"active": true, "scope": told}))),
                _ => None,
            });
            assert_eq!(server.verdict(&CHECK).await, verdict, "{typ}, {told}");
        }
    }
}
