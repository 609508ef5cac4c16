//! What looks like a scope of the client, or like a pattern of it, is another scope.
//!
//! **Sent.** The request that works with a scope in other letters, two scopes with a comma, a plus sign or a
//! semicolon between them, and with patterns and parts of scopes.
//!
//! **Demanded.** `invalid_scope`, or a token without them; never the scope that was meant (RFC 6749 §3.3). Other
//! letters and commas are a warning.
//!
//! **Why it matters.** Rights are compared as strings, by every resource server on its own.
//!
//! **The attack.** A pattern in a request is read by a server that knows patterns in its configuration.
//!
//! **How servers went wrong.** Commas as separators; comparison without case; prefixes.

use super::{granted, untold};
use crate::checks::prelude::*;
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
    let mut is_told = true;
    for (scope, statement, level) in cases {
        // Another scope of the client may look like this.
        if scope.is_empty() || scopes.contains(&scope) {
            continue;
        }
        let answer = probe.near_miss(probe.request().set("scope", &scope)).await?;
        let (exchange, described) = (answer.reply.exchange, answer.describe());
        let has = match answer.grant() {
            Some(grant) => granted(probe, grant).await?,
            None => Some(BTreeSet::new()),
        };
        let Some(has) = has else {
            is_told = false;
            continue;
        };
        // What is named back as it was asked for is a free-form scope, and not the one that was meant.
        let meant = has.iter().find(|has| scopes.contains(has) && **has != scope);
        if let Some(meant) = meant {
            let actual = format!("a token of the scope {meant} for {scope}");
            probe.broken(statement, level, "not the scope that looks like it", &actual, exchange);
        } else if answer.grant().is_none() && answer.status() >= 500 {
            probe.broken(statement, Some(Level::Must), "a refusal", &described, exchange);
        }
    }
    if is_told { Ok(()) } else { Err(untold()) }
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
}
