//! What looks like a scope of the client, or like a pattern of it, is another scope.
//!
//! **Sent.** The request that works with a scope in other letters, two scopes with a comma, a plus sign or a
//! semicolon between them, and with patterns and parts of scopes. Then with random texts that are like a scope: a sign of
//! patterns in the place of a character, something before or behind it, another sign between two, one letter edited.
//!
//! **Demanded.** `invalid_scope`, or a token without them; never the scope that was meant (RFC 6749 §3.3). Other
//! letters and commas are a warning.
//!
//! **Why it matters.** Rights are compared as strings, by every resource server on its own.
//!
//! **The attack.** A pattern in a request is read by a server that knows patterns in its configuration.
//!
//! **How servers went wrong.** Commas as separators; comparison without case; prefixes; a database that compares by
//! pattern.

use super::{fallback, granted, untold};
use crate::checks::prelude::*;
use crate::property::{Likeness, NEAR_MISSES, falsify_within, likenesses};
use std::collections::BTreeSet;

pub(crate) const CHECK: Check = Check {
    id: "scope/near-misses",
    source: include_str!("near_misses.rs"),
    statements: &["RFC6749-3.3-05", "RFC6749-3.3-07", "HARNESS-09"],
    needs: &[Need::TwoScopes],
    faults: &[
        Fault::warning(
            "case-blind",
            "reads scopes without case",
            Deviation::Reads(|request, _| {
                let scope = request.form().get("scope").map(str::to_ascii_lowercase);
                if let Some(scope) = scope.filter(|_| request.path() == "/token") {
                    request.edit_form(|form| form.set("scope", scope));
                }
            }),
        ),
        Fault::warning(
            "commas",
            "reads commas as separators",
            Deviation::Reads(|request, _| {
                let scope = request.form().get("scope").map(|scope| scope.replace(',', " "));
                if let Some(scope) = scope.filter(|_| request.path() == "/token") {
                    request.edit_form(|form| form.set("scope", scope));
                }
            }),
        ),
        Fault::new(
            "wildcard",
            "reads a star as every scope",
            Deviation::Reads(|request, _| {
                if request.path() == "/token" && request.form().get("scope") == Some("*") {
                    request.edit_form(|form| form.set("scope", "read write"));
                }
            }),
        ),
        Fault::new(
            "like",
            "looks scopes up with the patterns of SQL",
            Deviation::Reads(|request, _| {
                let fits = |asked: &str| {
                    asked.len() == 4 && asked.bytes().zip(*b"read").all(|(a, r)| a == r || matches!(a, b'_' | b'%'))
                };
                if request.path() == "/token" && request.form().get("scope").is_some_and(fits) {
                    request.edit_form(|form| form.set("scope", "read"));
                }
            }),
        ),
        Fault::new(
            "last-part",
            "knows a scope by its last part, whatever stands before it",
            Deviation::Reads(|request, _| {
                let form = request.form();
                let part = form.get("scope").and_then(|scope| scope.rsplit(['/', ':', '.', '#']).next());
                if request.path() == "/token" && part == Some("read") {
                    request.edit_form(|form| form.set("scope", "read"));
                }
            }),
        ),
        Fault::new(
            "prefix",
            "reads a beginning as the whole",
            Deviation::Reads(|request, _| {
                let scope = request.form().get("scope").unwrap_or_default().to_owned();
                if request.path() == "/token" && !scope.is_empty() && "read".starts_with(&scope) {
                    request.edit_form(|form| form.set("scope", "read"));
                }
            }),
        )
        .of("D14"),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let scopes = probe.target.client.scopes.clone();
    let [first, second, ..] = scopes.as_slice() else { return Ok(()) };
    let swap = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    let mut cases = vec![
        (first.chars().map(swap).collect::<String>(), "RFC6749-3.3-05", Some(Level::Should)),
        (format!("{first},{second}"), "RFC6749-3.3-07", Some(Level::Should)),
        (format!("{first}+{second}"), "RFC6749-3.3-07", Some(Level::Should)),
        (format!("{first};{second}"), "RFC6749-3.3-07", Some(Level::Should)),
    ];
    let start: String = first.chars().take(first.chars().count().saturating_sub(1)).collect();
    for pattern in ["*".to_owned(), ".*".to_owned(), format!("{first}*"), format!("{first}."), start] {
        cases.push((pattern, "HARNESS-09", None));
    }
    let fallback = fallback(probe).await?;
    let mut is_told = true;
    for (scope, statement, level) in cases {
        // Another scope of the client may look like this.
        if scope.is_empty() || scopes.contains(&scope) {
            continue;
        }
        let answer = probe.near_miss(probe.request().set("scope", &scope)).await?;
        let finding = unless_meant(probe, &answer, (&scope, &fallback), (statement, level), &mut is_told).await?;
        probe.record(finding);
    }
    falsify_within(probe, NEAR_MISSES, &likenesses(), async |probe, _, likeness| {
        let like = likeness.apply(first, second).filter(|like| !like.is_empty() && !scopes.contains(like));
        let Some(like) = like else { return Ok(None) };
        let (statement, level) = match likeness {
            _ if like.eq_ignore_ascii_case(first) => ("RFC6749-3.3-05", Some(Level::Should)),
            Likeness::Joined(_) => ("RFC6749-3.3-07", Some(Level::Should)),
            _ => ("HARNESS-09", None),
        };
        // What is known to be broken is not shown once more.
        if probe.findings.iter().any(|finding| finding.requirement.as_deref() == Some(statement)) {
            return Ok(None);
        }
        let answer = probe.attempt(probe.request().set("scope", &like)).await?;
        unless_meant(probe, &answer, (&like, &fallback), (statement, level), &mut is_told).await
    })
    .await?;
    if is_told { Ok(()) } else { Err(untold()) }
}

/// The finding, if the token has a scope of the client's that was not asked for.
async fn unless_meant(
    probe: &mut Probe<'_>,
    answer: &Answer,
    (asked, fallback): (&str, &BTreeSet<String>),
    (statement, level): (&str, Option<Level>),
    is_told: &mut bool,
) -> Result<Option<Finding>, Stop> {
    let exchange = answer.reply.exchange;
    let Some(grant) = answer.grant() else {
        let broken = || probe.finding(statement, Some(Level::Must), "a refusal", &answer.describe(), exchange);
        return Ok((answer.status() >= 500).then(broken));
    };
    let Some(has) = granted(probe, grant).await? else {
        *is_told = false;
        return Ok(None);
    };
    // What is named back as it was asked for is a free-form scope, and not the one that was meant.
    let meant = has.difference(fallback).find(|has| probe.target.client.scopes.contains(has) && *has != asked);
    let actual = meant.map(|meant| format!("a token of the scope {meant} for {asked}"));
    let expected = "not the scope that looks like it";
    Ok(actual.map(|actual| probe.finding(statement, level, expected, &actual, exchange)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    async fn verdict(scope: &'static str, reply: Response) -> String {
        let server = canned(move |request| {
            let form = request.form();
            let asked = form.get("scope")?;
            let other = || if asked == "read write" { None } else { Some(refusal(400, "invalid_scope")) };
            if asked == scope { Some(reply.clone()) } else { other() }
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        assert_eq!(verdict("none", token()).await, "pass");
        assert_eq!(verdict("READ", token_with("scope", "READ")).await, "pass");
        assert_eq!(verdict("READ", token_with("scope", "read")).await, "fail should RFC6749-3.3-05");
        assert_eq!(verdict("read,write", token()).await, "fail should RFC6749-3.3-07");
        assert_eq!(verdict("*", token()).await, "fail must HARNESS-09");
        assert_eq!(verdict("*", token_with("scope", "*")).await, "pass");
        assert_eq!(verdict("rea", token_with("scope", "read")).await, "fail must HARNESS-09");
        assert_eq!(verdict("*", token_without("scope")).await, "inconclusive");
        assert_eq!(verdict("*", page(500)).await, "fail must HARNESS-09");
        assert_eq!(verdict("*", busy(503)).await, "inconclusive");
    }

    /// Scopes that the server makes of whatever is asked for, and one that leaves out what it does not know.
    #[tokio::test]
    async fn what_is_unusual_and_right_passes() {
        for keeps in [true, false] {
            let server = canned(move |request| {
                let form = request.form();
                let known = |scope: &str| keeps || ["read", "write"].contains(&scope);
                let kept: Vec<_> = form.get("scope")?.split(' ').filter(|scope| known(scope)).collect();
                Some(token_with("scope", kept.join(" ")))
            });
            assert_eq!(server.verdict(&CHECK).await, "pass", "{keeps}");
        }
    }
}
