//! A scope that does not exist is not granted.
//!
//! **Sent.** The request that works, with a scope that nobody registered; then with random ones of the characters that a
//! scope may have, alone or among some of the client's.
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
use crate::property::{falsify_few, strangers};

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
            "granted-behind-a-known-one",
            "looks at the first scope alone, and grants all of them",
            Deviation::Sets(|settings| settings.excessive_scopes = ExcessiveScopes::GrantedBehindOthers),
        )
        .of("D14"),
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
    let finding = match answer.grant() {
        Some(grant) => unless_left_out(probe, grant, SCOPE, answer.reply.exchange).await?,
        None => probe.unless_refused(&answer, &REFUSAL),
    };
    // Who grants this one or drops it in silence does so with all.
    let is_new = finding.is_none() || answer.grant().is_none();
    probe.record(finding);
    if is_new { among_others(probe).await } else { Ok(()) }
}

/// Random scopes that nobody registered, among the client's; how they are refused is seen above.
async fn among_others(probe: &mut Probe<'_>) -> Outcome {
    falsify_few(probe, &strangers(&probe.target.client.scopes), async |probe, stranger| {
        let answer = probe.attempt(probe.request().set("scope", stranger.asked.join(" "))).await?;
        match answer.grant() {
            Some(grant) => unless_left_out(probe, grant, &stranger.scope, answer.reply.exchange).await,
            None if (400..500).contains(&answer.status()) => Ok(None),
            None => Ok(probe.unless_refused(&answer, &REFUSAL)),
        }
    })
    .await
}

/// The finding, if the token has the unknown scope, or has not and the answer does not say so.
async fn unless_left_out(
    probe: &mut Probe<'_>,
    grant: &Grant,
    unknown: &str,
    exchange: usize,
) -> Result<Option<Finding>, Stop> {
    let Some(granted) = granted(probe, grant).await? else { return Err(untold()) };
    let names = granted.iter().cloned().collect::<Vec<_>>().join(" ");
    let actual =
        if names.is_empty() { "a token without a scope".into() } else { format!("a token with scope `{names}`") };
    if granted.contains(unknown) {
        let expected = "the unknown scope refused or left out";
        return Ok(Some(probe.finding("RFC6749-5.2-30", None, expected, &actual, exchange)));
    }
    let expected = "`scope` in the answer, because it is not what was asked for";
    let finding = || probe.finding("RFC6749-3.3-02", None, expected, &actual, exchange);
    Ok(grant.scope.is_none().then(finding))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use serde_json::json;

    /// Where tokens name their scope in the claim, one without it has none.
    #[tokio::test]
    async fn a_missing_claim_says_something_where_others_have_it() {
        let issued = |claims: &Value| {
            let mut response = jwt_token(&json!({"typ": "at+jwt"}), claims);
            response.edit_object(|object| _ = object.remove("scope"));
            response
        };
        let server = canned(move |request| {
            let unknown = request.form().get("scope") == Some(SCOPE);
            let claims = if unknown { json!({}) } else { json!({"scope": "read write"}) };
            (request.path() == "/token").then(|| issued(&claims))
        });
        assert_eq!(server.verdict(&CHECK).await, "fail must RFC6749-3.3-02");
    }

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
            (with("access_token", Some("eyJ0eXAiOiJhdCtqd3QifQ.eyJzY3AiOlsicmVhZCJdfQ.AAAA")), "inconclusive"),
            (refusal(400, "invalid_request"), "fail should RFC6749-5.2-30"),
            (refusal(400, "invalid_grant"), "fail must RFC6749-5.2-30"),
            (busy(429), "inconclusive"),
        ] {
            assert_eq!(verdict_on(&CHECK, |request| request.form().get("scope") == Some(SCOPE), &reply).await, verdict);
        }
    }
}
