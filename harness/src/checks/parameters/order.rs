//! The order of parameters means nothing.
//!
//! **Sent.** The request that works, its parameters in generated orders.
//!
//! **Demanded.** The same answer (RFC 6749 §3.2).
//!
//! **Why it matters.** Maps have no order, and clients build requests from maps.
//!
//! **The attack.** None.
//!
//! **How servers went wrong.** Hand-written parsers that expect `grant_type` first.

use crate::checks::prelude::*;
use crate::property::{falsify, permutations};

pub(crate) const CHECK: Check = Check {
    id: "parameters/order",
    source: include_str!("order.rs"),
    statements: &["RFC6749-3.2-24"],
    needs: &[],
    faults: &[Fault::warning(
        "grant-first",
        "expects the grant type first",
        Deviation::Reads(|request, _| {
            let first = request.form().iter().next().map(|(name, _)| name.to_owned());
            if request.path() == "/token" && first.is_some_and(|name| name != "grant_type") {
                request.edit_form(|form| form.remove("grant_type"));
            }
        }),
    )],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    falsify(probe, &permutations(), async |probe, order| {
        let mut request = probe.request().with("x_countersign", "1").to_request();
        let form = request.form();
        let mut pairs: Vec<_> = form.iter().zip(order.iter().cycle()).collect();
        pairs.sort_by_key(|(_, place)| **place);
        let mut shuffled = Form::default();
        pairs.iter().for_each(|((name, value), _)| shuffled.append(name, *value));
        request.set_form(&shuffled);
        let answer = probe.attempt(request).await?;
        Ok(unless_same(probe, &answer, "RFC6749-3.2-24"))
    })
    .await
}

#[cfg(test)]
crate::testing::canned_replies!(
    |request: &Request| request.form().count("x_countersign") > 0,
    [(token(), "pass"), (refusal(400, "invalid_request"), "fail should RFC6749-3.2-24"), (busy(503), "inconclusive"),]
);
