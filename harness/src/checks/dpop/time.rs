//! A proof is good now, and once.
//!
//! **Sent.** Proofs from an hour ago, for an hour ahead, and from a year ago; one proof twice. Then some that are
//! generated: from long ago and for far ahead, in any spelling of a number; and some from within an hour, each further away
//! than the one before, of which none may be taken after one that was refused.
//!
//! **Demanded.** `invalid_dpop_proof` for the times (RFC 9449 §4.3). That a proof is taken twice is a note (§11.1).
//! Where the server demands a nonce, that may tell the time of a proof in the place of `iat`, and the times are not tried.
//!
//! **Why it matters.** A proof that was seen by somebody is worth something for as long as it is good.
//!
//! **The attack.** Proofs are made ahead, or kept, by whoever had the key for a moment.
//!
//! **How servers went wrong.** `iat` is demanded and not compared, or compared only if it is an integer.

use super::{Bad, attempt_with, binds, breach, present, proof, proof_key, refuses, taken};
use crate::checks::prelude::*;
use crate::property::{Time, departures, falsify_within, far_ahead, few, long_ago, with_value};
use crate::signing_key::SigningKey;
use proptest::strategy::Strategy;

pub(crate) const CHECK: Check = Check {
    id: "dpop/time",
    source: include_str!("time.rs"),
    statements: &["RFC9449-4.3-10", "RFC9449-11.1-01"],
    needs: &[Need::Dpop],
    faults: &[
        Fault::new("old", "does not compare the time", Deviation::Sets(|settings| settings.unchecked = Some("iat"))),
        Fault::new(
            "fractions",
            "compares `iat` only if it is an integer",
            Deviation::Sets(|settings| settings.unchecked = Some("fractions")),
        ),
        Fault::note(
            "twice",
            "takes a proof twice",
            Deviation::Sets(|settings| settings.unchecked = Some("repetition")),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

/// Times that are tried at least on either side, each in one request.
const TIMES: u32 = 8;

/// Sequences of proofs that are tried, each in several requests, for either direction.
const SEQUENCES: u32 = 2;

/// Further than any clock is off, seconds.
const HOUR: i64 = 3600;

fn shift(claims: &mut Map<String, Value>, seconds: i64) {
    let time = claims.get("iat").and_then(Value::as_i64).unwrap_or_default();
    claims.insert("iat".into(), json!(time.saturating_add(seconds)));
}

const OTHER_TIMES: [Bad; 3] = [
    ("from an hour ago", "RFC9449-4.3-10", |_, claims| shift(claims, -HOUR)),
    ("for an hour ahead", "RFC9449-4.3-10", |_, claims| shift(claims, HOUR)),
    ("from a year ago", "RFC9449-4.3-10", |_, claims| shift(claims, -365 * 24 * HOUR)),
];

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let key = proof_key()?;
    let text = proof(probe, &key, None, &|_, _| ());
    let answer = attempt_with(probe, &[&text]).await?;
    let demands_nonce = matches!(&answer.kind, Kind::Refusal { error } if error == "use_dpop_nonce");
    if !demands_nonce {
        refuses(probe, &OTHER_TIMES).await?;
        at_another_time(probe, &key, &long_ago()).await?;
        at_another_time(probe, &key, &far_ahead()).await?;
        further_and_further(probe, &key, -1).await?;
        further_and_further(probe, &key, 1).await?;
        binds(probe, &key).await?;
    }
    let first = present(probe, &key, &|_, _| ()).await?;
    let nonce = first.reply.response.fields.get("DPoP-Nonce").map(str::to_owned);
    let text = proof(probe, &key, nonce.as_deref(), &|_, _| ());
    let once = attempt_with(probe, &[&text]).await?;
    let twice = attempt_with(probe, &[&text]).await?;
    if once.grant().is_none() {
        let reason = format!("a good proof got {}", once.describe());
        probe.leave("RFC9449-11.1-01", Stop::Inconclusive(reason));
    } else if twice.grant().is_some() {
        let actual = "a token for the same proof twice";
        probe.broken("RFC9449-11.1-01", Some(Level::May), "no token", actual, twice.reply.exchange);
    }
    let reason =
        || Stop::NotApplicable("the server demands a nonce, which may tell the time in the place of `iat`".into());
    if demands_nonce { Err(reason()) } else { Ok(()) }
}

/// Proofs of such times.
async fn at_another_time(probe: &mut Probe<'_>, key: &SigningKey, times: &impl Strategy<Value = Time>) -> Outcome {
    let cases = few(probe).max(TIMES);
    falsify_within(probe, cases, times, async |probe, _, time| {
        let now = probe.now().as_second();
        let made = |header: &_, claims: &_| {
            let number = time.text(now)?;
            let claims = with_value(claims, "iat", &number);
            Some((key.jws(object_text(header).as_bytes(), claims.as_bytes()), format!("with `iat`: {number}")))
        };
        taken(probe, key, "RFC9449-4.3-10", &made).await
    })
    .await
}

/// How far away the time of a proof may be is the server's: but one that is further away than one that is refused is
/// refused too.
async fn further_and_further(probe: &mut Probe<'_>, key: &SigningKey, sign: i64) -> Outcome {
    falsify_within(probe, SEQUENCES, &departures(), async |probe, _, departures| {
        let mut refused = None;
        for seconds in departures {
            let answer = present(probe, key, &|_, claims| shift(claims, sign * seconds)).await?;
            match (&answer.kind, refused) {
                (Kind::Token(_), Some(nearer)) => {
                    let says = format!("{seconds} seconds away, after one {nearer} seconds away was refused");
                    return Ok(breach(probe, &answer, &says, "RFC9449-4.3-10"));
                }
                (Kind::Refusal { .. }, _) => refused = Some(seconds),
                (Kind::Token(_), None) | (Kind::Neither, _) => {}
            }
        }
        Ok(None)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::dpop::tests::{proof_of, verdict};
    use crate::testing::*;
    use std::sync::Mutex;

    #[tokio::test]
    async fn canned_replies() {
        fn no() -> Response {
            refusal(400, "invalid_dpop_proof")
        }
        assert_eq!(verdict(&CHECK, |_| no()).await, "fail may RFC9449-11.1-01");
        assert_eq!(verdict(&CHECK, |_| token()).await, "fail must RFC9449-4.3-10");
        assert_eq!(verdict(&CHECK, |_| busy(503)).await, "inconclusive");
    }

    /// A server that demands a nonce, which tells it the time of a proof; this often it takes one.
    async fn verdict_with_nonces(times: usize) -> String {
        let seen = Mutex::new(Vec::new());
        let server = canned(move |request| {
            if request.path() == WELL_KNOWN {
                let text = document(&json!({"dpop_signing_alg_values_supported": ["ES256"]})).to_string();
                let value = serde_json::from_str(&text.replace("BASE", &base(request))).unwrap();
                return Some(Response::json(200, &value));
            }
            let claims = proof_of(request)?.claims;
            let mut response = if claims.get("nonce") == Some(&json!("now")) {
                let mut seen = seen.lock().unwrap();
                let before = seen.iter().filter(|id| **id == claims["jti"]).count();
                seen.push(claims["jti"].clone());
                if before < times { token_with("token_type", "DPoP") } else { refusal(400, "invalid_dpop_proof") }
            } else {
                refusal(400, "use_dpop_nonce")
            };
            response.fields.set("DPoP-Nonce", "now");
            Some(response)
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn a_nonce_may_tell_the_time() {
        assert_eq!(verdict_with_nonces(1).await, "skip");
        assert_eq!(verdict_with_nonces(2).await, "fail may RFC9449-11.1-01");
    }

    /// A server that takes proofs of a minute, once each, and those so many seconds away, if this says so.
    async fn verdict_on_distances(taken: fn(i64) -> bool) -> String {
        let seen = Mutex::new(Vec::new());
        let server = canned(move |request| {
            if request.path() == WELL_KNOWN {
                let text = document(&json!({"dpop_signing_alg_values_supported": ["ES256"]})).to_string();
                let value = serde_json::from_str(&text.replace("BASE", &base(request))).unwrap();
                return Some(Response::json(200, &value));
            }
            let no = || refusal(400, "invalid_dpop_proof");
            let Some(Jwt { claims, .. }) = Jwt::parse(request.fields.get("DPoP")?) else { return Some(no()) };
            let mut seen = seen.lock().unwrap();
            let new = !seen.contains(&claims["jti"]);
            seen.push(claims["jti"].clone());
            let near = claims.get("iat").and_then(Value::as_i64).is_some_and(|time| time.abs() < 60 || taken(time));
            Some(if near && new { token_with("token_type", "DPoP") } else { no() })
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn what_is_too_far_away_stays_so() {
        assert_eq!(verdict_on_distances(|_| false).await, "pass");
        assert_eq!(verdict_on_distances(|time| (-900..300).contains(&time)).await, "pass");
        assert_eq!(verdict_on_distances(|time| (-3500..-900).contains(&time)).await, "fail must RFC9449-4.3-10");
        assert_eq!(verdict_on_distances(|time| (900..3500).contains(&time)).await, "fail must RFC9449-4.3-10");
    }
}
