//! A repeated `scope` is refused as `invalid_request`.
//!
//! **Sent.** The request that works with two `scope` parameters: two of the client's scopes one by one, and the
//! same one twice; and random arrangements of up to five, with other parameters between.
//!
//! **Demanded.** Status 400 and `error=invalid_request` (RFC 6749 §3.2 and §5.2). A token is a warning; a token
//! with both scopes is a violation.
//!
//! **Why it matters.** Two readers of one request may each see another scope, and a union of both is more than
//! either of them saw.
//!
//! **The attack.** A gateway that limits scopes looks at the first one; the server grants the second one too.
//!
//! **How servers went wrong.** Thirteen of seventeen servers that were tried took one of the two, or joined them.

use crate::checks::prelude::*;
use crate::property::{falsify_few, twins};

pub(crate) const CHECK: Check = Check {
    id: "parameters/repeated-scope",
    source: include_str!("repeated_scope.rs"),
    statements: &["RFC6749-3.2-22"],
    needs: &[Need::TwoScopes],
    faults: &[
        Fault::new(
            "union",
            "grants the union of both",
            Deviation::Reads(|request, _| {
                let form = request.form();
                let scopes: Vec<_> = form.iter().filter(|(name, _)| *name == "scope").map(|(_, value)| value).collect();
                if scopes.len() > 1 {
                    let union = scopes.join(" ");
                    request.edit_form(|form| form.set("scope", union));
                }
            }),
        ),
        Fault::new(
            "apart",
            "grants the union of scopes that stand apart",
            Deviation::Reads(|request, _| {
                let form = request.form();
                let names: Vec<_> = form.iter().map(|(name, _)| name == "scope").collect();
                let apart = form.count("scope") > 1 && names.windows(2).all(|pair| pair != [true, true]);
                if apart {
                    let scopes: Vec<_> = form.iter().filter(|(name, _)| *name == "scope").map(|(_, v)| v).collect();
                    let union = scopes.join(" ");
                    request.edit_form(|form| form.set("scope", union));
                }
            }),
        ),
        Fault::warning(
            "first-wins",
            "takes the first scope",
            Deviation::Reads(|request, _| {
                if request.form().count("scope") > 1 {
                    request.edit_form(Form::keep_first);
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const ONE_OF_THEM: Refusal =
    Refusal { statement: "RFC6749-3.2-22", codes: &["invalid_request"], tolerated: &[], token: Some(Level::Should) };

const BOTH: Refusal = Refusal { token: Some(Level::Must), ..ONE_OF_THEM };

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let [first, second, ..] = &probe.target.client.scopes[..] else { return Ok(()) };
    for second in [second, first] {
        let request = probe.request().set("scope", first).with("scope", second);
        let answer = probe.near_miss(request).await?;
        let finding = unless_refused(probe, &answer, first, second);
        probe.record(finding);
    }
    falsify_few(probe, &twins(), async |probe, twins| {
        let mut request = probe.request();
        twins.apply(&mut request.form, "scope", first, second);
        let answer = probe.attempt(request).await?;
        Ok(unless_refused(probe, &answer, first, second))
    })
    .await
}

fn unless_refused(probe: &Probe<'_>, answer: &Answer, first: &str, second: &str) -> Option<Finding> {
    let granted = answer.grant().and_then(|grant| grant.scope.as_ref());
    let both = first != second && granted.is_some_and(|granted| granted.contains(first) && granted.contains(second));
    probe.unless_refused(answer, if both { &BOTH } else { &ONE_OF_THEM })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        let mut one = token();
        one.edit_object(|object| _ = object.insert("scope".into(), "read".into()));
        for (reply, verdict) in [
            (refusal(400, "invalid_request"), "pass"),
            (refusal(400, "invalid_scope"), "fail must RFC6749-3.2-22"),
            (one, "fail should RFC6749-3.2-22"),
            (token(), "fail must RFC6749-3.2-22"),
            (busy(429), "inconclusive"),
        ] {
            assert_eq!(verdict_on(&CHECK, |request| request.form().count("scope") > 1, &reply).await, verdict);
        }
    }
}
