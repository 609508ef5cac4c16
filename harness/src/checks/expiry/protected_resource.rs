//! A protected resource refuses a token after its end.
//!
//! **Sent.** A call of `protected_url` with a token when it is fresh, and again after its end, until it is
//! refused or the leeway has passed.
//!
//! **Demanded.** The fresh token is accepted; after the end the answer is 401, at once or within the leeway that
//! is granted to clocks (RFC 7519 §4.1.4, RFC 6750 §3.1). Within the leeway it is a warning.
//!
//! **Why it matters.** This is where the lifetime of a token counts. All the rest is announcement.
//!
//! **The attack.** A token from an old log, a backup or a browser's history opens the door for as long as nobody
//! compares the time.
//!
//! **How servers went wrong.** Resource servers that keep the outcome of a verification beyond the end of the
//! token, and libraries where the comparison is an option.

use super::{Seen, until_dead};
use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "expiry/protected-resource",
    source: include_str!("protected_resource.rs"),
    statements: &["RFC7519-4.1.4-02"],
    needs: &[Need::ProtectedUrl, Need::Wait],
    faults: &[
        Fault::new(
            "never-refused",
            "accepts every token that was ever issued",
            Deviation::Sets(|settings| settings.protected_leeway = i64::MAX),
        ),
        Fault::new(
            "an-hour-late",
            "accepts tokens for an hour too long",
            Deviation::Sets(|settings| settings.protected_leeway = 3600),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const STATEMENT: &str = "RFC7519-4.1.4-02";

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let Some(aging) = probe.aging else { return Ok(()) };
    match &aging.accepted {
        Some(Ok(reply)) if accepts(reply) => {}
        Some(Ok(reply)) => {
            let described = reply.response.describe();
            return Err(Stop::Inconclusive(format!("`protected_url` does not accept a fresh token: {described}")));
        }
        Some(Err(reason)) => return Err(Stop::Inconclusive(reason.to_string())),
        None => return Ok(()),
    }
    let Some(request) = aging.protected_request(probe.target) else { return Ok(()) };
    match until_dead(probe, &request, &accepts).await? {
        Seen::Dead { status: 401, .. } => {}
        Seen::Dead { status, exchange } => {
            let actual = format!("status {status}");
            let finding = probe.finding(STATEMENT, Some(Level::Should), "status 401 after the end", &actual, exchange);
            // The token is dead; a client only does not learn that it should get another one.
            probe.findings.push(Finding { severity: Severity::Low, ..finding });
        }
        Seen::DeadLate { seconds, exchange } => {
            let actual = format!("accepted {seconds} s after it");
            probe.broken(STATEMENT, Some(Level::Should), "status 401 after the end", &actual, exchange);
        }
        Seen::Alive { seconds, exchange } => {
            let actual = format!("accepted {seconds} s after it");
            probe.broken(STATEMENT, None, "status 401 after the end", &actual, exchange);
        }
    }
    Ok(())
}

fn accepts(reply: &Reply) -> bool {
    (200..300).contains(&reply.response.status)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock as _;
    use crate::testing::*;
    use std::sync::{Arc, OnceLock};

    /// A resource that accepts the token for so many seconds, and then answers with this status.
    async fn verdict(lives: i64, then: u16) -> String {
        let clock: Arc<OnceLock<Arc<crate::clock::ManualClock>>> = Arc::default();
        let server_clock = Arc::clone(&clock);
        let server = canned(move |request| {
            let now = server_clock.get().unwrap().now().as_second();
            (request.path() == "/api").then(|| Response::empty(if now < lives { 200 } else { then }))
        });
        clock.set(Arc::clone(&server.clock)).unwrap();
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        assert_eq!(verdict(60, 401).await, "pass");
        assert_eq!(verdict(63, 401).await, "fail should RFC7519-4.1.4-02");
        assert_eq!(verdict(60, 403).await, "fail should RFC7519-4.1.4-02");
        assert_eq!(verdict(3600, 401).await, "fail must RFC7519-4.1.4-02");
        assert_eq!(verdict(60, 503).await, "inconclusive");
        assert_eq!(verdict(0, 401).await, "inconclusive");
    }
}
