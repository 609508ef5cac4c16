//! A proof is good now, and once.
//!
//! **Sent.** Proofs from an hour ago, for an hour ahead, and from a year ago; one proof twice.
//!
//! **Demanded.** `invalid_dpop_proof` for the times (RFC 9449 §4.3). That a proof is taken twice is a note (§11.1).
//! Where the server demands a nonce, that may tell the time of a proof in the place of `iat`, and the times are not tried.
//!
//! **Why it matters.** A proof that was seen by somebody is worth something for as long as it is good.
//!
//! **The attack.** Proofs are made ahead, or kept, by whoever had the key for a moment.
//!
//! **How servers went wrong.** `iat` is demanded and not compared.

use super::{Bad, attempt_with, present, proof, proof_key, refuses};
use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "dpop/time",
    source: include_str!("time.rs"),
    statements: &["RFC9449-4.3-10", "RFC9449-11.1-01"],
    needs: &[Need::Dpop],
    faults: &[
        Fault::new("old", "does not compare the time", Deviation::Sets(|settings| settings.unchecked = Some("iat"))),
        Fault::note(
            "twice",
            "takes a proof twice",
            Deviation::Sets(|settings| settings.unchecked = Some("repetition")),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

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
    }
    let first = present(probe, &key, &|_, _| ()).await?;
    let nonce = first.reply.response.fields.get("DPoP-Nonce").map(str::to_owned);
    let text = proof(probe, &key, nonce.as_deref(), &|_, _| ());
    let once = attempt_with(probe, &[&text]).await?;
    let twice = attempt_with(probe, &[&text]).await?;
    if once.grant().is_some() && twice.grant().is_some() {
        let actual = "a token for the same proof twice";
        probe.broken("RFC9449-11.1-01", Some(Level::May), "no token", actual, twice.reply.exchange);
    }
    let reason =
        || Stop::NotApplicable("the server demands a nonce, which may tell the time in the place of `iat`".into());
    if demands_nonce { Err(reason()) } else { Ok(()) }
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
}
