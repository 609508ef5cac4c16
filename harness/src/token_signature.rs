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
    if !known(alg) {
        return Err(Unverified::UnknownAlgorithm(alg.to_owned()));
    }
    let fits = |key: &&Value| {
        let same = |member: &str, wanted: Option<&str>| {
            wanted.is_none() || key.get(member).and_then(Value::as_str).is_none_or(|value| Some(value) == wanted)
        };
        same("kid", text("kid")) && same("alg", Some(alg)) && same("use", Some("sig"))
    };
    let signed: Vec<bool> = keys.iter().filter(fits).filter_map(|key| signed_by(alg, key, input, &signature)).collect();
    match signed.as_slice() {
        [] => Err(Unverified::NoKey),
        signed if signed.contains(&true) => Ok(()),
        _ => Err(Unverified::WrongSignature),
    }
}

fn known(alg: &str) -> bool {
    alg == "ES256" || rsa(alg).is_some()
}

fn rsa(alg: &str) -> Option<Rsa> {
    alg.parse().ok()
}

/// None when the key is of another type than the algorithm.
fn signed_by(alg: &str, key: &Value, input: &str, signature: &[u8]) -> Option<bool> {
    let jwk = serde_json::from_value::<JsonWebKey<'_>>(key.clone()).ok()?;
    match rsa(alg) {
        None => Some(check(&Es256, &(&jwk).try_into().ok()?, input, signature)),
        Some(algorithm) => {
            let key: StrongKey<RsaPublicKey> = RsaPublicKey::try_from(&jwk).ok()?.try_into().ok()?;
            Some(check(&algorithm, key.as_ref(), input, signature))
        }
    }
}

fn check<A: Algorithm>(algorithm: &A, key: &A::VerifyingKey, input: &str, signature: &[u8]) -> bool {
    let signature = A::Signature::try_from_slice(signature);
    signature.is_ok_and(|signature| algorithm.verify_signature(&signature, key, input.as_bytes()))
}
