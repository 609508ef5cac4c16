//! A scope that does not exist is not granted.
//!
//! **Sent.** The request that works, with a scope that nobody registered.
//!
//! **Demanded.** `error=invalid_scope`, or a token without that scope whose answer says so in `scope` (RFC 6749
//! §3.3 and §5.2).
//!
//! **Why it matters.** A resource server trusts the scopes of a token. What a client may invent, a client has.
//!
//! **The attack.** A client asks for `admin`; the server writes it into a signed token because nobody told it not
//! to.
//!
//! **How servers went wrong.** One minted every invented scope into the token; five of seventeen servers that
//! were tried dropped it without a word.

use super::{granted, untold};
use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "scope/unknown",
    source: include_str!("unknown.rs"),
    statements: &["RFC6749-5.2-30", "RFC6749-3.3-02"],
    needs: &[],
    faults: &[
        Fault::new(
            "granted",
            "grants what nobody registered",
            Deviation::Sets(|settings| settings.excessive_scopes = ExcessiveScopes::Granted),
        ),
        Fault::new(
            "silently-dropped",
            "drops it and does not say so",
            Deviation::Sets(|settings| settings.excessive_scopes = ExcessiveScopes::SilentlyDropped),
        )
        .of("D15"),
        Fault::new(
            "invalid-grant",
            "answers with another code",
            Deviation::Answers(|request, response| code(request, response, "invalid_scope", "invalid_grant")),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const SCOPE: &str = "x_countersign_unknown";

const REFUSAL: Refusal =
    Refusal { statement: "RFC6749-5.2-30", codes: &["invalid_scope"], tolerated: &["invalid_request"], token: None };

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let answer = probe.near_miss(probe.request().set("scope", SCOPE)).await?;
    let exchange = answer.reply.exchange;
    let Some(grant) = answer.grant() else {
        probe.judge(&answer, &REFUSAL);
        return Ok(());
    };
    let named = grant.scope.clone();
    let Some(granted) = granted(probe, grant).await? else {
        return Err(untold());
    };
    let names = granted.iter().cloned().collect::<Vec<_>>().join(" ");
    let actual =
        if names.is_empty() { "a token without a scope".into() } else { format!("a token with scope `{names}`") };
    let kept = granted.contains(SCOPE);
    probe.demand(!kept, "RFC6749-5.2-30", "the unknown scope refused or left out", &actual, exchange);
    if !kept && named.is_none() {
        probe.broken(
            "RFC6749-3.3-02",
            None,
            "`scope` in the answer, because it is not what was asked for",
            &actual,
            exchange,
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use serde_json::json;

    #[tokio::test]
    async fn canned_replies() {
        let with = |name: &str, value: Option<&str>| {
            let mut response = token();
            response.edit_object(|object| {
                object.remove("scope");
                object.extend(value.map(|value| (name.to_owned(), json!(value))));
            });
            response
        };
        // {"scope":"read"} between two segments that do not matter.
        let jwt = with("access_token", Some("e30.eyJzY29wZSI6InJlYWQifQ.AAAA"));
        for (reply, verdict) in [
            (refusal(400, "invalid_scope"), "pass"),
            (with("scope", Some("read")), "pass"),
            (with("scope", Some(SCOPE)), "fail must RFC6749-5.2-30"),
            (jwt, "fail must RFC6749-3.3-02"),
            (with("scope", None), "inconclusive"),
            // {"typ":"JWT"} and {"scp":["read"]}; then {"typ":"at+jwt"} and the same.
            (with("access_token", Some("eyJ0eXAiOiJKV1QifQ.eyJzY3AiOlsicmVhZCJdfQ.AAAA")), "inconclusive"),
            (
                with("access_token", Some("eyJ0eXAiOiJhdCtqd3QifQ.eyJzY3AiOlsicmVhZCJdfQ.AAAA")),
                "fail must RFC6749-3.3-02",
            ),
            (refusal(400, "invalid_request"), "fail should RFC6749-5.2-30"),
            (refusal(400, "invalid_grant"), "fail must RFC6749-5.2-30"),
            (busy(429), "inconclusive"),
        ] {
            assert_eq!(verdict_on(&CHECK, |request| request.form().get("scope") == Some(SCOPE), &reply).await, verdict);
        }
    }
}
