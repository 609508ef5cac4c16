//! Parameters in the query are not those of the request.
//!
//! **Sent.** The request that works with an empty body and `grant_type` in the query.
//!
//! **Demanded.** `invalid_request` (RFC 6749 §3.2); a token is a warning.
//!
//! **Why it matters.** URIs are logged, bodies are not.
//!
//! **The attack.** A link carries the parameters of somebody else's choice.
//!
//! **How servers went wrong.** Frameworks merge the query and the body.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "parameters/in-query",
    source: include_str!("in_query.rs"),
    statements: &["RFC6749-3.2-03"],
    needs: &[],
    faults: &[Fault::warning(
        "merged",
        "merges the query into the body",
        Deviation::Reads(|request, _| {
            let query = request.query();
            if request.path() == "/token" && request.method == "POST" && query.count("grant_type") > 0 {
                request.edit_form(|form| query.iter().for_each(|(name, value)| form.append(name, value)));
            }
        }),
    )
    .of("D10")],
    run: |probe| Box::pin(run(probe)),
};

const REFUSAL: Refusal = Refusal {
    statement: "RFC6749-3.2-03",
    codes: &["invalid_request"],
    tolerated: &["unsupported_grant_type"],
    token: Some(Level::Should),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let mut request = probe.request().without("grant_type").to_request();
    let mark = if request.uri.contains('?') { '&' } else { '?' };
    request.uri = format!("{}{mark}grant_type=client_credentials", request.uri);
    all_refused(probe, [request], &REFUSAL).await
}

#[cfg(test)]
crate::testing::canned_replies!(
    |request: &Request| request.query().count("grant_type") > 0,
    [
        (refusal(400, "invalid_request"), "pass"),
        (refusal(400, "unsupported_grant_type"), "fail should RFC6749-3.2-03"),
        (token(), "fail should RFC6749-3.2-03"),
        (busy(503), "inconclusive"),
    ]
);
