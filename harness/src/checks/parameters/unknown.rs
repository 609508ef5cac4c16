//! A parameter that the server does not know is ignored.
//!
//! **Sent.** The request that works, with one generated parameter or a few, at any place: harmless names that
//! nothing uses, values of any letters.
//!
//! **Demanded.** The same answer as without it: a token of the same type and scope (RFC 6749 §3.2).
//!
//! **Why it matters.** Every extension of OAuth is a new parameter. A server that refuses what it does not know
//! breaks with the next client library.
//!
//! **The attack.** None of its own; but a server that is sensitive to strange names often is because it spreads
//! them into its own objects.
//!
//! **How servers went wrong.** A server refused every request that carried `resource` before it knew RFC 8707;
//! validation frameworks refuse unknown fields by default.

use crate::checks::prelude::*;
use crate::property::{falsify, unknown_parameters};

pub(crate) const CHECK: Check = Check {
    id: "parameters/unknown",
    source: include_str!("unknown.rs"),
    statements: &["RFC6749-3.2-20"],
    needs: &[],
    faults: &[
        Fault::new(
            "refused",
            "refuses what it does not know",
            Deviation::Reads(|request, _| {
                if request.form().iter().any(|(name, _)| name.starts_with("x_")) {
                    request.edit_form(|form| form.remove("grant_type"));
                }
            }),
        ),
        Fault::new(
            "in-between",
            "expects what it does not know at the end",
            Deviation::Reads(|request, _| {
                let form = request.form();
                let strange: Vec<_> = form.iter().map(|(name, _)| name.starts_with("x_")).collect();
                if strange.windows(2).any(|pair| pair == [true, false]) {
                    request.edit_form(|form| form.remove("grant_type"));
                }
            }),
        ),
        Fault::new(
            "changes-scope",
            "issues a narrower scope when it sees what it does not know",
            Deviation::Reads(|request, _| {
                if request.form().iter().any(|(name, _)| name.starts_with("x_")) {
                    request.edit_form(|form| form.set("scope", "read"));
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const STATEMENT: &str = "RFC6749-3.2-20";

async fn run(probe: &mut Probe<'_>) -> Outcome {
    falsify(probe, &unknown_parameters(), async |probe, unknown| {
        let mut request = probe.request();
        unknown.apply(&mut request.form);
        let answer = probe.attempt(request).await?;
        Ok(unless_same(probe, &answer, STATEMENT))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        let mut narrower = token();
        narrower.edit_object(|object| _ = object.insert("scope".into(), "read".into()));
        for (reply, verdict) in [
            (token(), "pass"),
            (refusal(400, "invalid_request"), "fail must RFC6749-3.2-20"),
            (narrower, "fail must RFC6749-3.2-20"),
            (busy(503), "inconclusive"),
        ] {
            let unknown = |request: &Request| request.form().iter().any(|(name, _)| name.starts_with("x_"));
            assert_eq!(verdict_on(&CHECK, unknown, &reply).await, verdict);
        }
    }
}
