//! JWK Sets.

use countersign_validator::{Algorithm, KeySet};
use serde_json::Value;

use super::common::other_reader;

/// A key set: no key that is read takes what nobody signed, and no key is made of secrets.
pub fn key_set(data: &[u8]) {
    let Ok(set) = KeySet::from_json(data) else { return };
    if !set.has_usable_key() {
        return;
    }
    let Some(other) = other_reader(data) else { return };
    let jwks = other["keys"].as_array().expect("RFC 7517 §5");
    assert!(jwks.iter().any(is_public), "a usable key is one of the document");
    // No signature of anybody: of every length that an algorithm has, at the edges of its numbers.
    let garbage = [64, 96, 132, 256].into_iter().flat_map(|length| [0, 1, 0xff].map(|octet| vec![octet; length]));
    let garbage: Vec<Vec<u8>> = garbage.collect();
    let kids = jwks.iter().take(4).filter_map(|jwk| jwk.get("kid")?.as_str());
    for kid in kids.map(Some).chain([None]) {
        for algorithm in Algorithm::all() {
            for signature in &garbage {
                let answer = set.verify_signature(kid, algorithm, b"what nobody signed", signature);
                assert_ne!(answer, Ok(true), "{algorithm} takes garbage");
                assert!(!algorithm.is_symmetric() || answer.is_err(), "a published set has no secret");
                if answer.is_err() {
                    break;
                }
            }
        }
    }
}

/// RFC 7517 §4.1, RFC 7518 §6.
fn is_public(jwk: &Value) -> bool {
    let is_kind = matches!(jwk["kty"].as_str(), Some("RSA" | "EC" | "OKP"));
    is_kind && ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].iter().all(|member| jwk.get(member).is_none())
}
