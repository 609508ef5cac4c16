//! A request that comes in chunks is a request.
//!
//! **Sent.** The request that works with `Transfer-Encoding: chunked`.
//!
//! **Demanded.** The same answer as usual, or 411 (RFC 9112 §6).
//!
//! **Why it matters.** Clients that stream do not know the length of what they send.
//!
//! **The attack.** Two servers in a row that disagree about where a request ends see different requests.
//!
//! **How servers went wrong.** Empty bodies, because only `Content-Length` is looked at.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "parameters/chunked",
    source: include_str!("chunked.rs"),
    statements: &["RFC9112-6-01"],
    needs: &[],
    faults: &[Fault::new(
        "empty",
        "reads no chunks",
        Deviation::Reads(|request, _| {
            if request.fields.get("Transfer-Encoding").is_some() {
                request.body.clear();
            }
        }),
    )],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let mut request = probe.request().to_request();
    request.fields.set("Transfer-Encoding", "chunked");
    let answer = probe.near_miss(request).await?;
    if answer.status() != 411 {
        let finding = unless_same(probe, &answer, "RFC9112-6-01");
        probe.findings.extend(finding);
    }
    Ok(())
}

#[cfg(test)]
crate::testing::canned_replies!(
    |request: &Request| request.fields.get("Transfer-Encoding").is_some(),
    [
        (token(), "pass"),
        (Response::empty(411), "pass"),
        (refusal(400, "invalid_request"), "fail must RFC9112-6-01"),
        (busy(503), "inconclusive"),
    ]
);
