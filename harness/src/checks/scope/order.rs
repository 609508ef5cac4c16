//! Scopes are a set: their order means nothing, and a repetition nothing more.
//!
//! **Sent.** The request that works with the client's scopes in the reverse order, with the first of them twice, and
//! in random orders, some more than once.
//!
//! **Demanded.** A token of the same scope (RFC 6749 §3.3).
//!
//! **Why it matters.** Clients build the list from sets.
//!
//! **The attack.** None.
//!
//! **How servers went wrong.** Servers that compare the whole string with the registered one.

use super::{granted, untold};
use crate::checks::prelude::*;
use crate::property::{arrangements, falsify_few};
use std::collections::BTreeSet;

pub(crate) const CHECK: Check = Check {
    id: "scope/order",
    source: include_str!("order.rs"),
    statements: &["RFC6749-3.3-04", "HARNESS-08"],
    needs: &[Need::TwoScopes],
    faults: &[
        Fault::new(
            "one-order",
            "knows the scopes in one order alone",
            Deviation::Reads(|request, _| {
                if request.form().get("scope") == Some("write read") {
                    request.edit_form(|form| form.set("scope", "none"));
                }
            }),
        ),
        Fault::warning(
            "no-repetition",
            "refuses a scope that stands twice",
            Deviation::Reads(|request, _| {
                if request.form().get("scope").is_some_and(|scope| scope.matches("read").count() > 1) {
                    request.edit_form(|form| form.set("scope", "none"));
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let scopes = &probe.target.client.scopes;
    let reversed: Vec<_> = scopes.iter().rev().cloned().collect();
    let doubled: Vec<_> = scopes.iter().chain(scopes.first()).cloned().collect();
    // A new token: of the first one, introspection tells nothing when it is over.
    let control = probe.control().await?;
    let Some(grant) = control.grant() else { return Ok(()) };
    let Some(usual) = granted(probe, grant).await? else { return Err(untold()) };
    let mut is_told = true;
    for (scopes, statement) in [(reversed, "RFC6749-3.3-04"), (doubled, "HARNESS-08")] {
        let finding = unless_same_scope(probe, &scopes, &usual, statement, &mut is_told).await?;
        probe.control().await?;
        probe.record(finding);
    }
    falsify_few(probe, &arrangements(scopes.len()), async |probe, places| {
        let arranged: Vec<_> = places.iter().filter_map(|place| scopes.get(*place).cloned()).collect();
        let statement = if arranged.len() > scopes.len() { "HARNESS-08" } else { "RFC6749-3.3-04" };
        unless_same_scope(probe, &arranged, &usual, statement, &mut is_told).await
    })
    .await?;
    if is_told { Ok(()) } else { Err(untold()) }
}

/// The finding, if these scopes get another token than they do in their usual order.
async fn unless_same_scope(
    probe: &mut Probe<'_>,
    asked: &[String],
    usual: &BTreeSet<String>,
    statement: &str,
    is_told: &mut bool,
) -> Result<Option<Finding>, Stop> {
    let answer = probe.attempt(probe.request().set("scope", asked.join(" "))).await?;
    let same = match answer.grant() {
        Some(grant) => {
            let has = granted(probe, grant).await?;
            *is_told &= has.is_some();
            has.is_none_or(|has| has == *usual)
        }
        None => false,
    };
    let actual = if answer.grant().is_some() { "a token of another scope".into() } else { answer.describe() };
    let exchange = answer.reply.exchange;
    Ok((!same).then(|| probe.finding(statement, None, "a token of the same scope", &actual, exchange)))
}

#[cfg(test)]
crate::testing::canned_replies!(
    |request: &Request| request.form().get("scope") == Some("write read"),
    [
        (token_without("scope"), "inconclusive"),
        (token(), "pass"),
        (token_with("scope", "write read"), "pass"),
        (token_with("scope", "write"), "fail must RFC6749-3.3-04"),
        (refusal(400, "invalid_scope"), "fail must RFC6749-3.3-04"),
        (busy(503), "inconclusive"),
    ]
);
