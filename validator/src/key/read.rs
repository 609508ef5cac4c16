//! From the bytes of a JWK Set to keys (RFC 7517 §4–5, RFC 7518 §6, RFC 8037 §2).
//!
//! Statements: RFC7517-5-10, RFC7517-4-10, RFC7517-4.2-10, RFC7517-4.3-10, RFC7517-4.4-10.

use std::sync::Arc;

use super::{Key, KeySet, KeySetError, MAX_KEY_SET_BYTES, MAX_KEYS, MAX_KID_BYTES, Material, PublicKey};
use crate::{
    Algorithm, base64url,
    json::{self, Object},
};

/// Members that only a private or symmetric key has (RFC 7518 §6.2.2, §6.3.2, §6.4). A published set must not have
/// them; a key that has is dropped, because its secret is no secret any more.
const PRIVATE_MEMBERS: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

pub(super) fn key_set(bytes: &[u8]) -> Result<KeySet, KeySetError> {
    if bytes.len() > MAX_KEY_SET_BYTES {
        return Err(KeySetError::TooLarge);
    }
    let document = json::parse(bytes, json::DOCUMENT_LIMITS).map_err(KeySetError::Json)?;
    let set = document.value.as_object().filter(|set| !set.has_duplicate_member()).ok_or(KeySetError::NotAKeySet)?;
    let keys = set.get("keys").and_then(json::Value::as_array).ok_or(KeySetError::NotAKeySet)?;
    let mut read = KeySet::default();
    for (at, jwk) in keys.iter().take(MAX_KEYS).enumerate() {
        let jwk = jwk.as_object();
        if let Some(kid) = jwk.and_then(|jwk| jwk.get("kid")?.as_str()).filter(|kid| kid.len() <= MAX_KID_BYTES) {
            read.by_kid.entry(kid.to_owned()).or_default().push(at);
        }
        read.keys.push(jwk.and_then(|jwk| key(jwk, at)).map(Arc::new));
    }
    Ok(read)
}

/// `None` for a key that must not or cannot verify: that key is skipped, the rest stays usable (RFC 7517 §5).
pub(super) fn key(jwk: &Object<'_>, at: usize) -> Option<Key> {
    let private = PRIVATE_MEMBERS.iter().any(|member| jwk.get(member).is_some());
    if jwk.has_duplicate_member()
        || private
        || !is_for_signatures(jwk)
        || jwk.get("kid").is_some_and(|kid| kid.as_str().is_none())
    {
        return None;
    }
    let public = public_key(jwk)?;
    let algorithm = match jwk.get("alg") {
        None => None,
        // A key for an algorithm that is not in the table verifies nothing.
        Some(name) => Some(Algorithm::from_name(name.as_str()?).filter(|algorithm| algorithm.fits(&public))?),
    };
    Some(Key { place: u32::try_from(at).ok()?, material: Material::Public(public), algorithm })
}

fn public_key(jwk: &Object<'_>) -> Option<PublicKey> {
    let text = |name| jwk.get(name)?.as_str();
    let bytes = |name| base64url::decode(text(name)?);
    match (text("kty")?, text("crv")) {
        ("RSA", _) => PublicKey::from_rsa(&bytes("n")?, &bytes("e")?),
        ("EC", Some("P-256")) => PublicKey::from_p256(&bytes("x")?, &bytes("y")?),
        ("EC", Some("P-384")) => PublicKey::from_p384(&bytes("x")?, &bytes("y")?),
        ("EC", Some("P-521")) => PublicKey::from_p521(&bytes("x")?, &bytes("y")?),
        ("OKP", Some("Ed25519")) => PublicKey::from_ed25519(&bytes("x")?),
        _ => None,
    }
}

/// RFC 7517 §4.2 and §4.3: `use`, if present, is `sig`; `key_ops`, if present, has `verify` and no repetition.
fn is_for_signatures(jwk: &Object<'_>) -> bool {
    let use_fits = jwk.get("use").is_none_or(|value| value.as_str() == Some("sig"));
    let operations_fit = jwk.get("key_ops").is_none_or(|operations| {
        operations.as_array().is_some_and(|operations| {
            let names: Vec<_> = operations.iter().filter_map(json::Value::as_str).collect();
            names.len() == operations.len() && names.contains(&"verify") && !json::has_repetition(names)
        })
    });
    use_fits && operations_fit
}
