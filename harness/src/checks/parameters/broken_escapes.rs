//! Broken escapes and octets that are no text are a malformed request.
//!
//! **Sent.** The request that works with a scope of `%`, of `%zz`, of `%u0041`, and of octets that are no UTF-8;
//! and with such an unknown parameter.
//!
//! **Demanded.** `invalid_request`, or `invalid_scope` from a reader that leaves them as they are; for the unknown
//! parameter a token will do; never a 5xx, never a part of the scope (RFC 6749 appendix B).
//!
//! **Why it matters.** Two readers of broken text read two texts.
//!
//! **The attack.** What one layer drops and the next one keeps passes the filter between them.
//!
//! **How servers went wrong.** Five of seventeen servers that were tried answer malformed input with 500.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "parameters/broken-escapes",
    source: include_str!("broken_escapes.rs"),
    statements: &["RFC6749-B-02", "RFC6749-B-03"],
    needs: &[],
    faults: &[
        Fault::new(
            "server-error",
            "answers 500 to broken escapes",
            Deviation::Answers(|request, response| {
                if request.path() == "/token" && request.body.windows(3).any(|octets| octets == b"%zz") {
                    *response = Response::empty(500);
                }
            }),
        )
        .of("D06"),
        Fault::new(
            "drops",
            "drops octets that are no text",
            Deviation::Reads(|request, _| {
                let body = String::from_utf8_lossy(&request.body).replace("%ff", "");
                if request.path() == "/token" && body.len() < request.body.len() {
                    request.body = body.into_bytes();
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const BROKEN: Refusal = Refusal {
    statement: "RFC6749-B-02",
    codes: &["invalid_request", "invalid_scope"],
    tolerated: &["invalid_client"],
    token: None,
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let with = |pair: &str| {
        let mut request = probe.request().without("scope").to_request();
        request.body.extend_from_slice(format!("&{pair}").as_bytes());
        request
    };
    let own = probe.target.client.scopes.first().map_or("read", String::as_str);
    let broken =
        [format!("scope={own}%"), format!("scope={own}%zz"), format!("scope={own}%u0041")].map(|pair| with(&pair));
    let no_text = [format!("scope={own}%ff"), format!("scope={own}%c0%af"), format!("scope={own}%ed%a0%80")]
        .map(|pair| with(&pair));
    let unknown = ["x_countersign=%", "x_countersign=%ff", "x_%zz=1"].map(with);
    all_refused(probe, broken, &BROKEN).await?;
    all_refused(probe, no_text, &Refusal { statement: "RFC6749-B-03", ..BROKEN }).await?;
    all_answered(probe, unknown, "RFC6749-B-02").await
}

#[cfg(test)]
crate::testing::canned_replies!(
    |request: &Request| request.body.windows(6).any(|octets| octets == b"scope=") && request.body.ends_with(b"%")
        || request.body.ends_with(b"%zz")
        || request.body.ends_with(b"%u0041")
        || request.body.ends_with(b"%ff")
        || request.body.ends_with(b"%c0%af")
        || request.body.ends_with(b"%ed%a0%80"),
    [
        (refusal(400, "invalid_request"), "pass"),
        (refusal(400, "invalid_scope"), "pass"),
        (refusal(400, "invalid_grant"), "fail must RFC6749-B-02"),
        (token(), "fail must RFC6749-B-02"),
        (Response::empty(500), "fail must RFC6749-B-02"),
        (busy(503), "inconclusive"),
    ]
);
