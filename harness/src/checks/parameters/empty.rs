//! A parameter without a value is none.
//!
//! **Sent.** The request that works with an empty `scope`, an empty `resource`, and an empty `client_assertion`
//! beside its credentials; and without scope, to compare with.
//!
//! **Demanded.** The same answer as without the parameter (RFC 6749 §3.2).
//!
//! **Why it matters.** Forms and templates send what was left empty.
//!
//! **The attack.** None of its own.
//!
//! **How servers went wrong.** Seven of seventeen servers that were tried refuse an empty `scope`, or issue a token
//! without one.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "parameters/empty",
    source: include_str!("empty.rs"),
    statements: &["RFC6749-3.2-21"],
    needs: &[],
    faults: &[
        Fault::new(
            "scope",
            "refuses an empty scope",
            Deviation::Reads(|request, _| {
                if request.form().get("scope") == Some("") {
                    request.edit_form(|form| form.set("scope", "none"));
                }
            }),
        )
        .of("D09"),
        Fault::new(
            "assertion",
            "takes an empty assertion for one",
            Deviation::Reads(|request, _| {
                if request.form().get("client_assertion") == Some("") {
                    request.edit_form(|form| form.set("client_assertion", "none"));
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const STATEMENT: &str = "RFC6749-3.2-21";

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let bare = probe.near_miss(probe.request().without("scope")).await?;
    let empty = probe.near_miss(probe.request().set("scope", "")).await?;
    let seen = |answer: &Answer| match &answer.kind {
        Kind::Token(grant) => match &grant.scope {
            None => "a token, and no `scope`".to_owned(),
            Some(scope) => format!("a token of the scope `{}`", scope.iter().cloned().collect::<Vec<_>>().join(" ")),
        },
        Kind::Refusal { error } => error.clone(),
        Kind::Neither => answer.describe(),
    };
    let (expected, actual) = (format!("as without a scope: {}", seen(&bare)), seen(&empty));
    probe.demand(seen(&bare) == actual, STATEMENT, &expected, &actual, empty.reply.exchange);
    let mut cases = Vec::new();
    if probe.target.resource.is_none() {
        cases.push(probe.request().with("resource", ""));
    }
    if !matches!(probe.request().credentials, Credentials::Assertion(_)) {
        cases.push(probe.request().with("client_assertion", "").with("client_assertion_type", ""));
    }
    all_same(probe, cases, STATEMENT).await
}

#[cfg(test)]
crate::testing::canned_replies!(
    |request: &Request| request.form().iter().any(|(name, value)| value.is_empty() && name != "grant_type"),
    [
        (token(), "pass"),
        (refusal(400, "invalid_scope"), "fail must RFC6749-3.2-21"),
        (refusal(400, "invalid_request"), "fail must RFC6749-3.2-21"),
        (token_with("scope", "read"), "fail must RFC6749-3.2-21"),
        (busy(503), "inconclusive"),
    ]
);
