//! A proof is good now, and once.
//!
//! **Sent.** Proofs from an hour ago, for an hour ahead, and from a year ago; one proof twice.
//!
//! **Demanded.** `invalid_dpop_proof` for the times (RFC 9449 §4.3). That a proof is taken twice is a note (§11.1).
//!
//! **Why it matters.** A proof that was seen by somebody is worth something for as long as it is good.
//!
//! **The attack.** Proofs are made ahead, or kept, by whoever had the key for a moment.
//!
//! **How servers went wrong.** `iat` is demanded and not compared.

use super::{attempt_with, present, proof, proof_key, refuses};
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

async fn run(probe: &mut Probe<'_>) -> Outcome {
    refuses(
        probe,
        &[
            ("from an hour ago", "RFC9449-4.3-10", |_, claims| shift(claims, -HOUR)),
            ("for an hour ahead", "RFC9449-4.3-10", |_, claims| shift(claims, HOUR)),
            ("from a year ago", "RFC9449-4.3-10", |_, claims| shift(claims, -365 * 24 * HOUR)),
        ],
    )
    .await?;
    let key = proof_key()?;
    let first = present(probe, &key, &|_, _| ()).await?;
    let nonce = first.reply.response.fields.get("DPoP-Nonce").map(str::to_owned);
    let text = proof(probe, &key, nonce.as_deref(), &|_, _| ());
    let once = attempt_with(probe, &[&text]).await?;
    let twice = attempt_with(probe, &[&text]).await?;
    if once.grant().is_some() && twice.grant().is_some() {
        let actual = "a token for the same proof twice";
        probe.broken("RFC9449-11.1-01", Some(Level::May), "no token", actual, twice.reply.exchange);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::dpop::tests::verdict;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        fn no() -> Response {
            refusal(400, "invalid_dpop_proof")
        }
        assert_eq!(verdict(&CHECK, |_| no()).await, "fail may RFC9449-11.1-01");
        assert_eq!(verdict(&CHECK, |_| token()).await, "fail must RFC9449-4.3-10");
        assert_eq!(verdict(&CHECK, |_| busy(503)).await, "inconclusive");
    }
}
