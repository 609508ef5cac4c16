//! The times in a token are those of its making.
//!
//! **Sent.** The request that works, twice; where an opaque token comes again, once more some seconds later.
//!
//! **Demanded.** `iat` is a number between five minutes before and a minute after the response, by the server's own
//! clock; `nbf` is not in its future; `exp` minus `iat` is `expires_in`, or no less than it for a token that is
//! handed out again; `expires_in` of an opaque one that comes again has become as much less as time has passed; that
//! clock is not far from ours (RFC 7519 §4.1.5 and §4.1.6).
//!
//! **Why it matters.** Every receiver compares these numbers with its own clock.
//!
//! **The attack.** A back-dated `iat` hides how old a token is.
//!
//! **How servers went wrong.** 3600 announced and 900 signed; a token that is handed out again, with the lifetime
//! of a new one; milliseconds.

use super::counts_down;
use crate::checks::prelude::*;
use jiff::Timestamp;

pub(crate) const CHECK: Check = Check {
    id: "expiry/token-times",
    source: include_str!("token_times.rs"),
    statements: &["HARNESS-11", "RFC7519-4.1.6-01", "RFC7519-4.1.5-01", "HARNESS-13", "HARNESS-14"],
    needs: &[],
    faults: &[
        token_fault!("early-iat", "back-dates tokens by an hour", |_, claims| {
            let iat = claims.get("iat").and_then(Value::as_i64).unwrap_or_default();
            claims.insert("iat".into(), json!(iat - 3600));
        }),
        token_fault!("text-iat", "writes `iat` as a string", |_, claims| {
            let iat = claims.get("iat").map(Value::to_string).unwrap_or_default();
            claims.insert("iat".into(), json!(iat));
        }),
        token_fault!("future-nbf", "issues tokens that begin later", |_, claims| {
            let iat = claims.get("iat").and_then(Value::as_i64).unwrap_or_default();
            claims.insert("nbf".into(), json!(iat + 60));
        }),
        Fault::warning(
            "fast-clock",
            "has a clock that is two minutes ahead",
            Deviation::Answers(|request, response| {
                grants(request, response, |response| {
                    let date = response.fields.get("Date").and_then(|date| httpdate::parse_http_date(date).ok());
                    let ahead = date.and_then(|date| date.checked_add(std::time::Duration::from_secs(120)));
                    ahead.into_iter().for_each(|ahead| response.fields.set("Date", httpdate::fmt_http_date(ahead)));
                });
            }),
        ),
        token_fault!("other-lifetime", "signs another lifetime than it announces", |_, claims| {
            let exp = claims.get("exp").and_then(Value::as_i64).unwrap_or_default();
            claims.insert("exp".into(), json!(exp - 40));
        })
        .of("D20"),
        Fault::warning(
            "reissued-full-lifetime",
            "hands an opaque token out again, and announces the lifetime of a new one",
            Deviation::Sets(|settings| {
                (settings.reissues, settings.opaque_tokens, settings.full_lifetime) = (true, true, true);
            }),
        )
        .of("D20"),
    ],
    run: |probe| Box::pin(run(probe)),
};

