//! A proof is good for one method and one address.
//!
//! **Sent.** Proofs for GET, for no method, for another host, another path and another scheme; then some for random
//! addresses that are nearly the right one: its text goes on, its last segment or its port is another, a character stands
//! for a dot of its host, or it stands in the path or before the host of another.
//!
//! **Demanded.** `invalid_dpop_proof` (RFC 9449 §4.3), never a token.
//!
//! **Why it matters.** A proof that was sent to one endpoint must be worth nothing at the next.
//!
//! **The attack.** A server that receives a proof uses it at another one.
//!
//! **How servers went wrong.** Behind a proxy the server compares with its inner address, without ports, or with nothing.

use super::{address, binds, breach, present, proof_key, refuses};
use crate::checks::prelude::*;
use crate::property::{NEAR_MISSES, falsify_within, near_misses};

pub(crate) const CHECK: Check = Check {
    id: "dpop/request",
    source: include_str!("request.rs"),
    statements: &["RFC9449-4.3-07", "RFC9449-4.3-08"],
    needs: &[Need::Dpop],
    faults: &[
        Fault::new(
            "method",
            "does not look at the method",
            Deviation::Sets(|settings| settings.unchecked = Some("htm")),
        ),
        Fault::new(
            "address",
            "does not look at the address",
            Deviation::Sets(|settings| settings.unchecked = Some("htu")),
        ),
        Fault::new(
            "port",
            "compares hosts without their ports",
            Deviation::Sets(|settings| settings.unchecked = Some("port")),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    refuses(
        probe,
        &[
            ("for GET", "RFC9449-4.3-07", |_, claims| _ = claims.insert("htm".into(), "GET".into())),
            ("for no method", "RFC9449-4.3-07", |_, claims| _ = claims.insert("htm".into(), "".into())),
            ("for another host", "RFC9449-4.3-08", |_, claims| {
                claims.insert("htu".into(), "https://countersign.example/token".into());
            }),
            ("for another path", "RFC9449-4.3-08", |_, claims| {
                let uri = claims.get("htu").and_then(Value::as_str).unwrap_or_default();
                claims.insert("htu".into(), format!("{uri}/x").into());
            }),
            ("for another scheme", "RFC9449-4.3-08", |_, claims| {
                let uri = claims.get("htu").and_then(Value::as_str).unwrap_or_default();
                claims.insert(
                    "htu".into(),
                    format!("ftp{}", uri.trim_start_matches("https").trim_start_matches("http")).into(),
                );
            }),
        ],
    )
    .await?;
    // Who looks at no part of the address looks at none of these.
    let looks = probe.findings.iter().all(|finding| finding.requirement.as_deref() != Some("RFC9449-4.3-08"));
    if looks { nearly_right(probe).await } else { Ok(()) }
}

/// Proofs for nearly this address.
async fn nearly_right(probe: &mut Probe<'_>) -> Outcome {
    let key = proof_key()?;
    falsify_within(probe, NEAR_MISSES, &near_misses(&address(probe)), async |probe, _, uri| {
        let answer = present(probe, &key, &|_, claims| _ = claims.insert("htu".into(), json!(uri))).await?;
        Ok(breach(probe, &answer, "for nearly this address", "RFC9449-4.3-08"))
    })
    .await?;
    binds(probe, &key).await
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
        assert_eq!(verdict(&CHECK, |_| no()).await, "pass");
        assert_eq!(verdict(&CHECK, |_| token()).await, "fail must RFC9449-4.3-07");
        assert_eq!(verdict(&CHECK, |_| busy(503)).await, "inconclusive");
    }
}
