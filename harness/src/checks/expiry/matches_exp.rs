//! `expires_in` agrees with the end that the token itself names.
//!
//! **Sent.** The request that works; then, for an opaque token, its introspection.
//!
//! **Demanded.** `exp` is a number of seconds in the future, and lies `expires_in` seconds after the response,
//! give or take six (RFC 6749 §5.1, RFC 7519 §4.1.4).
//!
//! **Why it matters.** Clients keep a token for as long as the answer says. If the token ends before, calls fail;
//! if after, it lives longer than anybody believes.
//!
//! **The attack.** A token that outlives its announced end is found in a log after it was thought to be dead.
//!
//! **How servers went wrong.** 3600 announced and 900 signed; a cached token that is handed out again with its
//! full lifetime; milliseconds.

use crate::checks::prelude::*;
use crate::jwt::Jwt;
use crate::run::Grant;
use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

pub(crate) const CHECK: Check = Check {
    id: "expiry/matches-exp",
    source: include_str!("matches_exp.rs"),
    statements: &["RFC6749-5.1-40", "RFC7519-4.1.4-01"],
    needs: &[],
    faults: &[
        grant_fault!("announces-more", "announces twice the lifetime", |response| {
            response.edit_object(|object| {
                let seconds = object.get("expires_in").and_then(Value::as_u64).unwrap_or_default();
                object.insert("expires_in".into(), json!(seconds * 2 + 60));
            });
        }),
        grant_fault!("milliseconds", "announces milliseconds", |response| {
            response.edit_object(|object| {
                let seconds = object.get("expires_in").and_then(Value::as_u64).unwrap_or_default();
                object.insert("expires_in".into(), json!(seconds * 1000));
            });
        }),
    ],
    run: |probe| Box::pin(run(probe)),
};

/// Rounding of both numbers, and a clock that ticks between them, seconds.
const TOLERANCE: i64 = 6;

/// Later than this is no number of seconds: the year 5138.
const SECONDS_END: f64 = 1e11;

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let answer = probe.control().await?;
    let (Some(grant), exchange) = (answer.grant(), answer.reply.exchange) else { return Ok(()) };
    let Some(exp) = end(probe, grant).await? else {
        return Err(Stop::NotApplicable("the token is opaque, and introspection tells no `exp`".into()));
    };
    let now = date(&answer);
    let Some(exp) = exp.as_f64().filter(|exp| *exp < SECONDS_END && *exp > now.as_second() as f64) else {
        probe.broken("RFC7519-4.1.4-01", None, "`exp`, seconds, later than now", &exp.to_string(), exchange);
        return Err(Stop::Inconclusive("`expires_in` cannot be held against an `exp` that is no end".into()));
    };
    let Some(expires_in) = grant.expires_in.and_then(|seconds| i64::try_from(seconds).ok()) else {
        probe.leave("RFC6749-5.1-40", Stop::NotApplicable("the answer has no `expires_in`".into()));
        return Ok(());
    };
    let left = (exp - now.as_second() as f64).round() as i64;
    let latency = answer.reply.received.duration_since(answer.reply.sent).as_secs();
    let expected = format!("`exp` {expires_in} s after the response, as `expires_in` says");
    let actual = format!("{left} s after it");
    let agrees = (left - expires_in).abs() <= TOLERANCE + latency;
    probe.demand(agrees, "RFC6749-5.1-40", &expected, &actual, exchange);
    Ok(())
}

/// The server's clock.
fn date(answer: &Answer) -> Timestamp {
    let date = answer.reply.response.fields.get("Date").and_then(|date| httpdate::parse_http_date(date).ok());
    date.and_then(|date| Timestamp::try_from(date).ok()).unwrap_or(answer.reply.received)
}

async fn end(probe: &mut Probe<'_>, grant: &Grant) -> Result<Option<Value>, Stop> {
    if let Some(jwt) = Jwt::parse(grant.access_token.expose_secret()) {
        return Ok(jwt.claims.get("exp").cloned());
    }
    let introspected = introspect(probe, grant).await?;
    Ok(introspected.and_then(|members| members.get("exp").cloned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    fn jwt(exp: Value) -> Response {
        let claims = URL_SAFE_NO_PAD.encode(json!({"exp": exp}).to_string());
        let mut response = token();
        response.edit_object(|object| _ = object.insert("access_token".into(), format!("e30.{claims}.AAAA").into()));
        response.fields.set("Date", "Thu, 01 Jan 1970 00:16:40 GMT");
        response
    }

    #[tokio::test]
    async fn canned_replies() {
        for (reply, verdict) in [
            (jwt(json!(1060)), "pass"),
            (jwt(json!(1066)), "pass"),
            (jwt(json!(1060.9)), "pass"),
            (jwt(json!(1067)), "fail must RFC6749-5.1-40"),
            (jwt(json!(1030)), "fail must RFC6749-5.1-40"),
            (jwt(json!(1_060_000_000_000_i64)), "fail must RFC7519-4.1.4-01"),
            (jwt(json!("1060")), "fail must RFC7519-4.1.4-01"),
            (jwt(json!(999)), "fail must RFC7519-4.1.4-01"),
            (token(), "skip"),
        ] {
            assert_eq!(verdict_on(&CHECK, |_| true, &reply).await, verdict);
        }
    }
}
