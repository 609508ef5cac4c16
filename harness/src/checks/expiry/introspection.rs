//! Introspection calls a token dead after its end.
//!
//! **Sent.** The introspection of a token when it is fresh, and again after its end, until it is dead or the
//! leeway has passed.
//!
//! **Demanded.** `active` is true for the fresh token, and false after the end: at once, or within the leeway
//! that is granted to clocks (RFC 7662 §2.2 and §4). Within the leeway it is a warning.
//!
//! **Why it matters.** Resource servers that ask the server rely on its answer alone. Short lifetimes protect
//! only if somebody enforces them.
//!
//! **The attack.** A stolen token that should be worth nothing after five minutes works for the rest of the day.
//!
//! **How servers went wrong.** A skew of five minutes is the default of one product; others compare with a time
//! that was cached.

use super::{Seen, until_dead};
use crate::checks::prelude::*;
use serde_json::Value;

pub(crate) const CHECK: Check = Check {
    id: "expiry/introspection",
    source: include_str!("introspection.rs"),
    statements: &["RFC7662-4-01"],
    needs: &[Need::Introspection, Need::Wait],
    faults: &[
        Fault::new(
            "never-dies",
            "calls every token that it issued active",
            Deviation::Sets(|settings| settings.introspection_leeway = i64::MAX),
        ),
        Fault::new(
            "an-hour-late",
            "calls tokens active for an hour too long",
            Deviation::Sets(|settings| settings.introspection_leeway = 3600),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let Some(aging) = probe.aging else { return Ok(()) };
    let fresh = match &aging.introspected {
        Some(Ok(reply)) => reply,
        Some(Err(reason)) => return Err(Stop::Inconclusive(reason.to_string())),
        None => return Ok(()),
    };
    match active(fresh) {
        Some(true) => {}
        // Also the answer to a client that may not know about the token (RFC 7662 §2.2): no fault can be told from it.
        Some(false) => {
            let reason = "`active` is false for a fresh token: let this client introspect its own tokens";
            return Err(Stop::NotApplicable(reason.into()));
        }
        // Introspection of this kind of token, or by this client, is not offered (RFC 7662 §2.1 and §4).
        None => {
            let described = Answer::of(fresh.clone()).describe();
            return Err(Stop::NotApplicable(format!("the endpoint does not tell us about the token: {described}")));
        }
    }
    let Some(request) = aging.introspection_request(probe.target, probe.now()) else { return Ok(()) };
    let alive = |reply: &Reply| active(reply) == Some(true);
    match until_dead(probe, &request, &alive).await? {
        Seen::Dead { .. } => {}
        Seen::DeadLate { seconds, exchange } => {
            let actual = format!("active {seconds} s after it");
            probe.broken("RFC7662-4-01", Some(Level::Should), "`active` false after the end", &actual, exchange);
        }
        Seen::Alive { seconds, exchange } => {
            let actual = format!("active {seconds} s after it");
            probe.broken("RFC7662-4-01", None, "`active` false after the end", &actual, exchange);
        }
    }
    Ok(())
}

fn active(reply: &Reply) -> Option<bool> {
    let members = reply.response.object().filter(|_| reply.response.status == 200)?;
    members.get("active").and_then(Value::as_bool)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock as _;
    use crate::testing::*;
    use serde_json::json;
    use std::sync::{Arc, OnceLock};

    /// A server that calls the token active for so many seconds.
    async fn verdict(lives: i64) -> String {
        let clock: Arc<OnceLock<Arc<crate::clock::ManualClock>>> = Arc::default();
        let server_clock = Arc::clone(&clock);
        let server = canned(move |request| {
            let now = server_clock.get().unwrap().now().as_second();
            (request.path() == "/introspect").then(|| Response::json(200, &json!({"active": now < lives})))
        });
        clock.set(Arc::clone(&server.clock)).unwrap();
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn a_token_of_sixty_seconds() {
        assert_eq!(verdict(60).await, "pass");
        assert_eq!(verdict(63).await, "fail should RFC7662-4-01");
        assert_eq!(verdict(3600).await, "fail must RFC7662-4-01");
        assert_eq!(verdict(0).await, "skip");
    }

    #[tokio::test]
    async fn canned_replies() {
        for (reply, verdict) in [(refusal(400, "unsupported_token_type"), "skip"), (busy(503), "inconclusive")] {
            let server = canned(move |request| (request.path() == "/introspect").then(|| reply.clone()));
            assert_eq!(server.verdict(&CHECK).await, verdict);
        }
    }
}
