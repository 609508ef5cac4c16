//! The seam to the validator: whether a token's signature was made with a key of a JWK Set.

use crate::jwt::Jwt;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_validator::{Algorithm, KeySet};
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
    /// The signature is a MAC: its key is shared, and in no published set (RFC 7518 §3.2).
    #[error("the token is signed with a shared secret, which no server publishes")]
    SharedSecret,
    /// No key of the set may be used for this token.
    #[error("no key of the set may be used for this token")]
    NoKey,
    /// A key fits, and the signature is not made with it.
    #[error("the signature was not made with the key that the set names")]
    WrongSignature,
}

/// Whether a key of the set made the token's signature.
pub(crate) fn verify(token: &str, keys: &KeySet) -> Result<(), Unverified> {
    let jwt = Jwt::parse(token).ok_or(Unverified::NotAJwt)?;
    let (input, signature) = token.rsplit_once('.').ok_or(Unverified::NotAJwt)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Unverified::WrongSignature)?;
    let text = |name: &str| jwt.header.get(name).and_then(Value::as_str);
    let alg = text("alg").unwrap_or_default();
    if ["HS256", "HS384", "HS512"].contains(&alg) {
        return Err(Unverified::SharedSecret);
    }
    let algorithm = Algorithm::from_name(alg).ok_or_else(|| Unverified::UnknownAlgorithm(alg.to_owned()))?;
    let signed_by = |kid| keys.verify_signature(kid, algorithm, input.as_bytes(), &signature);
    // `kid` is a hint (RFC 7515 §4.1.4): a set whose keys have none is searched whole.
    match signed_by(text("kid")).or_else(|_| signed_by(None)) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Unverified::WrongSignature),
        Err(_) => Err(Unverified::NoKey),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mac_is_not_looked_for_among_published_keys() {
        let keys = KeySet::from_json(br#"{"keys":[]}"#).unwrap();
        for alg in ["HS256", "HS384", "HS512"] {
            let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{alg}"}}"#));
            assert_eq!(verify(&format!("{header}.e30.c2ln"), &keys), Err(Unverified::SharedSecret));
        }
    }
}
