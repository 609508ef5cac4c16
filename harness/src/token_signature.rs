//! The seam to whatever verifies signatures: one function, so that the verifier can be exchanged here alone.

use crate::jwt::Jwt;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jwt_compact::alg::{Es256, Rsa, RsaPublicKey, StrongKey};
use jwt_compact::jwk::JsonWebKey;
use jwt_compact::{Algorithm, AlgorithmSignature};
use serde_json::Value;

/// Why a token is not verified.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unverified {
    /// Three segments with JSON in two of them are missing.
    #[error("the token is no signed JWT")]
    NotAJwt,
    /// We cannot do the arithmetic: that says nothing about the server.
    #[error("the algorithm `{0}` is unknown here")]
    UnknownAlgorithm(String),
    /// No key of the set is meant for this token.
    #[error("no key of the set has the token's `kid` and fits its `alg`")]
    NoKey,
    /// A key fits, and the signature is not made with it.
    #[error("the signature was not made with the key that the set names")]
    WrongSignature,
}

/// Whether a key of the JWK Set made the token's signature.
pub(crate) fn verify(token: &str, keys: &[Value]) -> Result<(), Unverified> {
    let jwt = Jwt::parse(token).ok_or(Unverified::NotAJwt)?;
    let (input, signature) = token.rsplit_once('.').ok_or(Unverified::NotAJwt)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Unverified::WrongSignature)?;
    let text = |name: &str| jwt.header.get(name).and_then(Value::as_str);
    let alg = text("alg").unwrap_or_default();
    let fits = |key: &&Value| {
        let same = |member: &str, wanted: Option<&str>| {
            wanted.is_none() || key.get(member).and_then(Value::as_str).is_none_or(|value| Some(value) == wanted)
        };
        same("kid", text("kid")) && same("alg", Some(alg)) && same("use", Some("sig"))
    };
    let mut outcomes = keys.iter().filter(fits).filter_map(|key| signed_by(alg, key, input, &signature).transpose());
    match outcomes.next() {
        None if known(alg) => Err(Unverified::NoKey),
        None => Err(Unverified::UnknownAlgorithm(alg.to_owned())),
        Some(first) => {
            let valid = std::iter::once(first).chain(outcomes).any(|outcome| outcome == Ok(true));
            if valid { Ok(()) } else { Err(Unverified::WrongSignature) }
        }
    }
}

fn known(alg: &str) -> bool {
    alg == "ES256" || rsa(alg).is_some()
}

fn rsa(alg: &str) -> Option<Rsa> {
    alg.parse().ok()
}

/// None when the key is of another type than the algorithm.
fn signed_by(alg: &str, key: &Value, input: &str, signature: &[u8]) -> Result<Option<bool>, Unverified> {
    let Ok(jwk) = serde_json::from_value::<JsonWebKey<'_>>(key.clone()) else { return Ok(None) };
    if alg == "ES256" {
        return Ok((&jwk).try_into().ok().map(|key| check(&Es256, &key, input, signature)));
    }
    let Some(algorithm) = rsa(alg) else { return Err(Unverified::UnknownAlgorithm(alg.to_owned())) };
    let key: Option<StrongKey<RsaPublicKey>> = RsaPublicKey::try_from(&jwk).ok().and_then(|key| key.try_into().ok());
    Ok(key.map(|key| check(&algorithm, key.as_ref(), input, signature)))
}

fn check<A: Algorithm>(algorithm: &A, key: &A::VerifyingKey, input: &str, signature: &[u8]) -> bool {
    let signature = A::Signature::try_from_slice(signature);
    signature.is_ok_and(|signature| algorithm.verify_signature(&signature, key, input.as_bytes()))
}
