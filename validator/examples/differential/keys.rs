//! The two key sets: one as an issuer publishes it, one with everything that a set may have and must not be used.

use serde_json::{Value, json};

use crate::{
    signer::Keys,
    support::{published_keys as published, with},
};

pub fn plain(keys: &Keys) -> Value {
    let all = ["rsa", "ec", "p384", "p521", "ed"].map(|kid| keys.jwk(kid));
    json!({ "keys": all })
}

/// The `kid`s of [`odd`] with the algorithm that each key would be for, and what is odd about it.
pub const ODD: &[(&str, &str, &str)] = &[
    ("for-encryption", "ES256", "use is enc"),
    ("for-nothing-known", "ES256", "use is another"),
    ("for-signing", "ES256", "key_ops has no verify"),
    ("operation-twice", "ES256", "key_ops has one twice"),
    ("for-another", "ES256", "alg is another"),
    ("for-rs256", "RS256", "alg is this one"),
    ("for-rs256", "PS256", "alg is that of the same kind of key"),
    ("private", "ES256", "d is there"),
    ("off-the-curve", "ES256", "y is another"),
    ("short", "ES256", "x has 31 octets"),
    ("of-another-curve", "ES256", "crv is another"),
    ("secret", "ES256", "kty is oct"),
    ("small-order", "EdDSA", "a point of small order"),
    ("even-exponent", "RS256", "e is even"),
    ("exponent-one", "RS256", "e is 1"),
    ("small", "RS256", "n has 1024 bits"),
    ("twins", "ES256", "two keys of one kid, the second is right"),
    ("once", "ES256", "right, between the odd ones"),
];

pub fn odd(keys: &Keys) -> Value {
    let ec = |kid: &str| with(keys.jwk("ec"), "kid", json!(kid));
    let rsa = |kid: &str| with(keys.jwk("rsa"), "kid", json!(kid));
    let decoy = json!({"kty": "EC", "kid": "twins", "crv": "P-256", "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"});
    let shown = |text: &str, length: usize| json!(text[..length].to_owned());
    json!({"keys": [
        with(ec("for-encryption"), "use", json!("enc")),
        with(ec("for-nothing-known"), "use", json!("tls")),
        with(ec("for-signing"), "key_ops", json!(["sign"])),
        with(ec("operation-twice"), "key_ops", json!(["verify", "verify"])),
        with(ec("for-another"), "alg", json!("ES384")),
        with(rsa("for-rs256"), "alg", json!("RS256")),
        with(ec("private"), "d", json!(published::P256_D)),
        with(ec("off-the-curve"), "y", json!(published::P256_X)),
        with(ec("short"), "x", shown(published::P256_X, 42)),
        with(ec("of-another-curve"), "crv", json!("P-384")),
        json!({"kty": "oct", "kid": "secret", "k": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}),
        json!({"kty": "OKP", "kid": "small-order", "crv": "Ed25519", "x": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}),
        with(rsa("even-exponent"), "e", json!("AQAA")),
        with(rsa("exponent-one"), "e", json!("AQ")),
        with(rsa("small"), "n", shown(published::RSA_N, 170)),
        decoy, ec("twins"), ec("once"),
    ]})
}
