//! One issuer, one policy, one time, and the keys that the specifications publish.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use countersign_validator::{KeySet, Policy, UnixTime, dpop::Dpop};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Those of the tests of the validator, so that their tokens are good seeds.
pub const ISSUER: &str = "https://as.example.com";
pub const AUDIENCE: &str = "https://api.example.com";
pub const NOW: i64 = 1_800_000_000;
pub const URI: &str = "https://api.example.com/orders/7";

pub fn now() -> UnixTime {
    UnixTime::from_seconds(NOW)
}

pub fn policy() -> Arc<Policy> {
    let policy = Policy::new(ISSUER, [AUDIENCE]).unwrap().with_tolerance_seconds(0).unwrap();
    Arc::new(policy.with_dpop(Dpop::default()))
}

/// RFC 7515 A.3 and RFC 8037 A.1.
pub fn key_set_json() -> Value {
    json!({"keys": [
        {"kty": "EC", "kid": "ec", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
        {"kty": "OKP", "kid": "ed", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
    ]})
}

pub fn key_set() -> KeySet {
    KeySet::from_json(key_set_json().to_string().as_bytes()).unwrap()
}

pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).expect("what was accepted is canonical base64url")
}

pub fn sha256(bytes: impl AsRef<[u8]>) -> String {
    encode(Sha256::digest(bytes.as_ref()))
}

/// A text by another reader than ours; `None` if it has a number that no float can hold, which is a text to us.
pub fn other_reader(bytes: &[u8]) -> Option<Value> {
    match serde_json::from_slice(bytes) {
        Ok(value) => Some(value),
        Err(error) if error.to_string().starts_with("number out of range") => None,
        Err(error) => panic!("another reader refuses the JSON that was accepted: {error}"),
    }
}

/// The lines of an input that has several parts; what is not there is empty.
pub fn lines<const N: usize>(data: &[u8]) -> [&[u8]; N] {
    let mut lines = data.splitn(N, |byte| *byte == b'\n');
    [(); N].map(|()| lines.next().unwrap_or_default())
}
