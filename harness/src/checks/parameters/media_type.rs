//! Parameters that are no form are refused.
//!
//! **Sent.** The parameters of the request that works as JSON, as XML, as plain text, and as a form under a media
//! type that nobody has; then a form under random types, most of them one change away from that of a form.
//!
//! **Demanded.** 400 with `invalid_request`, or 415; never a 5xx. A token is a warning: some servers extend the
//! specification (RFC 6749 §4.4.2).
//!
//! **Why it matters.** A browser sends a form or plain text to any host without asking first; JSON it asks for.
//!
//! **The attack.** Parsers that nobody meant to be reachable are where the next hole is.
//!
//! **How servers went wrong.** `unsupported_grant_type`, because the body was not read; 500.

use crate::checks::prelude::*;
use crate::property::{falsify_few, other_media_types};

pub(crate) const CHECK: Check = Check {
    id: "parameters/media-type",
    source: include_str!("media_type.rs"),
    statements: &["RFC6749-4.4.2-01"],
    needs: &[],
    faults: &[
        Fault::new(
            "server-error",
            "answers 500 to JSON",
            Deviation::Answers(|request, response| {
                let json = request.fields.get("Content-Type").is_some_and(|value| value.contains("json"));
                if request.path() == "/token" && json {
                    *response = Response::empty(500);
                }
            }),
        ),
        Fault::warning(
            "not-read",
            "calls a body that it does not read an unsupported grant",
            Deviation::Answers(|request, response| {
                let form = request.fields.get("Content-Type").is_some_and(|value| value.starts_with(Form::MEDIA_TYPE));
                if request.path() == "/token" && request.method == "POST" && !form {
                    *response = Response::json(400, &json!({"error": "unsupported_grant_type"}));
                }
            }),
        )
        .of("D30"),
        Fault::warning(
            "nearly-a-form",
            "reads a form under any type that has `form` in its name",
            Deviation::Reads(|request, _| {
                let named = request.fields.get("Content-Type").is_some_and(|value| value.contains("form"));
                if request.path() == "/token" && named {
                    request.fields.set("Content-Type", Form::MEDIA_TYPE);
                }
            }),
        ),
        Fault::warning(
            "any-type",
            "reads a form under any media type",
            Deviation::Reads(|request, _| {
                if request.path() == "/token" {
                    request.fields.set("Content-Type", Form::MEDIA_TYPE);
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let usual = probe.request().to_request();
    let members: Map<_, _> = usual.form().iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    let json = Value::Object(members).to_string().into_bytes();
    let xml = b"<request><grant_type>client_credentials</grant_type></request>".to_vec();
    let form = usual.body.clone();
    for (media_type, body) in [
        ("application/json", json),
        ("application/xml", xml),
        ("text/plain", form.clone()),
        ("application/x-countersign", form),
    ] {
        let mut request = Request { body, ..usual.clone() };
        request.fields.set("Content-Type", media_type);
        let answer = probe.near_miss(request).await?;
        let finding = unless_refused(probe, &answer, media_type);
        probe.record(finding);
    }
    falsify_few(probe, &other_media_types(), async |probe, media_type| {
        let mut request = usual.clone();
        request.fields.set("Content-Type", &*media_type);
        let answer = probe.attempt(request).await?;
        Ok(unless_refused(probe, &answer, &media_type))
    })
    .await
}

fn unless_refused(probe: &Probe<'_>, answer: &Answer, media_type: &str) -> Option<Finding> {
    let level = match (&answer.kind, answer.status()) {
        (Kind::Token(_), _) => Some(Level::Should),
        (_, 415 | 406) => return None,
        (Kind::Refusal { error }, 400 | 401) if ["invalid_request", "invalid_client"].contains(&error.as_str()) => {
            return None;
        }
        (_, 400..=499) => Some(Level::Should),
        _ => None,
    };
    let described = format!("{} for {media_type}", answer.describe());
    let expected = "400 with invalid_request, or 415";
    Some(probe.finding("RFC6749-4.4.2-01", level, expected, &described, answer.reply.exchange))
}

#[cfg(test)]
crate::testing::canned_replies!(
    |request: &Request| request.fields.get("Content-Type") != Some(Form::MEDIA_TYPE) && request.method == "POST",
    [
        (refusal(400, "invalid_request"), "pass"),
        (Response::empty(415), "pass"),
        (refusal(400, "unsupported_grant_type"), "fail should RFC6749-4.4.2-01"),
        (page(400), "fail should RFC6749-4.4.2-01"),
        (token(), "fail should RFC6749-4.4.2-01"),
        (Response::empty(500), "fail must RFC6749-4.4.2-01"),
        (busy(503), "inconclusive"),
    ]
);
