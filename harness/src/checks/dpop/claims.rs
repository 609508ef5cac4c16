//! A proof that lacks a claim proves nothing.
//!
//! **Sent.** Proofs without `jti`, `htm`, `htu` or `iat`, and with such claims of other types, alone or as
//! the last of two.
//!
//! **Demanded.** `invalid_dpop_proof` (RFC 9449 §4.2, §4.3 and §5), never a token. A server that binds no token to
//! a good proof is not judged.
//!
//! **Why it matters.** Each of the four ties the proof to one request.
//!
//! **The attack.** A proof without them is good for every request, from then on.
//!
//! **How servers went wrong.** Claims that are compared only if they are there; of two members the first is read.

use super::{binds, proof_key, refuses, taken};
use crate::checks::prelude::*;
use crate::property::{Flaw, falsify_few, flaws, last_of_two, other_types};
use crate::signing_key::SigningKey;
use proptest::strategy::Strategy;

pub(crate) const CHECK: Check = Check {
    id: "dpop/claims",
    source: include_str!("claims.rs"),
    statements: &["RFC9449-4.2-01", "RFC9449-5-02"],
    needs: &[Need::Dpop],
    faults: &[
        Fault::new("jti", "takes proofs without a name", Deviation::Sets(|settings| settings.unchecked = Some("jti"))),
        Fault::new("iat", "takes proofs without a time", Deviation::Sets(|settings| settings.unchecked = Some("iat"))),
        Fault::new(
            "first-of-two",
            "reads the first of two members",
            Deviation::Sets(|settings| settings.unchecked = Some("first member")),
        ),
        Fault::new(
            "other-code",
            "calls a bad proof a bad request",
            Deviation::Answers(|request, response| code(request, response, "invalid_dpop_proof", "invalid_grant")),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    refuses(
        probe,
        &[
            ("without `jti`", "RFC9449-4.2-01", |_, claims| _ = claims.remove("jti")),
            ("without `htm`", "RFC9449-4.2-01", |_, claims| _ = claims.remove("htm")),
            ("without `htu`", "RFC9449-4.2-01", |_, claims| _ = claims.remove("htu")),
            ("without `iat`", "RFC9449-4.2-01", |_, claims| _ = claims.remove("iat")),
            ("with `jti`, a number", "RFC9449-4.2-01", |_, claims| _ = claims.insert("jti".into(), json!(1))),
            ("with `iat`, a string", "RFC9449-4.2-01", |_, claims| {
                let time = claims.get("iat").map(Value::to_string);
                claims.insert("iat".into(), json!(time));
            }),
        ],
    )
    .await?;
    let key = proof_key()?;
    takes_none(probe, &key, &flaws(&CLAIMS, other_types())).await?;
    takes_none(probe, &key, &last_of_two(&CLAIMS)).await?;
    binds(probe, &key).await
}

const CLAIMS: [&str; 4] = ["jti", "htm", "htu", "iat"];

/// Proofs with claims that are wrong in one of these ways.
async fn takes_none(probe: &mut Probe<'_>, key: &SigningKey, flaws: &impl Strategy<Value = Flaw>) -> Outcome {
    falsify_few(probe, flaws, async |probe, flaw| {
        let made = |header: &_, claims: &_| {
            let (claims, says) = flaw.apply(claims)?;
            Some((key.jws(object_text(header).as_bytes(), claims.as_bytes()), says))
        };
        taken(probe, key, "RFC9449-4.2-01", &made).await
    })
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
        assert_eq!(verdict(&CHECK, |_| refusal(400, "invalid_request")).await, "fail should RFC9449-5-02");
        assert_eq!(verdict(&CHECK, |_| refusal(400, "invalid_grant")).await, "fail must RFC9449-5-02");
        assert_eq!(verdict(&CHECK, |_| token()).await, "fail must RFC9449-4.2-01");
        assert_eq!(verdict(&CHECK, |_| page(500)).await, "fail must RFC9449-5-02");
        assert_eq!(verdict(&CHECK, |_| busy(503)).await, "inconclusive");
    }
}
