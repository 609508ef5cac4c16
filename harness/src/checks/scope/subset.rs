//! A token has the scope that was asked for, or the answer says otherwise.
//!
//! **Sent.** The request that works with the first of the client's scopes alone; then with all of them; then with some
//! random sets of them, in random orders.
//!
//! **Demanded.** The scope of the token, by the answer, its claim or introspection, is the one that was asked for;
//! `scope` may be left out of the answer only then, and is a string of scopes with single spaces (RFC 6749 §3.3,
//! §5.1 and §10.3). More than was asked for is a violation, and a warning if it is said. Under OAuth 2.1 the answer
//! always names it. A server may refuse a random set with `invalid_scope`: one scope may take another.
//!
//! **Why it matters.** Clients ask for little so that little can be lost.
//!
//! **The attack.** A token with all rights of the client in the place of the one that was asked for.
//!
//! **How servers went wrong.** All registered scopes, whatever was asked for; arrays; commas.

use super::{effective, granted, is_scope, untold};
use crate::checks::prelude::*;
use crate::property::{falsify_few, subsets};
use std::cmp::Reverse;
use std::collections::BTreeSet;

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
        Fault::new(
            "implied",
            "lets who may write read as well, and does not say so",
            Deviation::Answers(|request, response| {
                let asked = request.form().get("scope") == Some("write");
                grants(request, response, |response| {
                    if asked {
                        response.edit_object(|object| {
                            object.remove("scope");
                            // The same as above.
                            object.insert("access_token".into(), "e30.eyJzY29wZSI6InJlYWQgd3JpdGUifQ.AAAA".into());
                        });
                    }
                });
            }),
        )
        .of("D14"),
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
    let (mut is_told, mut is_sound) = (true, true);
    for asked in [single, own.join(" ")] {
        let answer = probe.near_miss(probe.request().set("scope", &asked)).await?;
        let exchange = answer.reply.exchange;
        let Some(grant) = answer.grant() else {
            let expected = "a token of the scope that the client has";
            probe.broken("RFC6749-3.3-01", None, expected, &answer.describe(), exchange);
            is_sound = false;
            continue;
        };
        if named(grant).is_none() {
            probe.broken("OA21-3.2.3-01", None, "`scope` in the answer", "none", exchange);
        }
        match breaches(probe, &scopes(&asked), grant, exchange).await? {
            None => is_told = false,
            Some(breaches) => {
                is_sound &= breaches.is_empty();
                breaches.into_iter().for_each(|breach| probe.record(Some(breach)));
            }
        }
    }
    if !is_told {
        return Err(untold());
    }
    // A server that does these two wrong shows nothing new with others.
    if is_sound && own.len() > 1 { some_of(probe, &own).await } else { Ok(()) }
}

/// The request that works with random sets of these scopes.
async fn some_of(probe: &mut Probe<'_>, own: &[String]) -> Outcome {
    falsify_few(probe, &subsets(own), async |probe, set| {
        let answer = probe.attempt(probe.request().set("scope", set.join(" "))).await?;
        let exchange = answer.reply.exchange;
        match &answer.kind {
            Kind::Token(grant) => {
                let wanted = set.into_iter().collect();
                let breaches = breaches(probe, &wanted, grant, exchange).await?.ok_or_else(untold)?;
                Ok(breaches
                    .into_iter()
                    .filter(|breach| probe.counts(breach))
                    .min_by_key(|breach| Reverse(breach.level)))
            }
            Kind::Refusal { error } if error == "invalid_scope" && answer.status() == 400 => Ok(None),
            Kind::Refusal { .. } | Kind::Neither => {
                let expected = "a token, or error=invalid_scope";
                Ok(Some(probe.finding("RFC6749-3.3-01", None, expected, &answer.describe(), exchange)))
            }
        }
    })
    .await
}

/// `scope` in the answer, whatever it is.
fn named(grant: &Grant) -> Option<&Value> {
    grant.members.get("scope").filter(|scope| !scope.is_null())
}

/// What is wrong with a token for these scopes; none, if nothing tells which it has.
async fn breaches(
    probe: &mut Probe<'_>,
    wanted: &BTreeSet<String>,
    grant: &Grant,
    exchange: usize,
) -> Result<Option<Vec<Finding>>, Stop> {
    let told = named(grant).is_some();
    if let Some(scope) = named(grant) {
        let sound = scope.as_str().is_some_and(|text| text.is_empty() || text.split(' ').all(is_scope));
        if !sound {
            let (expected, actual) = ("scopes with single spaces", format!("`scope`: {scope}"));
            return Ok(Some(vec![probe.finding("RFC6749-3.3-08", None, expected, &actual, exchange)]));
        }
    }
    let Some(has) = (if told { granted(probe, grant).await? } else { effective(probe, grant).await? }) else {
        return Ok(None);
    };
    let actual = format!("a token of the scope {}", has.iter().cloned().collect::<Vec<_>>().join(" "));
    let mut breaches = Vec::new();
    if !has.is_subset(wanted) {
        let level = if told { Level::Should } else { Level::Must };
        let expected = "no more than was asked for";
        breaches.push(probe.finding("RFC6749-10.3-02", Some(level), expected, &actual, exchange));
    }
    if !told && has != *wanted {
        let expected = "`scope` in the answer, since it is another one";
        breaches.push(probe.finding("RFC6749-5.1-30", None, expected, &actual, exchange));
    }
    Ok(Some(breaches))
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
        assert_eq!(verdict(scp(json!({"typ": "at+jwt"}))).await, "inconclusive");
        assert_eq!(verdict(token_with("scope", "read  write")).await, "fail must RFC6749-3.3-08");
        assert_eq!(verdict(token_with("scope", json!(["read"]))).await, "fail must RFC6749-3.3-08");
        assert_eq!(verdict(refusal(400, "invalid_scope")).await, "fail must RFC6749-3.3-01");
        assert_eq!(verdict(busy(503)).await, "inconclusive");
    }

    /// The answer to a request for two of three scopes, in any order.
    async fn verdict_on_two(reply: Response) -> String {
        let mut server = canned(move |request| {
            let form = request.form();
            let asked = form.get("scope").unwrap_or_default();
            let reply =
                if ["list write", "write list"].contains(&asked) { reply.clone() } else { token_with("scope", asked) };
            (request.path() == "/token").then_some(reply)
        });
        server.edit = |config| {
            config.client.scopes = ["read", "write", "list"].map(str::to_owned).to_vec();
            config.limits.cases = 128;
        };
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn every_set_is_what_was_asked_for() {
        let jwt = |scope: &str| without("scope", jwt_token(&json!({}), &json!({"scope": scope})));
        assert_eq!(verdict_on_two(token_with("scope", "write list")).await, "pass");
        assert_eq!(verdict_on_two(token_with("scope", "write")).await, "pass");
        assert_eq!(verdict_on_two(jwt("write list")).await, "pass");
        // A scope may take another one.
        assert_eq!(verdict_on_two(refusal(400, "invalid_scope")).await, "pass");
        assert_eq!(verdict_on_two(token_with("scope", "list read write")).await, "fail should RFC6749-10.3-02");
        assert_eq!(verdict_on_two(jwt("list read write")).await, "fail must RFC6749-10.3-02");
        assert_eq!(verdict_on_two(jwt("write")).await, "fail must RFC6749-5.1-30");
        assert_eq!(verdict_on_two(refusal(400, "invalid_request")).await, "fail must RFC6749-3.3-01");
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
