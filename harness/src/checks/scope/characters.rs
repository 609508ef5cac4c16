//! A scope has the characters of a scope.
//!
//! **Sent.** The request that works with a quote, a backslash, a tab, a line break and a letter beyond ASCII in a
//! scope, and with a wide space between two.
//!
//! **Demanded.** `invalid_scope` or `invalid_request`, or a token without that scope (RFC 6749 §3.3).
//!
//! **Why it matters.** Scopes stand in headers, in quotes.
//!
//! **The attack.** A quote in a scope ends the string that it is written into.
//!
//! **How servers went wrong.** 500; wide spaces that separate.

use super::{granted, untold};
use crate::checks::prelude::*;

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
    let mut is_told = true;
    for junk in ["\"", "\\", "\t", "\n", "\u{e9}", "\u{2003}x_countersign", "\u{a0}x_countersign"] {
        let answer = probe.near_miss(probe.request().set("scope", format!("{own}{junk}"))).await?;
        let Some(grant) = answer.grant() else {
            probe.judge(&answer, &REFUSAL);
            continue;
        };
        let Some(has) = granted(probe, grant).await? else {
            is_told = false;
            continue;
        };
        let names = has.iter().cloned().collect::<Vec<_>>().join(" ");
        let holds = !has.contains(&own) && has.iter().all(|scope| !scope.contains(junk));
        let actual = format!("a token of the scope {names}");
        probe.demand(holds, "RFC6749-3.3-06", "a refusal, or another scope", &actual, answer.reply.exchange);
    }
    if is_told { Ok(()) } else { Err(untold()) }
}

#[cfg(test)]
crate::testing::canned_replies!(
    |request: &Request| request.form().get("scope").is_some_and(|scope| scope != "read write"),
    [
        (refusal(400, "invalid_scope"), "pass"),
        (refusal(400, "invalid_request"), "pass"),
        (token_with("scope", "write"), "pass"),
        (token_with("scope", "read"), "fail must RFC6749-3.3-06"),
        (token_without("scope"), "inconclusive"),
        (refusal(400, "invalid_grant"), "fail must RFC6749-3.3-06"),
        (Response::empty(500), "fail must RFC6749-3.3-06"),
        (busy(503), "inconclusive"),
    ]
);
