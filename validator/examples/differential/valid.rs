//! Tokens that are good, in every way in which servers write them.

use serde_json::{Value, json};

use crate::{
    dice::Dice,
    forge::{Forge, header},
    signer::ALGORITHMS,
    support::{AUDIENCE, NOW, good_claims, with},
};

/// By the time that a signature takes, unoptimised as the tests are.
fn count(algorithm: &str) -> usize {
    match algorithm {
        "ES256" | "EdDSA" => 300,
        "ES384" => 40,
        _ => 5,
    }
}

pub fn add(forge: &mut Forge) {
    for (algorithm, _) in ALGORITHMS {
        for at in 0..count(algorithm) {
            let header = random_header(&mut forge.dice, algorithm);
            let claims = random_claims(&mut forge.dice);
            let token = forge.mint(algorithm, &header, &claims);
            forge.add("valid", format!("{algorithm} {at}"), token);
        }
    }
    let ed25519 = forge.under("EdDSA", &with(header("EdDSA"), "alg", json!("Ed25519")));
    forge.add("valid-under-the-name-ed25519", "", ed25519);
    for typ in [Some(json!("JWT")), Some(json!("jwt")), Some(json!("application/jwt"))] {
        let token = forge.under("ES256", &with(header("ES256"), "typ", typ.clone()));
        forge.add_under("jwt", "valid-jwt", format!("{typ:?}"), token);
    }
    let absent = forge.under("ES256", &with(header("ES256"), "typ", None));
    forge.add_under("jwt", "valid-jwt-without-typ", "", absent);
}

fn random_header(dice: &mut Dice, algorithm: &str) -> Value {
    let typ = dice.pick(&["at+jwt", "AT+JWT", "At+Jwt", "application/at+jwt"]);
    let mut header = with(header(algorithm), "typ", json!(typ));
    if dice.chance(4) {
        header = with(header, "kid", None);
    }
    for _ in 0..dice.below(3) {
        header = with(header, dice.pick(&["x", "jku", "ver", "\u{1F511}", "x5t"]), json_value(dice, 3));
    }
    header
}

fn random_claims(dice: &mut Dice) -> Value {
    let mut claims = good_claims();
    let aud = dice.pick(&[
        json!(AUDIENCE),
        json!([AUDIENCE]),
        json!(["https://other.example", AUDIENCE]),
        json!([AUDIENCE, AUDIENCE]),
        json!(["", AUDIENCE]),
    ]);
    claims = with(claims, "aud", aud);
    let later = i64::try_from(dice.below(100_000)).unwrap();
    claims = with(claims, "exp", dice.pick(&[json!(NOW + 1 + later), json!(NOW as f64 + 0.5), json!(1.9e9)]));
    claims = with(claims, "iat", dice.pick(&[json!(NOW), json!(NOW - later), json!(0), json!(NOW as f64 - 0.25)]));
    if dice.chance(2) {
        claims = with(claims, "nbf", dice.pick(&[json!(NOW), json!(NOW - later), json!(0)]));
    }
    let names = ["a", "with space", "é\u{301}", "\u{1F600}", "\"quoted\"", "\\", "\u{7f}", "\u{2028}", ""];
    claims = with(claims, "sub", json!(dice.pick(&names)));
    claims = with(claims, "jti", json!(dice.pick(&names)));
    if dice.chance(3) {
        claims = with(claims, "scope", None);
    }
    for _ in 0..dice.below(5) {
        let name =
            dice.pick(&["roles", "https://example.com/x", "act", "", "__proto__", "constructor", "0", "toString"]);
        claims = with(claims, name, json_value(dice, 4));
    }
    claims
}

/// Any JSON up to this depth.
pub fn json_value(dice: &mut Dice, depth: usize) -> Value {
    let texts = ["", "x", "\u{0}", "\n", "\u{ffff}", "\u{10ffff}", "</script>", "é"];
    match dice.below(if depth == 0 { 4 } else { 6 }) {
        0 => Value::Null,
        1 => json!(dice.chance(2)),
        2 => dice.pick(&[json!(0), json!(-1), json!(1.5e-7), json!(u64::MAX), json!(i64::MIN), json!(-0.0)]),
        3 => json!(dice.pick(&texts)),
        4 => (0..dice.below(4)).map(|_| json_value(dice, depth - 1)).collect(),
        _ => (0..dice.below(4))
            .map(|at| (format!("{at}"), json_value(dice, depth - 1)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}
