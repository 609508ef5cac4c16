//! The media type of a form is read without case, and with parameters.
//!
//! **Sent.** The request that works as `Application/X-WWW-Form-URLEncoded`, and with `charset=utf-8` in three
//! spellings.
//!
//! **Demanded.** The same answer as usual (RFC 9110 §8.3.1).
//!
//! **Why it matters.** Client libraries add a charset, or spell the type in their own way.
//!
//! **The attack.** None.
//!
//! **How servers went wrong.** Four of seventeen servers that were tried compare the type with case.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "parameters/media-type-spelling",
    source: include_str!("media_type_spelling.rs"),
    statements: &["RFC9110-8.3.1-01"],
    needs: &[],
    faults: &[
        Fault::new(
            "case",
            "compares the media type with case",
            Deviation::Reads(|request, _| {
                let known = request.fields.get("Content-Type").is_some_and(|value| value.starts_with(Form::MEDIA_TYPE));
                if !known {
                    request.fields.remove("Content-Type");
                }
            }),
        ),
        Fault::new(
            "no-charset",
            "knows the type without parameters alone",
            Deviation::Reads(|request, _| {
                if request.fields.get("Content-Type").is_some_and(|value| value.contains(';')) {
                    request.fields.remove("Content-Type");
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let spellings = [
        "Application/X-WWW-Form-URLEncoded",
        "application/x-www-form-urlencoded;charset=UTF-8",
        "application/x-www-form-urlencoded ; Charset=\"utf-8\"",
    ];
    let requests = spellings.map(|spelling| {
        let mut request = probe.request().to_request();
        request.fields.set("Content-Type", spelling);
        request
    });
    all_same(probe, requests, "RFC9110-8.3.1-01").await
}

#[cfg(test)]
crate::testing::canned_replies!(
    |request: &Request| request.fields.get("Content-Type").is_some_and(|value| value != Form::MEDIA_TYPE),
    [
        (token(), "pass"),
        (refusal(400, "invalid_request"), "fail must RFC9110-8.3.1-01"),
        (Response::empty(415), "fail must RFC9110-8.3.1-01"),
        (busy(503), "inconclusive"),
    ]
);
