//! The method is read with case.
//!
//! **Sent.** The request that works with the method `post`.
//!
//! **Demanded.** A refusal: 400, 405 or 501 (RFC 9110 §9.1). A token is a warning.
//!
//! **Why it matters.** Rules of proxies are written for POST.
//!
//! **The attack.** What a rule for POST does not see passes it.
//!
//! **How servers went wrong.** Frameworks that make methods upper-case before they look.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "method/case",
    source: include_str!("case.rs"),
    statements: &["RFC9110-9.1-01"],
    needs: &[],
    faults: &[Fault::warning(
        "case-blind",
        "reads the method without case",
        Deviation::Reads(|request, _| request.method.make_ascii_uppercase()),
    )],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let mut request = probe.request().to_request();
    "post".clone_into(&mut request.method);
    let answer = probe.near_miss(request).await?;
    let (exchange, described) = (answer.reply.exchange, answer.describe());
    if answer.grant().is_some() {
        probe.broken("RFC9110-9.1-01", Some(Level::Should), "no token for `post`", &described, exchange);
        return Ok(());
    }
    let refused = matches!(answer.status(), 400..=499 | 501);
    probe.demand(refused, "RFC9110-9.1-01", "status 400, 405 or 501", &described, exchange);
    Ok(())
}

#[cfg(test)]
crate::testing::canned_replies!(
    |request: &Request| request.method == "post",
    [
        (Response::empty(405), "pass"),
        (Response::empty(501), "pass"),
        (token(), "fail should RFC9110-9.1-01"),
        (Response::empty(500), "fail must RFC9110-9.1-01"),
        (busy(503), "inconclusive"),
    ]
);
