//! Parameters in the query are not those of the request.
//!
//! **Sent.** The request that works with `grant_type` in the query, alone and with random ones of the other
//! parameters; never with credentials there.
//!
//! **Demanded.** `invalid_request` (RFC 6749 §3.2); a token is a warning.
//!
//! **Why it matters.** URIs are logged, bodies are not.
//!
//! **The attack.** A link carries the parameters of somebody else's choice.
//!
//! **How servers went wrong.** Frameworks merge the query and the body.

use crate::checks::prelude::*;
use crate::property::{falsify_few, selections};

pub(crate) const CHECK: Check = Check {
    id: "parameters/in-query",
    source: include_str!("in_query.rs"),
    statements: &["RFC6749-3.2-03"],
    needs: &[],
    faults: &[
        Fault::warning(
            "merged",
            "merges the query into the body",
            Deviation::Reads(|request, _| {
                let query = request.query();
                if request.path() == "/token" && request.method == "POST" && query.count("grant_type") > 0 {
                    request.edit_form(|form| query.iter().for_each(|(name, value)| form.append(name, value)));
                }
            }),
        )
        .of("D10"),
        Fault::warning(
            "empty-body",
            "reads the query where the body is empty",
            Deviation::Reads(|request, _| {
                let query = request.query();
                if request.path() == "/token" && request.method == "POST" && request.body.is_empty() {
                    request.edit_form(|form| query.iter().for_each(|(name, value)| form.append(name, value)));
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const REFUSAL: Refusal = Refusal {
    statement: "RFC6749-3.2-03",
    codes: &["invalid_request"],
    tolerated: &["unsupported_grant_type"],
    token: Some(Level::Should),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let alone = with_query(probe, &|_, name| name == "grant_type");
    all_refused(probe, [alone], &REFUSAL).await?;
    let count = probe.request().form.iter().count();
    falsify_few(probe, &selections(count), async |probe, places| {
        let request = with_query(probe, &|place, name| name == "grant_type" || places.contains(&place));
        let answer = probe.attempt(request).await?;
        Ok(probe.unless_refused(&answer, &REFUSAL))
    })
    .await
}

/// The request that works, some of its parameters in the query; never its credentials.
fn with_query(probe: &Probe<'_>, moves: &dyn Fn(usize, &str) -> bool) -> Request {
    let mut request = probe.request();
    let (mut query, mut body) = (Form::default(), Form::default());
    for (place, (name, value)) in request.form.iter().enumerate() {
        let part = if moves(place, name) { &mut query } else { &mut body };
        part.append(name, value);
    }
    request.form = body;
    let mut request = request.to_request();
    let mark = if request.uri.contains('?') { '&' } else { '?' };
    request.uri = format!("{}{mark}{}", request.uri, query.encode());
    request
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
