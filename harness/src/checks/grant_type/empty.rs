//! A `grant_type` without a value counts as missing.
//!
//! **Sent.** The request that works, with `grant_type=` and then with a bare `grant_type`.
//!
//! **Demanded.** Status 400 and `error=invalid_request`: a parameter without a value is treated as if it were not
//! there (RFC 6749 §3.2). `unsupported_grant_type` is a warning.
//!
//! **Why it matters.** Libraries write empty values for what is unset. If empty and absent differ, the same
//! program works against one server and fails at the next.
//!
//! **The attack.** An empty value slips past a test for presence, and whatever comes first in the server's table
//! is used.
//!
//! **How servers went wrong.** Twelve of seventeen servers that were tried looked the empty name up and answered
//! `unsupported_grant_type`.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "grant-type/empty",
    source: include_str!("empty.rs"),
    statements: &["RFC6749-3.2-10"],
    needs: &[],
    faults: &[
        Fault::new(
            "assumed",
            "takes client_credentials for an empty grant type",
            Deviation::Reads(|request, _| {
                if request.form().get("grant_type") == Some("") {
                    request.edit_form(|form| form.set("grant_type", "client_credentials"));
                }
            }),
        ),
        Fault::warning(
            "looked-up",
            "looks the empty name up among the grants",
            Deviation::Answers(|request, response| {
                if request.form().get("grant_type") == Some("") {
                    code(request, response, "invalid_request", "unsupported_grant_type");
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const REFUSAL: Refusal = Refusal {
    statement: "RFC6749-3.2-10",
    codes: &["invalid_request"],
    tolerated: &["unsupported_grant_type"],
    token: None,
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let with_sign = probe.near_miss(probe.request().set("grant_type", "")).await?;
    probe.judge(&with_sign, &REFUSAL);
    let mut bare = probe.request().without("grant_type").to_request();
    let rest = String::from_utf8_lossy(&bare.body).into_owned();
    bare.body = format!("grant_type&{rest}").trim_end_matches('&').as_bytes().to_vec();
    let bare = probe.near_miss(bare).await?;
    probe.judge(&bare, &REFUSAL);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        for (reply, verdict) in [
            (refusal(400, "invalid_request"), "pass"),
            (refusal(400, "unsupported_grant_type"), "fail should RFC6749-3.2-10"),
            (refusal(400, "invalid_grant"), "fail must RFC6749-3.2-10"),
            (token(), "fail must RFC6749-3.2-10"),
            (busy(429), "inconclusive"),
        ] {
            assert_eq!(
                verdict_on(&CHECK, |request| request.form().get("grant_type") == Some(""), &reply).await,
                verdict
            );
        }
    }
}
