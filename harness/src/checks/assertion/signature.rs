//! An assertion is signed with the registered key, and with no other.
//!
//! **Sent.** Assertions by a key that nobody registered, alone and with that key in the header; with `alg` none; by
//! a shared secret; with an octet of the signature changed; an access token as an assertion; what is no JWT; one
//! with `crit`; some whose claims are no JSON object; and one assertion twice. Then some that are generated: with random
//! changes by whoever has no key (a bit, the last character of a part, padding, segments, `none` in any letters, a shorter
//! signature), and some that the key signed, with another `alg`, and with `crit`s that nobody understands.
//!
//! **Demanded.** `invalid_client` (RFC 7523 §3, RFC 8725 §3.12), never a token. That an assertion is taken twice is
//! a note, and that one is taken with an empty `crit`, which a recipient may take for no JWS (RFC 7515 §4.1.11).
//!
//! **Why it matters.** The signature is the whole authentication.
//!
//! **The attack.** Whoever can bring a key along is every client.
//!
//! **How servers went wrong.** Keys from the header are believed; the MAC of a public key is verified; any JWT of
//! the server passes; an unknown `alg` is as good as that of the key; the signature is verified over what was decoded
//! and encoded again.

use super::{asserter, carrying, judge, signed, takes_none, works};
use crate::checks::no_object::NoObject;
use crate::checks::prelude::*;
use crate::property::{
    ALTERATIONS, FLAWS, Flaw, alterations, critical, few, flaws, last_of_two, other_algorithms, with_spare_bits,
};
use crate::signing_key::SigningKey;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub(crate) const CHECK: Check = Check {
    id: "assertion/signature",
    source: include_str!("signature.rs"),
    statements: &["RFC7523-3-07", "RFC7523-3-08", "RFC7523-3-09", "RFC7523-3-10", "RFC8725-3.12-01"],
    needs: &[Need::PrivateKeyJwt],
    faults: &[
        Fault::new("unverified", "does not verify", Deviation::Sets(|settings| settings.unchecked = Some("signature"))),
        Fault::new(
            "header-key",
            "believes a key in the header",
            Deviation::Sets(|settings| settings.unchecked = Some("jwk")),
        ),
        Fault::new(
            "encoded-again",
            "verifies what it decoded and encoded again",
            Deviation::Reads(|request, _| {
                let form = request.form();
                if let (1, Some(text)) = (form.count("client_assertion"), form.get("client_assertion")) {
                    request.edit_form(|form| form.set("client_assertion", encoded_again(text)));
                }
            }),
        ),
        Fault::new(
            "unknown-algorithm",
            "takes an algorithm that it does not know for that of the key",
            Deviation::Sets(|settings| settings.unchecked = Some("alg")),
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
        Fault::note(
            "empty-crit",
            "takes an empty `crit`",
            Deviation::Sets(|settings| settings.unchecked = Some("crit without names")),
        ),
        Fault::note(
            "twice",
            "takes an assertion twice",
            Deviation::Sets(|settings| settings.unchecked = Some("repetition")),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let (request, asserter) = asserter(probe)?;
    works(probe, &request).await?;
    let other = SigningKey::es256().map_err(|error| Stop::Inconclusive(error.to_string()))?;
    let (mut header, claims) = asserter.parts(probe.now());
    header.insert("alg".into(), other.algorithm().into());
    let foreign = other.jwt(&header, &claims);
    header.insert("jwk".into(), other.public());
    let brought = other.jwt(&header, &asserter.parts(probe.now()).1);
    let with_alg = |probe: &Probe<'_>, alg: &str| {
        signed(probe, &asserter, &|header, _| _ = header.insert("alg".into(), alg.into()))
    };
    let unsigned = with_alg(probe, "none").rsplit_once('.').map(|(input, _)| format!("{input}.")).unwrap_or_default();
    let good = signed(probe, &asserter, &|_, _| ());
    let (input, signature) = good.rsplit_once('.').unwrap_or_default();
    let mut octets = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    octets.first_mut().into_iter().for_each(|octet| *octet ^= 1);
    let flipped = format!("{input}.{}", URL_SAFE_NO_PAD.encode(octets));
    let extended = signed(probe, &asserter, &|header, _| {
        header.insert("crit".into(), json!(["x_countersign"]));
        header.insert("x_countersign".into(), json!(1));
    });
    let empty = signed(probe, &asserter, &|header, _| _ = header.insert("crit".into(), json!([])));
    let token = probe.baseline.grant.access_token.expose_secret().to_owned();
    let cases = [
        ("by another key", "RFC7523-3-08", foreign),
        ("with its own key", "RFC7523-3-10", brought),
        ("by `none`", "RFC7523-3-08", unsigned),
        ("by HS256", "RFC7523-3-08", with_alg(probe, "HS256")),
        ("with another signature", "RFC7523-3-08", flipped),
        ("that is an access token", "RFC8725-3.12-01", token),
        ("of four segments", "RFC7523-3-09", format!("{good}.AAAA")),
        ("with padding", "RFC7523-3-09", format!("{good}==")),
        ("with an unknown `crit`", "RFC7523-3-09", extended),
        ("that is junk", "RFC7523-3-09", "countersign".to_owned()),
    ];
    for (says, statement, text) in cases {
        let answer = probe.attempt(carrying(&request, &text)).await?;
        judge(probe, &answer, says, statement, None);
    }
    let answer = probe.attempt(carrying(&request, &empty)).await?;
    if answer.grant().is_some() {
        judge(probe, &answer, "with an empty `crit`", "RFC7523-3-09", Some(Level::May));
    }
    for shape in NoObject::ALL {
        let (header, claims) = asserter.parts(probe.now());
        let text = asserter.key.key.jws(object_text(&header).as_bytes(), &shape.apply(&claims));
        let answer = probe.attempt(carrying(&request, &text)).await?;
        judge(probe, &answer, shape.says(), "RFC7523-3-09", None);
    }
    let twice = signed(probe, &asserter, &|_, _| ());
    let first = probe.attempt(carrying(&request, &twice)).await?;
    let second = probe.attempt(carrying(&request, &twice)).await?;
    if first.grant().is_some() && second.grant().is_some() {
        let actual = "a token for the same assertion twice";
        probe.broken("RFC7523-3-07", Some(Level::May), "no token", actual, second.reply.exchange);
    }
    let few = few(probe);
    let client = (&request, &asserter);
    takes_none(probe, client, (few.max(ALTERATIONS), &alterations()), |alteration, header, claims| {
        let text = alteration.apply(&asserter.key.key.jws(&with_spare_bits(header), &with_spare_bits(claims)))?;
        let statement = if alteration.is_of_form() { "RFC7523-3-09" } else { "RFC7523-3-08" };
        Some((text, alteration.to_string(), statement))
    })
    .await?;
    let with_flaw = |flaw: &Flaw, header: &_, claims: &_, statement| {
        let (header, says) = flaw.apply(header)?;
        Some((asserter.key.key.jws(header.as_bytes(), object_text(claims).as_bytes()), says, statement))
    };
    takes_none(probe, client, (few.max(FLAWS), &flaws(&["alg"], other_algorithms())), |flaw, header, claims| {
        with_flaw(flaw, header, claims, "RFC7523-3-08")
    })
    .await?;
    takes_none(probe, client, (few, &last_of_two(&["alg"])), |flaw, header, claims| {
        with_flaw(flaw, header, claims, "RFC7523-3-09")
    })
    .await?;
    takes_none(probe, client, (few.max(FLAWS), &flaws(&["crit"], critical())), |flaw, header, claims| {
        with_flaw(flaw, header, claims, "RFC7523-3-09")
    })
    .await?;
    works(probe, &request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::assertion::tests::verdict;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        assert_eq!(verdict(&CHECK, refusal(401, "invalid_client")).await, "pass");
        assert_eq!(verdict(&CHECK, token()).await, "fail must RFC7523-3-08");
        assert_eq!(verdict(&CHECK, busy(503)).await, "inconclusive");
    }
}
