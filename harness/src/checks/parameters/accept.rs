//! The answer is JSON whatever the client says it accepts.
//!
//! **Sent.** The request that works with `Accept: text/html`, `image/png`, `*/*`, and without the field.
//!
//! **Demanded.** `application/json`, or 406 (RFC 9110 §12.5.1, RFC 6749 §5.1).
//!
//! **Why it matters.** Generic HTTP clients send their own `Accept`.
//!
//! **The attack.** A page in the place of JSON is where markup gets a chance.
//!
//! **How servers went wrong.** Servers that answer with a form unless they are asked for JSON.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "parameters/accept",
    source: include_str!("accept.rs"),
    statements: &["RFC9110-12.5.1-01"],
    needs: &[],
    faults: &[Fault::new(
        "html",
        "answers with a page to who accepts pages",
        Deviation::Answers(|request, response| {
            if request.path() == "/token" && request.fields.get("Accept") == Some("text/html") {
                response.fields.set("Content-Type", "text/html");
            }
        }),
    )],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    for accept in [Some("text/html"), Some("image/png"), Some("*/*"), None] {
        let mut request = probe.request().to_request();
        request.fields.remove("Accept");
        accept.into_iter().for_each(|accept| request.fields.set("Accept", accept));
        let answer = probe.near_miss(request).await?;
        let json =
            answer.grant().is_some() && answer.reply.response.media_type().as_deref() == Some("application/json");
        let actual = format!("{} ({})", answer.describe(), answer.reply.response.media_type().unwrap_or_default());
        let holds = json || answer.status() == 406;
        probe.demand(holds, "RFC9110-12.5.1-01", "application/json, or 406", &actual, answer.reply.exchange);
    }
    Ok(())
}

#[cfg(test)]
crate::testing::canned_replies!(
    |request: &Request| request.fields.get("Accept") != Some("application/json"),
    [
        (token(), "pass"),
        (Response::empty(406), "pass"),
        (page(200), "fail must RFC9110-12.5.1-01"),
        (refusal(400, "invalid_request"), "fail must RFC9110-12.5.1-01"),
        (busy(503), "inconclusive"),
    ]
);
