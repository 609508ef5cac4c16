//! Nothing that was received breaks out into fields or markup.
//!
//! **Sent.** The request that works with line breaks and a field, with markup, and with NUL in `grant_type`, in
//! `scope` and in an unknown parameter.
//!
//! **Demanded.** No field of ours in the answer, no page, JSON that is still JSON (RFC 6749 §10.14).
//!
//! **Why it matters.** Values come back in descriptions, and descriptions in fields and pages.
//!
//! **The attack.** A line break that is copied into a field makes a second field, and then a second answer.
//!
//! **How servers went wrong.** Descriptions that quote the value; error pages of the framework that show it.

use crate::checks::oracle::{INJECTED_FIELD, INJECTED_MARKUP, NOT_INJECTED, injected};
use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "parameters/injection",
    source: include_str!("injection.rs"),
    statements: &["RFC6749-10.14-01"],
    needs: &[],
    faults: &[
        Fault::new(
            "field",
            "copies what it was sent into a field",
            Deviation::Answers(|request, response| {
                let sent = request.form().get("grant_type").unwrap_or_default().to_owned();
                if let Some((_, value)) = sent.split_once("X-Countersign-Injected: ") {
                    response.fields.set(INJECTED_FIELD, value.trim());
                }
            }),
        ),
        Fault::new(
            "page",
            "shows what it was sent on a page",
            Deviation::Answers(|request, response| {
                let sent = request.form().get("scope").unwrap_or_default().to_owned();
                if request.path() == "/token" && sent.contains('<') {
                    *response = Response::empty(400);
                    response.fields.set("Content-Type", "text/html");
                    response.body = format!("<p>{sent}</p>").into_bytes();
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let values = [format!("x\r\n{INJECTED_FIELD}: 1\r\n\r\n"), INJECTED_MARKUP.to_owned(), "x\0y".to_owned()];
    for value in &values {
        for request in [
            probe.request().set("grant_type", value),
            probe.request().set("scope", value),
            probe.request().with("x_countersign", value),
        ] {
            let answer = probe.near_miss(request).await?;
            let (response, exchange) = (&answer.reply.response, answer.reply.exchange);
            let statement = "RFC6749-10.14-01";
            if let Some(actual) = injected(response) {
                probe.broken(statement, None, NOT_INJECTED, &actual, exchange);
            }
            let finding = unless_answered(probe, &answer, statement);
            probe.record(finding);
        }
    }
    Ok(())
}

#[cfg(test)]
crate::testing::canned_replies!(
    |request: &Request| request.form().iter().any(|(_, value)| value.contains(['<', '\0', '\n'])),
    [
        (token(), "pass"),
        (refusal(400, "invalid_request"), "pass"),
        (page(400), "pass"),
        (with_field("X-Countersign-Injected", "1"), "fail must RFC6749-10.14-01"),
        (
            {
                let mut echo = page(400);
                echo.body = b"<p><script>countersign()</script>".to_vec();
                echo
            },
            "fail must RFC6749-10.14-01"
        ),
        (Response::empty(200), "fail must RFC6749-10.14-01"),
        (Response::empty(302), "fail must RFC6749-10.14-01"),
        (Response::empty(500), "fail must RFC6749-10.14-01"),
        (busy(503), "inconclusive"),
    ]
);
