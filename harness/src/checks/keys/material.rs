//! The published keys are well-formed, and long enough.
//!
//! **Sent.** A GET of the JWK Set.
//!
//! **Demanded.** RSA keys have at least 2048 bits, a minimal `n` and an odd `e` above 1; keys on a curve have
//! coordinates of full length; keys of RFC 8037 have `x` of the length of their curve (RFC 7518 §3.3, §6.2 and
//! §6.3, RFC 8037 §2).
//!
//! **Why it matters.** Verifiers differ in what they forgive: one takes a leading zero octet, the next refuses the
//! key.
//!
//! **The attack.** A short RSA key is factored, and then anybody signs.
//!
//! **How servers went wrong.** A leading zero octet in `n` is a known slip of several libraries; coordinates that
//! begin with zero come out shorter.

use crate::checks::prelude::*;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub(crate) const CHECK: Check = Check {
    id: "keys/material",
    source: include_str!("material.rs"),
    statements: &["RFC7518-6.3-01", "RFC7518-3.3-01", "RFC7518-6.2-01", "RFC8037-2-01"],
    needs: &[Need::Jwks],
    faults: &[
        document_fault!("/jwks", "short-rsa", "publishes an RSA key of 1024 bits", |object| {
            add(object, json!({"kty": "RSA", "kid": "rsa", "n": URL_SAFE_NO_PAD.encode([0xc1; 128]), "e": "AQAB"}));
        }),
        document_fault!("/jwks", "leading-zero", "writes a zero octet before the modulus", |object| {
            let modulus: Vec<_> = std::iter::once(0).chain([0xc1; 256]).collect();
            add(object, json!({"kty": "RSA", "kid": "rsa", "n": URL_SAFE_NO_PAD.encode(modulus), "e": "AQAB"}));
        }),
        document_fault!("/jwks", "short-coordinate", "leaves zeros at the start of a coordinate out", |object| {
            let (x, y) = (URL_SAFE_NO_PAD.encode([7; 31]), URL_SAFE_NO_PAD.encode([7; 32]));
            add(object, json!({"kty": "EC", "kid": "ec", "crv": "P-256", "x": x, "y": y}));
        }),
        document_fault!("/jwks", "short-ed25519", "publishes a key of 31 octets", |object| {
            add(object, json!({"kty": "OKP", "kid": "okp", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode([7; 31])}));
        }),
    ],
    run: |probe| Box::pin(run(probe)),
};

use super::keys;

/// For faults: one more key in a set.
fn add(set: &mut Map<String, Value>, key: Value) {
    if let Some(keys) = set.get_mut("keys").and_then(Value::as_array_mut) {
        keys.push(key);
    }
}

/// RFC 7518 §3.3, bits.
const SHORTEST_RSA: usize = 2048;

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let (keys, exchange) = keys(probe).await?;
    for key in &keys {
        let text = |name: &str| key.get(name).and_then(Value::as_str).unwrap_or_default();
        let octets = |name: &str| URL_SAFE_NO_PAD.decode(text(name)).unwrap_or_default();
        match text("kty") {
            "RSA" => {
                let (n, e) = (octets("n"), octets("e"));
                let zeros = n.first().map_or(8, |first| first.leading_zeros() as usize);
                let bits = (n.len() * 8).saturating_sub(zeros);
                let actual = format!("{bits} bits");
                probe.demand(bits >= SHORTEST_RSA, "RFC7518-3.3-01", "2048 bits or more", &actual, exchange);
                let minimal = zeros < 8 && e.first().is_some_and(|first| *first != 0);
                let odd = e.last().is_some_and(|last| last % 2 == 1) && e != [1];
                let expected = "`n` and `e` without leading zeros, `e` odd and above 1";
                probe.demand(
                    minimal && odd,
                    "RFC7518-6.3-01",
                    expected,
                    "an RSA key that is written otherwise",
                    exchange,
                );
            }
            "EC" => {
                let full = match text("crv") {
                    "P-256" | "secp256k1" => 32,
                    "P-384" => 48,
                    "P-521" => 66,
                    _ => continue,
                };
                let lengths = (octets("x").len(), octets("y").len());
                let actual = format!("coordinates of {} and {} octets", lengths.0, lengths.1);
                let expected = format!("coordinates of {full} octets");
                probe.demand(lengths == (full, full), "RFC7518-6.2-01", &expected, &actual, exchange);
            }
            "OKP" => {
                let full = match text("crv") {
                    "Ed25519" | "X25519" => 32,
                    "Ed448" => 57,
                    "X448" => 56,
                    _ => continue,
                };
                let length = octets("x").len();
                let (expected, actual) = (format!("`x` of {full} octets"), format!("{length} octets"));
                probe.demand(length == full, "RFC8037-2-01", &expected, &actual, exchange);
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    const POINT: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";

    fn key(extra: Value) -> Value {
        let mut key = json!({
            "kty": "EC", "crv": "P-256", "x": POINT, "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", "kid": "1"
        });
        key.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        key.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        key
    }

    #[tokio::test]
    async fn canned_replies() {
        for (keys, verdict) in [
            (json!([key(json!({}))]), "pass"),
            (json!([{"kty": "RSA", "n": URL_SAFE_NO_PAD.encode([0x80; 256]), "e": "AQAB"}]), "pass"),
            (
                json!([{"kty": "RSA", "n": URL_SAFE_NO_PAD.encode([0x7f; 256]), "e": "AQAB"}]),
                "fail must RFC7518-3.3-01",
            ),
            (json!([{"kty": "RSA", "n": URL_SAFE_NO_PAD.encode([0xc1; 256]), "e": "AQ"}]), "fail must RFC7518-6.3-01"),
            (
                json!([{"kty": "RSA", "n": URL_SAFE_NO_PAD.encode([0xc1; 256]), "e": "AAEAAQ"}]),
                "fail must RFC7518-6.3-01",
            ),
            (json!([key(json!({"crv": "P-384"}))]), "fail must RFC7518-6.2-01"),
            (json!([key(json!({"y": null}))]), "fail must RFC7518-6.2-01"),
            (json!([{"kty": "OKP", "crv": "Ed25519", "x": POINT}]), "pass"),
            (json!([{"kty": "OKP", "crv": "Ed448", "x": POINT}]), "fail must RFC8037-2-01"),
            (json!([{"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA"}]), "pass"),
        ] {
            assert_eq!(verdict_on_document(&CHECK, "/jwks", &json!({"keys": keys})).await, verdict, "{keys}");
        }
    }

    #[tokio::test]
    async fn without_a_set_there_is_no_verdict() {
        assert_eq!(canned(|_| None).verdict(&CHECK).await, "inconclusive");
    }
}
