//! A proof of another kind, or by another sort of algorithm, proves nothing.
//!
//! **Sent.** Proofs whose `typ` is missing, is JWT or is that of an access token; by `none`, and by a shared
//! secret; a proof with a private key inside. Then some that are generated, with another `alg` (unknown, in other letters,
//! of another type) and with a `typ` of another type, alone or as the last of two.
//!
//! **Demanded.** `invalid_dpop_proof` (RFC 9449 §4.3), never a token.
//!
//! **Why it matters.** The type keeps one kind of JWT from passing as another.
//!
//! **The attack.** An ID token by the same key would be a proof; a MAC with a public key is made by everybody.
//!
//! **How servers went wrong.** `typ` is not looked at; an unknown `alg` is as good as that of the key.

use super::{binds, proof_key, refuses, refuses_headers};
use crate::checks::prelude::*;
use crate::property::{flaws, last_of_two, other_algorithms, other_types};

pub(crate) const CHECK: Check = Check {
    id: "dpop/header",
    source: include_str!("header.rs"),
    statements: &["RFC9449-4.3-03", "RFC9449-4.3-04", "RFC9449-4.3-06"],
    needs: &[Need::Dpop],
    faults: &[
        Fault::new("typ", "does not look at the type", Deviation::Sets(|settings| settings.unchecked = Some("typ"))),
        Fault::new(
            "unknown-algorithm",
            "takes an algorithm that it does not know for that of the key",
            Deviation::Sets(|settings| settings.unchecked = Some("alg")),
        ),
        Fault::new(
            "private",
            "takes a private key in the header",
            Deviation::Sets(|settings| settings.unchecked = Some("d")),
        ),
        Fault::new(
            "unsigned",
            "takes proofs that nobody signed",
            Deviation::Sets(|settings| settings.unchecked = Some("signature")),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    refuses(
        probe,
        &[
            ("without `typ`", "RFC9449-4.3-03", |header, _| _ = header.remove("typ")),
            ("with `typ`: JWT", "RFC9449-4.3-03", |header, _| _ = header.insert("typ".into(), "JWT".into())),
            ("with `typ`: at+jwt", "RFC9449-4.3-03", |header, _| _ = header.insert("typ".into(), "at+jwt".into())),
            ("with `alg`: none", "RFC9449-4.3-04", |header, _| _ = header.insert("alg".into(), "none".into())),
            ("with `alg`: HS256", "RFC9449-4.3-04", |header, _| _ = header.insert("alg".into(), "HS256".into())),
            ("with a private key", "RFC9449-4.3-06", |header, _| {
                if let Some(jwk) = header.get_mut("jwk").and_then(Value::as_object_mut) {
                    jwk.insert("d".into(), "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI".into());
                }
            }),
        ],
    )
    .await?;
    let key = proof_key()?;
    refuses_headers(probe, &key, "RFC9449-4.3-04", &flaws(&["alg"], other_algorithms())).await?;
    refuses_headers(probe, &key, "RFC9449-4.3-03", &flaws(&["typ"], other_types())).await?;
    refuses_headers(probe, &key, "RFC9449-4.3-03", &last_of_two(&["typ"])).await?;
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
        assert_eq!(verdict(&CHECK, |_| token()).await, "fail must RFC9449-4.3-04");
        assert_eq!(verdict(&CHECK, |_| busy(503)).await, "inconclusive");
    }
}
