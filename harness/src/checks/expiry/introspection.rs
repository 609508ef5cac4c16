//! Introspection calls a token dead after its end.
//!
//! **Sent.** The introspection of a token when it is fresh, and again after its end, until it is dead or the
//! leeway has passed.
//!
//! **Demanded.** `active` is true for the fresh token, and false after the end: at once, or within the leeway
//! that is granted to clocks (RFC 7662 §2.2 and §4). Within the leeway it is a warning. Another answer than 200 with
//! `active`, or a new token that is not active either, says nothing of the end.
//!
//! **Why it matters.** Resource servers that ask the server rely on its answer alone. Short lifetimes protect
//! only if somebody enforces them.
//!
//! **The attack.** A stolen token that should be worth nothing after five minutes works for the rest of the day.
//!
//! **How servers went wrong.** A skew of five minutes is the default of one product; others compare with a time
//! that was cached.

use super::{Judge, Life, Seen, until_dead};
use crate::checks::prelude::*;
use crate::run::Held;

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
    match says(fresh) {
        Life::Alive => {}
        // Also the answer to a client that may not know about the token (RFC 7662 §2.2): no fault can be told from it.
        Life::Dead => {
            let reason = "`active` is false for a fresh token: let this client introspect its own tokens";
            return Err(Stop::NotApplicable(reason.into()));
        }
        // Introspection of this kind of token, or by this client, is not offered (RFC 7662 §2.1 and §4).
        Life::Unknown => {
            let described = Answer::of(fresh.clone()).describe();
            return Err(Stop::NotApplicable(format!("the endpoint does not tell us about the token: {described}")));
        }
    }
    let judge = Judge { ask: Held::introspection_request, says: &says };
    match until_dead(probe, &judge).await? {
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

/// Only 200 with a boolean says anything (RFC 7662 §2.2): an error is about the question, not about the token.
fn says(reply: &Reply) -> Life {
    let members = reply.response.object().filter(|_| reply.response.status == 200);
    match members.and_then(|members| members.get("active")?.as_bool()) {
        Some(true) => Life::Alive,
        Some(false) => Life::Dead,
        None => Life::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::server;
    use super::*;
    use crate::testing::*;

    fn told(active: bool) -> Response {
        Response::json(200, &json!({"active": active}))
    }

    /// A server that calls tokens active for so many seconds.
    async fn verdict(lives: i64) -> String {
        server("/introspect", move |age, _| told(age < lives)).verdict(&CHECK).await
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

    /// The client is gone, the endpoint is, something in front of it answers, or the answer is no answer.
    #[tokio::test]
    async fn only_active_false_says_that_a_token_is_dead() {
        for (row, reply) in [
            refusal(401, "invalid_client"),
            refusal(404, "not_found"),
            page(200),
            gateway_page(403),
            Response::json(200, &json!({"active": "true"})),
            Response::json(200, &json!({"active": "false"})),
            Response::json(200, &json!({})),
            Response::json(404, &json!({"active": false})),
            busy(503),
            refusal(500, "server_error"),
        ]
        .into_iter()
        .enumerate()
        {
            let server = server("/introspect", move |age, _| if age < 60 { told(true) } else { reply.clone() });
            assert_eq!(server.verdict(&CHECK).await, "inconclusive", "row {row}");
        }
    }

    /// Who calls every token dead from some moment on says nothing of the one that ended.
    #[tokio::test]
    async fn a_fresh_token_is_active_after_the_end_of_the_other() {
        let nothing = server("/introspect", |_, now| told(now < 60));
        assert_eq!(nothing.verdict(&CHECK).await, "inconclusive");
    }
}