/// How far `iat` may lie before the response: tokens are cached, and clocks are set back on purpose; seconds.
const BACK_DATED: i64 = 300;
/// How far it may lie after it, seconds.
const AHEAD: i64 = 60;
/// Rounding, seconds.
const ROUNDING: i64 = 5;
/// What only claims can break.
const CLAIMED: [&str; 3] = ["HARNESS-11", "RFC7519-4.1.6-01", "RFC7519-4.1.5-01"];

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let answer = probe.control().await?;
    let (Some(grant), exchange) = (answer.grant(), answer.reply.exchange) else { return Ok(()) };
    let date = answer.reply.response.fields.get("Date").and_then(|date| httpdate::parse_http_date(date).ok());
    let server = date.and_then(|date| Timestamp::try_from(date).ok());
    if let Some(server) = server {
        let apart = server.duration_since(answer.reply.received).as_secs();
        let actual = format!("`Date` is {apart} s from our clock");
        probe.demand(apart.abs() <= AHEAD, "HARNESS-14", "clocks that agree to the minute", &actual, exchange);
    } else {
        probe.leave("HARNESS-14", Stop::NotApplicable("the server says no `Date`".into()));
    }
    let now = server.unwrap_or(answer.reply.received).as_second();
    let Some(Jwt { claims, .. }) = Jwt::parse(grant.access_token.expose_secret()) else {
        let none = || Stop::NotApplicable("the token is no JWT".into());
        if !counts_down(probe, grant).await? {
            return Err(none());
        }
        for statement in CLAIMED {
            probe.leave(statement, none());
        }
        return Ok(());
    };
    let seconds = |name: &str| claims.get(name).and_then(Value::as_f64).map(|number| number as i64);
    if let Some(value) = claims.get("iat") {
        let sound = seconds("iat").is_some_and(|iat| (now - BACK_DATED..=now + AHEAD).contains(&iat));
        let expected = format!("`iat`, seconds, about {now}");
        probe.demand(sound, "RFC7519-4.1.6-01", &expected, &format!("`iat`: {value}"), exchange);
    }
    if let Some(value) = claims.get("nbf") {
        let sound = seconds("nbf").is_some_and(|nbf| nbf <= now + ROUNDING);
        let expected = format!("`nbf`, seconds, not after {now}");
        probe.demand(sound, "RFC7519-4.1.5-01", &expected, &format!("`nbf`: {value}"), exchange);
    }
    let announced = grant.expires_in.and_then(|seconds| i64::try_from(seconds).ok());
    for (name, statement) in [("iat", "RFC7519-4.1.6-01"), ("nbf", "RFC7519-4.1.5-01")] {
        if !claims.contains_key(name) {
            probe.leave(statement, Stop::NotApplicable(format!("the token has no `{name}`")));
        }
    }
    let (Some(announced), Some(exp), Some(iat)) = (announced, seconds("exp"), seconds("iat")) else {
        probe.leave("HARNESS-11", Stop::NotApplicable("`expires_in`, `exp` and `iat` are not all there".into()));
        counts_down(probe, grant).await?;
        return Ok(());
    };
    let again = probe.control().await?;
    let reused = again.grant().filter(|again| again.access_token.expose_secret() == grant.access_token.expose_secret());
    let signed = exp - iat;
    let actual = format!("`exp` - `iat` is {signed}, `expires_in` is {announced}");
    match reused {
        None => {
            probe.leave("HARNESS-13", Stop::NotApplicable("every token is a new one".into()));
            let agree = (signed - announced).abs() <= ROUNDING;
            probe.demand(agree, "HARNESS-11", "one lifetime in token and answer", &actual, exchange);
        }
        Some(_) => {
            probe.leave("HARNESS-11", Stop::NotApplicable("a token comes again, with the rest of its lifetime".into()));
            let counts = announced <= exp - now + ROUNDING;
            let actual = format!("`expires_in` is {announced}, and {} s are left", exp - now);
            probe.demand(
                counts,
                "HARNESS-13",
                "the rest of the lifetime of a token that comes again",
                &actual,
                exchange,
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock as _, ManualClock};
    use crate::report::Status;
    use crate::testing::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, OnceLock};

    async fn verdict(claims: Value, new: bool) -> String {
        server(claims, new).verdict(&CHECK).await
    }

    fn server(claims: Value, new: bool) -> Canned {
        let number = AtomicUsize::new(0);
        canned(move |request| {
            let mut claims = claims.clone();
            claims["jti"] = json!(if new { number.fetch_add(1, Ordering::Relaxed) } else { 0 });
            let mut response = jwt_token(&json!({}), &claims);
            response.fields.set("Date", "Thu, 01 Jan 1970 00:00:30 GMT");
            (request.path() == "/token").then_some(response)
        })
    }

    #[tokio::test]
    async fn canned_replies() {
        for (claims, new, expected) in [
            (json!({"iat": 30, "exp": 90}), true, "pass"),
            (json!({"iat": 30, "exp": 95}), true, "pass"),
            (json!({"iat": 30, "exp": 96}), true, "fail must HARNESS-11"),
            (json!({"iat": 0, "exp": 85}), false, "pass"),
            (json!({"iat": 0, "exp": 84}), false, "fail should HARNESS-13"),
            (json!({"iat": -270, "exp": 90}), false, "pass"),
            (json!({"iat": -271}), true, "fail must RFC7519-4.1.6-01"),
            (json!({"iat": 90}), true, "pass"),
            (json!({"iat": 91}), true, "fail must RFC7519-4.1.6-01"),
            (json!({"iat": "30"}), true, "fail must RFC7519-4.1.6-01"),
            (json!({"nbf": 35}), true, "pass"),
            (json!({"nbf": 36}), true, "fail must RFC7519-4.1.5-01"),
        ] {
            assert_eq!(verdict(claims.clone(), new).await, expected, "{claims}");
        }
    }

    /// A token is new or comes again, and a claim that is not there says nothing.
    #[tokio::test]
    async fn what_a_token_does_not_have_is_not_met() {
        let whole = || json!({"iat": 0, "exp": 85, "nbf": 0});
        for (claims, new, id, status) in [
            (whole(), false, "HARNESS-13", Status::Met),
            (whole(), false, "HARNESS-11", Status::NotApplicable),
            (json!({"iat": 30, "exp": 90}), true, "HARNESS-11", Status::Met),
            (json!({"iat": 30, "exp": 90}), true, "HARNESS-13", Status::NotApplicable),
            (json!({"iat": 30}), true, "HARNESS-11", Status::NotApplicable),
            (whole(), false, "RFC7519-4.1.5-01", Status::Met),
            (json!({"iat": 30, "exp": 90}), true, "RFC7519-4.1.5-01", Status::NotApplicable),
        ] {
            assert_eq!(server(claims.clone(), new).status(&CHECK, id).await, status, "{id} of {claims}");
        }
    }

    /// A server that hands one opaque token out again while it lives, and announces what is left of it by its age.
    fn cached(left: fn(i64) -> Option<i64>) -> Canned {
        let clock: Arc<OnceLock<Arc<ManualClock>>> = Arc::default();
        let server_clock = Arc::clone(&clock);
        let server = canned(move |request| {
            let now = server_clock.get().unwrap().now().as_second();
            let number = now / 60;
            let mut response = token_with("access_token", format!("opaque-token-{number}"));
            response.edit_object(|object| _ = object.insert("expires_in".into(), json!(left(now % 60))));
            (request.path() == "/token").then_some(response)
        });
        clock.set(Arc::clone(&server.clock)).unwrap();
        server
    }

    /// What is left of an opaque token is known from `expires_in` alone.
    #[tokio::test]
    async fn an_opaque_token_that_comes_again_counts_down() {
        for (left, status) in [
            ((|age| Some(60 - age)) as fn(i64) -> Option<i64>, Status::Met),
            // Rounded by the one machine and cut by the other.
            (|age| Some(60 - age + i64::from(age > 0)), Status::Met),
            (|_| Some(60), Status::Broken),
            (|age| Some(60 - age / 60), Status::Broken),
            (|_| None, Status::NotApplicable),
        ] {
            assert_eq!(cached(left).status(&CHECK, "HARNESS-13").await, status);
        }
        let always = cached(|_| Some(60));
        assert_eq!(always.verdict(&CHECK).await, "fail should HARNESS-13");
        // Nearly over when it was seen first: the next is another one, and says nothing of the first.
        let ends = cached(|age| Some(60 - age));
        ends.clock.advance(std::time::Duration::from_secs(57));
        assert_eq!(ends.status(&CHECK, "HARNESS-13").await, Status::NotApplicable);
        // A run that may not wait for it does not judge it.
        let mut hasty = cached(|_| Some(60));
        hasty.edit = |config| config.limits.max_wait_seconds = 4;
        assert_eq!(hasty.status(&CHECK, "HARNESS-13").await, Status::Untested);
    }

    /// Clocks are compared whatever the token is.
    #[tokio::test]
    async fn the_clock_of_the_server_is_ours_to_the_minute() {
        for (date, expected) in
            [("Thu, 01 Jan 1970 00:01:00 GMT", "skip"), ("Thu, 01 Jan 1970 00:01:01 GMT", "fail should HARNESS-14")]
        {
            let mut reply = token_without("expires_in");
            reply.fields.set("Date", date);
            assert_eq!(verdict_on(&CHECK, |_| true, &reply).await, expected, "{date}");
        }
    }
}
