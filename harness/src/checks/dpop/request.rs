//! A proof is good for one method and one address.
//!
//! **Sent.** Proofs for GET, for `post`, for another host, another path and plain http.
//!
//! **Demanded.** `invalid_dpop_proof` (RFC 9449 §4.3), never a token; for `post` a token is a warning.
//!
//! **Why it matters.** A proof that was sent to one endpoint must be worth nothing at the next.
//!
//! **The attack.** A server that receives a proof uses it at another one.
//!
//! **How servers went wrong.** Behind a proxy the server compares with its inner address, or with nothing.

use super::refuses;
use crate::checks::prelude::*;

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
    .await
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
