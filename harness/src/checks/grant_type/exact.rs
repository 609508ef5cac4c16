//! The grant type is exactly what it is.
//!
//! **Sent.** The request that works with its grant type in other letters, with white space around it, with a
//! hyphen, with NUL, and escaped twice; with values that are no grant type at all; and with random single changes: a
//! letter more, less or another, of other case or width, and characters that nobody sees.
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
use crate::property::{applied, disguises, edits, falsify_few};

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
                if grant.starts_with("client") && grant.chars().all(|c| c.is_ascii_alphabetic() || c == '_') {
                    request.edit_form(|form| form.set("grant_type", "client_credentials"));
                }
            }),
        ),
        Fault::new(
            "any-width",
            "reads letters of any width",
            Deviation::Reads(|request, _| {
                let narrow = |c: char| char::from_u32(u32::from(c).wrapping_sub(0xfee0)).filter(char::is_ascii_graphic);
                let grant = request.form().get("grant_type").unwrap_or_default().to_owned();
                let read: String = grant.chars().map(|c| narrow(c).unwrap_or(c)).collect();
                if read != grant && read == "client_credentials" {
                    request.edit_form(|form| form.set("grant_type", read));
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

/// White space around a value is a small thing.
const TRIMMED: Refusal = Refusal { token: Some(Level::Should), ..REFUSAL };

const RIGHT: &str = "client_credentials";

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
    all_refused(probe, spaced, &TRIMMED).await?;
    all_refused(probe, nameless, &Refusal { statement: "RFC6749-A.10-01", ..REFUSAL }).await?;
    falsify_few(probe, &applied(edits(), RIGHT.to_owned()), refused).await?;
    falsify_few(probe, &applied(disguises(), RIGHT.to_owned()), refused).await
}

/// The finding, if this grant type is taken for the right one.
async fn refused(probe: &mut Probe<'_>, grant: String) -> Result<Option<Finding>, Stop> {
    let trimmed = grant.trim() == RIGHT;
    let answer = probe.attempt(probe.request().set("grant_type", grant)).await?;
    let refusal = if trimmed { TRIMMED } else { REFUSAL };
    Ok(probe.unless_refused(&answer, &refusal))
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
