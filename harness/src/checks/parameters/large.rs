//! Large requests are served or refused, and no crash.
//!
//! **Sent.** The request that works with an unknown parameter of 64 KiB, and of random sizes on a logarithmic scale up
//! to that; with a thousand unknown parameters; with a
//! thousand unknown scopes. Only with `--allow offensive`.
//!
//! **Demanded.** A token, or a 4xx such as 413 (RFC 9110 §15.5.14), in good time.
//!
//! **Why it matters.** Everything else of the server waits behind what takes it long.
//!
//! **The attack.** Work that grows faster than the request is how one client stops a server.
//!
//! **How servers went wrong.** 500, or a connection that is cut without an answer.

use crate::checks::prelude::*;
use crate::property::{falsify_few, sizes};

pub(crate) const CHECK: Check = Check {
    id: "parameters/large",
    source: include_str!("large.rs"),
    statements: &["RFC9110-15.5.14-01", "HARNESS-10"],
    needs: &[Need::Offensive],
    faults: &[
        Fault::note(
            "server-error",
            "answers 500 to large requests",
            Deviation::Answers(|request, response| {
                if request.path() == "/token" && request.body.len() > 60_000 {
                    *response = Response::empty(500);
                }
            }),
        ),
        Fault::warning(
            "many-scopes",
            "answers 500 to many scopes",
            Deviation::Answers(|request, response| {
                let scopes = request.form().get("scope").map_or(0, |scope| scope.split(' ').count());
                if request.path() == "/token" && scopes > 100 {
                    *response = Response::empty(500);
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

/// What a common server reads of a form without a word, octets.
const LARGE: usize = 64 * 1024;
/// More than any client has.
const MANY: usize = 1000;

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let large = probe.request().with("x_countersign", "x".repeat(LARGE));
    let many = (0..MANY).fold(probe.request(), |request, number| request.with(&format!("x_{number}"), "1"));
    all_answered(probe, [large, many], "RFC9110-15.5.14-01").await?;
    falsify_few(probe, &sizes(LARGE), async |probe, size| {
        let answer = probe.attempt(probe.request().with("x_countersign", "x".repeat(size))).await?;
        Ok(unless_answered(probe, &answer, "RFC9110-15.5.14-01"))
    })
    .await?;
    let scopes = (0..MANY).map(|number| format!("x_countersign_{number}")).collect::<Vec<_>>().join(" ");
    all_answered(probe, [probe.request().set("scope", scopes)], "HARNESS-10").await
}

#[cfg(test)]
crate::testing::canned_replies!(
    |request: &Request| request.body.len() > 4096,
    [
        (token(), "pass"),
        (Response::empty(413), "pass"),
        (refusal(400, "invalid_scope"), "pass"),
        (Response::empty(500), "fail should HARNESS-10"),
        (busy(503), "inconclusive"),
    ]
);
