//! What is no proof proves nothing.
//!
//! **Sent.** An empty `DPoP` field, junk, a JWT of four segments and one with padding, a proof that another key
//! signed, two proofs in two fields, two in one, and some whose claims are no JSON object. Then some that are generated:
//! with random changes by whoever has no key (a bit, the last character of a part, padding, segments, `none` in any
//! letters, a shorter signature), and some that the key signed, with a `jwk` that is none, and with a `crit` that nobody
//! understands.
//!
//! **Demanded.** `invalid_dpop_proof` (RFC 9449 §4.3 and §5), never a token.
//!
//! **Why it matters.** The field is read before anybody is authenticated.
//!
//! **The attack.** Of two proofs the one is checked and the other used.
//!
//! **How servers went wrong.** Two fields are joined; what cannot be parsed is as good as none; the signature is
//! verified over what was decoded and encoded again.

use super::{attempt_with, binds, judge, parts, present, proof, proof_key, refuses_headers, taken};
use crate::checks::no_object::NoObject;
use crate::checks::prelude::*;
use crate::property::{ALTERATIONS, alterations, critical, falsify_within, few, flaws, other_types, with_spare_bits};

pub(crate) const CHECK: Check = Check {
    id: "dpop/malformed",
    source: include_str!("malformed.rs"),
    statements: &["RFC9449-4.3-01", "RFC9449-4.3-02", "RFC9449-4.3-05"],
    needs: &[Need::Dpop],
    faults: &[
        Fault::new(
            "two",
            "takes the first of two proofs",
            Deviation::Sets(|settings| settings.unchecked = Some("several")),
        ),
        Fault::new(
            "signature",
            "does not verify proofs",
            Deviation::Sets(|settings| settings.unchecked = Some("signature")),
        ),
        Fault::new(
            "encoded-again",
            "verifies what it decoded and encoded again",
            Deviation::Reads(|request, _| {
                let proofs: Vec<_> = request.fields.all("DPoP").map(encoded_again).collect();
                if let [proof] = proofs.as_slice() {
                    request.fields.set("DPoP", proof);
                }
            }),
        ),
        Fault::new(
            "critical-text",
            "looks at `crit` only if it is an array",
            Deviation::Sets(|settings| settings.unchecked = Some("crit without array")),
        ),
        Fault::new(
            "two-objects",
            "looks at nothing behind the claims",
            Deviation::Sets(|settings| settings.unchecked = Some("end of object")),
        ),
        Fault::new(
            "junk",
            "takes junk for no proof",
            Deviation::Reads(|request, _| {
                if request.fields.get("DPoP") == Some("countersign") {
                    request.fields.remove("DPoP");
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let (key, other) = (proof_key()?, proof_key()?);
    binds(probe, &key).await?;
    let first = present(probe, &key, &|_, _| ()).await?;
    let nonce = first.reply.response.fields.get("DPoP-Nonce").map(str::to_owned);
    let good = |probe: &Probe<'_>| proof(probe, &key, nonce.as_deref(), &|_, _| ());
    let (one, two) = (good(probe), good(probe));
    let padded = format!("{}=", good(probe));
    let four = format!("{}.AAAA", good(probe));
    let joined = format!("{one}, {two}");
    let foreign = {
        let public = key.public();
        proof(probe, &other, nonce.as_deref(), &move |header, _| _ = header.insert("jwk".into(), public.clone()))
    };
    for (says, statement, values) in [
        ("of no letters", "RFC9449-4.3-02", vec![""]),
        ("that is junk", "RFC9449-4.3-02", vec!["countersign"]),
        ("of four segments", "RFC9449-4.3-02", vec![&*four]),
        ("with padding", "RFC9449-4.3-02", vec![&*padded]),
        ("by another key", "RFC9449-4.3-05", vec![&*foreign]),
        ("beside another", "RFC9449-4.3-01", vec![&*one, &*two]),
        ("in one field with another", "RFC9449-4.3-01", vec![&*joined]),
    ] {
        let answer = attempt_with(probe, &values).await?;
        judge(probe, &answer, says, statement);
    }
    for shape in NoObject::ALL {
        let (header, claims) = parts(probe, &key, nonce.as_deref());
        let text = key.jws(object_text(&header).as_bytes(), &shape.apply(&claims));
        let answer = attempt_with(probe, &[&text]).await?;
        judge(probe, &answer, shape.says(), "RFC9449-4.3-02");
    }
    let cases = few(probe).max(ALTERATIONS);
    falsify_within(probe, cases, &alterations(), async |probe, _, alteration| {
        let statement = if alteration.is_of_form() { "RFC9449-4.3-02" } else { "RFC9449-4.3-05" };
        let made = |header: &_, claims: &_| {
            let text = alteration.apply(&key.jws(&with_spare_bits(header), &with_spare_bits(claims)))?;
            Some((text, alteration.to_string()))
        };
        taken(probe, &key, statement, &made).await
    })
    .await?;
    refuses_headers(probe, &key, "RFC9449-4.3-05", &flaws(&["jwk"], other_types())).await?;
    refuses_headers(probe, &key, "RFC9449-4.3-05", &flaws(&["crit"], critical())).await?;
    binds(probe, &key).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::dpop::tests::verdict_on_fields;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        let no = || refusal(400, "invalid_dpop_proof");
        assert_eq!(verdict_on_fields(&CHECK, no()).await, "pass");
        assert_eq!(verdict_on_fields(&CHECK, token()).await, "fail must RFC9449-4.3-05");
        assert_eq!(verdict_on_fields(&CHECK, busy(503)).await, "inconclusive");
    }
}
