//! A scope has the characters of a scope.
//!
//! **Sent.** The request that works with a quote, a backslash, a tab, a line break and a letter beyond ASCII in a
//! scope, and with a wide space between two. Then with one random character that no scope has before, in or behind a scope
//! or between two: a quote, a space of another kind, a control character, a letter beyond ASCII.
//!
//! **Demanded.** `invalid_scope` or `invalid_request`, or a token without that scope (RFC 6749 §3.3).
//!
//! **Why it matters.** Scopes stand in headers, in quotes.
//!
//! **The attack.** A quote in a scope ends the string that it is written into.
//!
//! **How servers went wrong.** 500; wide spaces that separate; control characters that are taken out before the scope is
//! looked up.

use super::{fallback, granted, is_scope, untold};
use crate::checks::prelude::*;
use crate::property::{blemishes, falsify_few};
use std::collections::BTreeSet;

pub(crate) const CHECK: Check = Check {
    id: "scope/characters",
    source: include_str!("characters.rs"),
    statements: &["RFC6749-3.3-06"],
    needs: &[Need::Scope],
    faults: &[
        Fault::new(
            "wide-space",
            "splits at any white space",
            Deviation::Reads(|request, _| {
                let scope =
                    request.form().get("scope").map(|scope| scope.split_whitespace().collect::<Vec<_>>().join(" "));
                if let Some(scope) = scope.filter(|_| request.path() == "/token") {
                    request.edit_form(|form| form.set("scope", scope));
                }
            }),
        ),
        Fault::new(
            "control-characters",
            "takes the control characters out that XML does not have",
            Deviation::Reads(|request, _| {
                let kept = |c: &char| !c.is_ascii_control() || matches!(c, '\t' | '\n' | '\r');
                let scope = request.form().get("scope").map(|scope| scope.chars().filter(kept).collect::<String>());
                if let Some(scope) = scope.filter(|_| request.path() == "/token") {
                    request.edit_form(|form| form.set("scope", scope));
                }
            }),
        ),
        Fault::new(
            "server-error",
            "answers 500 to a quote",
            Deviation::Answers(|request, response| {
                if request.path() == "/token" && request.form().get("scope").is_some_and(|scope| scope.contains('"')) {
                    *response = Response::empty(500);
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const REFUSAL: Refusal =
    Refusal { statement: "RFC6749-3.3-06", codes: &["invalid_scope", "invalid_request"], tolerated: &[], token: None };

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let own = probe.target.client.scopes.first().cloned().unwrap_or_default();
    let fallback = fallback(probe).await?;
    let mut is_told = true;
    for junk in ["\"", "\\", "\t", "\n", "\u{e9}", "\u{2003}x_countersign", "\u{a0}x_countersign"] {
        let answer = probe.near_miss(probe.request().set("scope", format!("{own}{junk}"))).await?;
        let finding = unless_another(probe, &answer, (&own, &fallback), &mut is_told).await?;
        probe.record(finding);
    }
    if is_told && probe.findings.is_empty() {
        falsify_few(probe, &blemishes(), async |probe, blemish| {
            let answer = probe.attempt(probe.request().set("scope", blemish.apply(&own))).await?;
            unless_another(probe, &answer, (&own, &fallback), &mut is_told).await
        })
        .await?;
    }
    if is_told { Ok(()) } else { Err(untold()) }
}

/// The finding, if the answer is neither a refusal nor a token of another scope.
async fn unless_another(
    probe: &mut Probe<'_>,
    answer: &Answer,
    (own, fallback): (&str, &BTreeSet<String>),
    is_told: &mut bool,
) -> Result<Option<Finding>, Stop> {
    let Some(grant) = answer.grant() else { return Ok(probe.unless_refused(answer, &REFUSAL)) };
    let Some(has) = granted(probe, grant).await? else {
        *is_told = false;
        return Ok(None);
    };
    let names = has.iter().cloned().collect::<Vec<_>>().join(" ");
    let holds = (!has.contains(own) || fallback.contains(own)) && has.iter().all(|scope| is_scope(scope));
    let (expected, actual) = ("a refusal, or another scope", format!("a token of the scope {names}"));
    let finding = || probe.finding("RFC6749-3.3-06", None, expected, &actual, answer.reply.exchange);
    Ok((!holds).then(finding))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    /// A server that answers so to what is no scope, and to a scope that nobody knows.
    async fn verdict(reply: Response, unknown: Response) -> String {
        let server = canned(move |request| match request.form().get("scope") {
            Some("read write") | None => None,
            Some("x_countersign_unregistered") => Some(unknown.clone()),
            Some(_) => Some(reply.clone()),
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        let refused = || refusal(400, "invalid_scope");
        for (reply, expected) in [
            (refused(), "pass"),
            (refusal(400, "invalid_request"), "pass"),
            (token_with("scope", "write"), "pass"),
            (token_with("scope", "read"), "fail must RFC6749-3.3-06"),
            (token_without("scope"), "inconclusive"),
            (refusal(400, "invalid_grant"), "fail must RFC6749-3.3-06"),
            (Response::empty(500), "fail must RFC6749-3.3-06"),
            (busy(503), "inconclusive"),
        ] {
            assert_eq!(verdict(reply, refused()).await, expected);
        }
        // A default for whatever is not known says nothing of what was read.
        assert_eq!(verdict(token_with("scope", "read"), token_with("scope", "read")).await, "pass");
    }
}
