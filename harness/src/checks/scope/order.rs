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
use crate::property::{arrangements, some};

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
    let arranged = some(probe, &arrangements(scopes.len()))?.into_iter();
    let arranged = arranged.map(|places| places.iter().filter_map(|place| scopes.get(*place).cloned()).collect());
    let arranged = arranged.map(|scopes: Vec<String>| (scopes, "HARNESS-08"));
    let listed = [(reversed, "RFC6749-3.3-04"), (doubled, "HARNESS-08")];
    for (scopes, statement) in listed.into_iter().chain(arranged) {
        let answer = probe.near_miss(probe.request().set("scope", scopes.join(" "))).await?;
        let same = match answer.grant() {
            Some(grant) => {
                let has = granted(probe, grant).await?;
                is_told &= has.is_some();
                has.is_none_or(|has| has == usual)
            }
            None => false,
        };
        let actual = if answer.grant().is_some() { "a token of another scope".into() } else { answer.describe() };
        probe.demand(same, statement, "a token of the same scope", &actual, answer.reply.exchange);
    }
    if is_told { Ok(()) } else { Err(untold()) }
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
