//! A request without parameters is malformed.
//!
//! **Sent.** The client's credentials with an empty body, where they do not stand in the body.
//!
//! **Demanded.** `invalid_request` (RFC 6749 §5.2); `unsupported_grant_type` is a warning.
//!
//! **Why it matters.** Health checks and broken clients send it.
//!
//! **The attack.** None of its own.
//!
//! **How servers went wrong.** 500, where the body is parsed before it is looked at.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "errors/empty-body",
    source: include_str!("empty_body.rs"),
    statements: &["RFC6749-5.2-28"],
    needs: &[],
    faults: &[Fault::new(
        "server-error",
        "answers 500 to an empty body",
        Deviation::Answers(|request, response| {
            if request.path() == "/token" && request.method == "POST" && request.body.is_empty() {
                *response = Response::empty(500);
            }
        }),
    )],
    run: |probe| Box::pin(run(probe)),
};

const REFUSAL: Refusal = Refusal {
    statement: "RFC6749-5.2-28",
    codes: &["invalid_request"],
    tolerated: &["unsupported_grant_type"],
    token: None,
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    if !matches!(probe.request().credentials, Credentials::Basic(..)) {
        return Err(Stop::NotApplicable("the client's credentials stand in the body".into()));
    }
    let mut request = probe.request().to_request();
    request.body.clear();
    all_refused(probe, [request], &REFUSAL).await
}

#[cfg(test)]
crate::testing::canned_replies!(
    |request: &Request| request.body.is_empty() && request.method == "POST",
    [
        (refusal(400, "invalid_request"), "pass"),
        (refusal(400, "unsupported_grant_type"), "fail should RFC6749-5.2-28"),
        (refusal(400, "invalid_client"), "fail must RFC6749-5.2-28"),
        (token(), "fail must RFC6749-5.2-28"),
        (Response::empty(500), "fail must RFC6749-5.2-28"),
        (busy(503), "inconclusive"),
    ]
);
