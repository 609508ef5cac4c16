//! Parameters are separated by the ampersand alone.
//!
//! **Sent.** The request that works with a semicolon between two parameters; then with empty pairs at its ends.
//!
//! **Demanded.** No scope from behind the semicolon; the same answer as usual for empty pairs. Both are notes.
//!
//! **Why it matters.** Old forms knew both separators; what reads both reads another request than what reads one.
//!
//! **The attack.** A parameter behind a semicolon passes a filter that knows the ampersand.
//!
//! **How servers went wrong.** Libraries that follow the older recommendation.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "parameters/separators",
    source: include_str!("separators.rs"),
    statements: &["HARNESS-03"],
    needs: &[],
    faults: &[
        Fault::note(
            "empty-pairs",
            "refuses empty pairs",
            Deviation::Reads(|request, _| {
                if request.path() == "/token" && request.body.starts_with(b"&") {
                    request.edit_form(|form| form.remove("grant_type"));
                }
            }),
        ),
        Fault::note(
            "semicolon",
            "reads semicolons as separators",
            Deviation::Reads(|request, _| {
                if request.path() == "/token" {
                    request.body = String::from_utf8_lossy(&request.body).replace(';', "&").into_bytes();
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let usual = probe.request().to_request();
    let mut soup = usual.clone();
    soup.body = [b"&", usual.body.as_slice(), b"&&"].concat();
    let answer = probe.near_miss(soup).await?;
    if let Some(finding) = unless_same(probe, &answer, "HARNESS-03") {
        probe.findings.push(finding);
    }
    let mut semicolon = probe.request().without("grant_type").to_request();
    let rest = String::from_utf8_lossy(&semicolon.body).into_owned();
    semicolon.body = format!("x_countersign=1;grant_type=client_credentials&{rest}").into_bytes();
    let answer = probe.near_miss(semicolon).await?;
    if answer.grant().is_some() {
        let actual = "a token for a grant type behind a semicolon";
        probe.broken("HARNESS-03", None, "no token", actual, answer.reply.exchange);
    }
    Ok(())
}

#[cfg(test)]
crate::testing::canned_replies!(
    |request: &Request| request.body.contains(&b';') || request.body.starts_with(b"&"),
    [
        (token(), "fail may HARNESS-03"),
        (refusal(400, "invalid_request"), "fail may HARNESS-03"),
        (busy(503), "inconclusive"),
    ]
);
