//! Introspection calls a token dead after its end.
//!
//! **Sent.** The introspection of a token when it is fresh, and again after its end, until it is dead or the
//! leeway has passed; that of a new token; and once more that of the dead one.
//!
//! **Demanded.** `active` is true for the fresh token, and false after the end: at once, or within the leeway
//! that is granted to clocks (RFC 7662 §2.2 and §4). Within the leeway it is a warning. Another answer than 200 with
//! `active`, or a new token that is not active either, says nothing of the end. What is dead stays so when the next
//! token is issued.
//!
//! **Why it matters.** Resource servers that ask the server rely on its answer alone. Short lifetimes protect
//! only if somebody enforces them.
//!
//! **The attack.** A stolen token that should be worth nothing after five minutes works for the rest of the day.
//!
//! **How servers went wrong.** A skew of five minutes is the default of one product; others compare with a time
//! that was cached, or take the end of the newest token for that of all.

use super::{Judge, Life, Seen, until_dead};
use crate::checks::prelude::*;
use crate::property::LOOKS;
use crate::reference::Lapse;
use crate::run::Held;
use std::time::Duration;

pub(crate) const CHECK: Check = Check {
    id: "expiry/introspection",
    source: include_str!("introspection.rs"),
    statements: &["RFC7662-4-01", "HARNESS-12"],
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
        Fault::new("renewed", "revives expired tokens when it issues the next", Lapse::Renewed.deviation()),
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
    let seen = until_dead(probe, &judge).await?;
    match seen {
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
    if matches!(seen, Seen::Alive { .. }) {
        probe.leave("HARNESS-12", Stop::NotApplicable("`active` does not change".into()));
        return Ok(());
    }
    stays_dead(probe, &judge, &aging.held).await
}

/// Looks once more, now that a token was issued after the end. Machines whose clocks differ may call the old one either
/// way (and then one look in some says that it is dead): it is alive again where every look says so.
async fn stays_dead(probe: &mut Probe<'_>, judge: &Judge<'_>, held: &Held) -> Outcome {
    let mut exchange = 0;
    for look in 0..LOOKS {
        if look > 0 {
            probe.link.wait(Duration::from_secs(1), "all machines to know that a token is over").await;
        }
        let reply = judge.ask(probe, held).await?;
        exchange = reply.exchange;
        match says(&reply) {
            Life::Alive => {}
            Life::Dead => return Ok(()),
            Life::Unknown => {
                let described = reply.response.describe();
                return Err(Stop::Inconclusive(format!("no second verdict on the token after its end: {described}")));
            }
        }
    }
    let actual = "active again after another token was issued";
    probe.broken("HARNESS-12", None, "what was inactive stays so", actual, exchange);
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
    use crate::report::Status;
    use crate::testing::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

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

    /// A token comes alive when the next is issued: for good, or in the eyes of a machine whose clock is slow.
    #[tokio::test]
    async fn what_is_dead_stays_so() {
        for (alive_again, expected) in [(1..100, "fail must HARNESS-12"), (1..4, "pass"), (0..0, "pass")] {
            let looks = AtomicUsize::new(0);
            let server = server("/introspect", move |age, _| {
                told(age < 60 || alive_again.contains(&looks.fetch_add(1, Ordering::Relaxed)))
            });
            assert_eq!(server.verdict(&CHECK).await, expected);
        }
        let forever = server("/introspect", |_, _| told(true));
        assert_eq!(forever.status(&CHECK, "HARNESS-12").await, Status::NotApplicable);
    }

    /// Who calls every token dead from some moment on says nothing of the one that ended.
    #[tokio::test]
    async fn a_fresh_token_is_active_after_the_end_of_the_other() {
        let nothing = server("/introspect", |_, now| told(now < 60));
        assert_eq!(nothing.verdict(&CHECK).await, "inconclusive");
    }
}
