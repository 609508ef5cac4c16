//! JWTs that clients sign: read strictly, verified with the validator's arithmetic.

use crate::jwt::Jwt;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_validator::{Algorithm, KeySet, json};
use serde_json::{Map, Value};

/// A JWT whose form is right; nothing is verified yet.
pub(super) struct Proof<'a> {
    token: &'a str,
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
}

impl<'a> Proof<'a> {
    /// Three segments, strict JSON in two of them, and no `crit`, which nobody here understands (RFC 7515 §4.1.11).
    pub(super) fn read(token: &'a str) -> Option<Self> {
        let Jwt { header, claims } = Jwt::parse(token)?;
        let strict = |segment: &str| {
            let octets = URL_SAFE_NO_PAD.decode(segment).unwrap_or_default();
            json::parse(&octets, json::DOCUMENT_LIMITS).is_ok_and(|document| !document.has_duplicate_members)
        };
        let sound = token.split('.').take(2).all(strict) && !header.contains_key("crit");
        sound.then_some(Self { token, header, claims })
    }

    /// Whether a key of this set made the signature, by an algorithm with public keys.
    pub(super) fn is_signed_by(&self, keys: &Value) -> bool {
        let signed = || {
            let (input, signature) = self.token.rsplit_once('.')?;
            let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
            let algorithm = Algorithm::from_name(self.header.get("alg")?.as_str()?)?;
            let keys = KeySet::from_json(keys.to_string().as_bytes()).ok()?;
            keys.verify_signature(None, algorithm, input.as_bytes(), &signature).ok()
        };
        signed() == Some(true)
    }

    pub(super) fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim)?.as_str()
    }

    pub(super) fn seconds(&self, claim: &str) -> Option<i64> {
        self.claims.get(claim)?.as_i64()
    }

    /// The media type in the header, without its usual beginning (RFC 7515 §4.1.9).
    pub(super) fn typ(&self) -> Option<String> {
        let typ = self.header.get("typ")?.as_str()?.to_ascii_lowercase();
        Some(typ.strip_prefix("application/").unwrap_or(&typ).to_owned())
    }
}
