//! The grant type is exactly what it is.
//!
//! **Sent.** The request that works with its grant type in other letters, with white space around it, with a
//! hyphen, with NUL, and escaped twice; with random single edits of it; and with values that are no grant type at all.
//!
//! **Demanded.** `unsupported_grant_type` or `invalid_request` (RFC 6749 §4.4.2 and appendix A.10). A token for
//! white space that was trimmed is a warning.
//!
//! **Why it matters.** The value decides which rules apply.
//!
//! **The attack.** A value that one layer does not know, and the next one does, passes the rules of the first.
//!
//! **How servers went wrong.** White space is trimmed; comparisons without case.

use crate::checks::prelude::*;
use crate::property::{edits, falsify_few};

pub(crate) const CHECK: Check = Check {
    id: "grant-type/exact",
    source: include_str!("exact.rs"),
    statements: &["RFC6749-4.4.2-10", "RFC6749-A.10-01"],
    needs: &[],
    faults: &[
        Fault::new(
            "case-blind",
            "compares without case",
            Deviation::Reads(|request, _| {
                let grant = request.form().get("grant_type").unwrap_or_default().to_ascii_lowercase();
                if grant == "client_credentials" {
                    request.edit_form(|form| form.set("grant_type", "client_credentials"));
                }
            }),
        ),
        Fault::new(
            "beginning",
            "looks at how a name begins",
            Deviation::Reads(|request, _| {
                let grant = request.form().get("grant_type").unwrap_or_default().to_owned();
                if grant.starts_with("client_c") && grant.chars().all(|c| c.is_ascii_alphabetic() || c == '_') {
                    request.edit_form(|form| form.set("grant_type", "client_credentials"));
                }
            }),
        ),
        Fault::warning(
            "trimmed",
            "trims white space",
            Deviation::Reads(|request, _| {
                let grant = request.form().get("grant_type").unwrap_or_default().trim_matches([' ', '\t']).to_owned();
                if grant == "client_credentials" {
                    request.edit_form(|form| form.set("grant_type", "client_credentials"));
                }
            }),
        ),
        Fault::new(
            "no-name",
            "answers 500 to what is no name",
            Deviation::Answers(|request, response| {
                if request.path() == "/token"
                    && request.form().get("grant_type").is_some_and(|grant| grant.contains('{'))
                {
                    *response = Response::empty(500);
                }
            }),
        )
        .of("D13"),
    ],
    run: |probe| Box::pin(run(probe)),
};

const REFUSAL: Refusal = Refusal {
    statement: "RFC6749-4.4.2-10",
    codes: &["unsupported_grant_type", "invalid_request"],
    tolerated: &["unauthorized_client", "invalid_grant"],
    token: None,
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let request = |grant: &str| probe.request().set("grant_type", grant);
    let changed = [
        "Client_Credentials",
        "client-credentials",
        "client_credentials\0",
        "client%5Fcredentials",
        "cl\u{456}ent_credentials",
    ];
    let changed = changed.map(request);
    let spaced = [" client_credentials", "client_credentials "].map(request);
    let nameless = ["{\"countersign\":1}", "\u{2603}"].map(request);
    all_refused(probe, changed, &REFUSAL).await?;
    all_refused(probe, spaced, &Refusal { token: Some(Level::Should), ..REFUSAL }).await?;
    all_refused(probe, nameless, &Refusal { statement: "RFC6749-A.10-01", ..REFUSAL }).await?;
    falsify_few(probe, &edits(), async |probe, edit| {
        let Some(edited) = edit.apply("client_credentials") else { return Ok(None) };
        let answer = probe.attempt(probe.request().set("grant_type", edited)).await?;
        Ok(probe.unless_refused(&answer, &REFUSAL))
    })
    .await
}

#[cfg(test)]
crate::testing::canned_replies!(
    |request: &Request| request.form().get("grant_type") != Some("client_credentials") && request.path() == "/token",
    [
        (refusal(400, "unsupported_grant_type"), "pass"),
        (refusal(400, "invalid_request"), "pass"),
        (refusal(400, "invalid_grant"), "fail should RFC6749-4.4.2-10"),
        (refusal(400, "invalid_scope"), "fail must RFC6749-4.4.2-10"),
        (token(), "fail must RFC6749-4.4.2-10"),
        (Response::empty(500), "fail must RFC6749-4.4.2-10"),
        (busy(503), "inconclusive"),
    ]
);
