//! Without a scope there is a default, or `invalid_scope`.
//!
//! **Sent.** The request that works without `scope`.
//!
//! **Demanded.** A token, or `invalid_scope`; `invalid_request` is a warning (RFC 6749 §3.3).
//!
//! **Why it matters.** Simple clients do not know scopes.
//!
//! **The attack.** A default that is everything is asked for by leaving a word out.
//!
//! **How servers went wrong.** Servers that call it a malformed request.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "scope/default",
    source: include_str!("default.rs"),
    statements: &["RFC6749-3.3-03"],
    needs: &[],
    faults: &[Fault::warning(
        "malformed",
        "calls a request without a scope malformed",
        Deviation::Reads(|request, _| {
            if request.path() == "/token" && request.form().count("scope") == 0 {
                request.edit_form(|form| form.remove("grant_type"));
            }
        }),
    )],
    run: |probe| Box::pin(run(probe)),
};

const REFUSAL: Refusal =
    Refusal { statement: "RFC6749-3.3-03", codes: &["invalid_scope"], tolerated: &["invalid_request"], token: None };

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let answer = probe.near_miss(probe.request().without("scope")).await?;
    if answer.grant().is_none() {
        probe.judge(&answer, &REFUSAL);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        for (reply, verdict) in [
            (token(), "pass"),
            (refusal(400, "invalid_scope"), "pass"),
            (refusal(400, "invalid_request"), "fail should RFC6749-3.3-03"),
            (refusal(400, "invalid_grant"), "fail must RFC6749-3.3-03"),
            (busy(503), "inconclusive"),
        ] {
            assert_eq!(verdict_on(&CHECK, |request| request.form().count("scope") == 0, &reply).await, verdict);
        }
    }
}
