//! A body without a media type, or in a coding that nobody knows, is no crash.
//!
//! **Sent.** The request that works without `Content-Type`; with an empty one; with a `Content-Encoding` that
//! nobody has.
//!
//! **Demanded.** A token or a 4xx, never a 5xx (RFC 9110 §8.3 and §8.4).
//!
//! **Why it matters.** A server must say no to what it cannot read.
//!
//! **The attack.** What crashes a worker takes it from everybody else.
//!
//! **How servers went wrong.** Media types are parsed by a regular expression that expects one.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "parameters/content-fields",
    source: include_str!("content_fields.rs"),
    statements: &["RFC9110-8.3-01", "RFC9110-8.4-01"],
    needs: &[],
    faults: &[
        Fault::note(
            "no-type",
            "answers 500 without a media type",
            Deviation::Answers(|request, response| {
                if request.path() == "/token"
                    && request.method == "POST"
                    && request.fields.get("Content-Type").is_none()
                {
                    *response = Response::empty(500);
                }
            }),
        ),
        Fault::note(
            "coding",
            "answers 500 to a coding that it does not know",
            Deviation::Answers(|request, response| {
                if request.path() == "/token" && request.fields.get("Content-Encoding").is_some() {
                    *response = Response::empty(500);
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let (mut without, mut empty, mut coded) =
        (probe.request().to_request(), probe.request().to_request(), probe.request().to_request());
    without.fields.remove("Content-Type");
    empty.fields.set("Content-Type", "");
    coded.fields.set("Content-Encoding", "x-countersign");
    all_answered(probe, [without, empty], "RFC9110-8.3-01").await?;
    all_answered(probe, [coded], "RFC9110-8.4-01").await
}

#[cfg(test)]
crate::testing::canned_replies!(
    |request: &Request| request.fields.get("Content-Type") != Some(Form::MEDIA_TYPE)
        || request.fields.get("Content-Encoding").is_some(),
    [
        (token(), "pass"),
        (refusal(400, "invalid_request"), "pass"),
        (Response::empty(415), "pass"),
        (Response::empty(500), "fail may RFC9110-8.3-01"),
        (page(200), "fail may RFC9110-8.3-01"),
        (busy(503), "inconclusive"),
    ]
);
