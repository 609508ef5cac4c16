//! JWTs that clients sign: read strictly, verified with the validator's arithmetic.

use super::Settings;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_validator::{Algorithm, KeySet, json};
use serde::de::{Deserialize as _, Deserializer as _, MapAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// A JWT whose form is right; nothing is verified yet.
pub(super) struct Proof<'a> {
    settings: &'a Settings,
    token: &'a str,
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
}

impl<'a> Proof<'a> {
    /// Three segments, strict JSON in two of them, and no `crit`, which nobody here understands (RFC 7515 §4.1.11).
    pub(super) fn read(settings: &'a Settings, token: &'a str) -> Option<Self> {
        let [header, claims, _signature] = token.split('.').collect::<Vec<_>>().try_into().ok()?;
        let (header, claims) = (object(settings, header)?, object(settings, claims)?);
        let understood = match header.get("crit") {
            None => true,
            Some(Value::Array(names)) => names.is_empty() && settings.holds("crit without names", false),
            Some(_) => settings.holds("crit without array", false),
        };
        understood.then_some(Self { settings, token, header, claims })
    }

    /// Whether a key of this set made the signature, by an algorithm with public keys.
    pub(super) fn is_signed_by(&self, keys: &Value) -> bool {
        let signed = || {
            let (input, signature) = self.token.rsplit_once('.')?;
            let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
            let name = self.header.get("alg")?.as_str()?;
            let unknown = || (name != "none" && self.settings.holds("alg", false)).then_some(Algorithm::Es256);
            let algorithm = Algorithm::from_name(name).or_else(unknown)?;
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

    /// Whether a time is a number that is no integer, and one that nobody looks at.
    pub(super) fn is_overlooked(&self, claim: &str) -> bool {
        self.settings.holds("fractions", false) && self.claims.get(claim).is_some_and(Value::is_f64)
    }

    /// Whether a time is zero, and taken for none.
    pub(super) fn is_zero(&self, claim: &str) -> bool {
        let zero = |time: f64| time.abs() < 1.0;
        self.settings.holds("zero", false) && self.claims.get(claim).and_then(Value::as_f64).is_some_and(zero)
    }

    /// The media type in the header, without its usual beginning (RFC 7515 §4.1.9).
    pub(super) fn typ(&self) -> Option<String> {
        let typ = self.header.get("typ")?.as_str()?.to_ascii_lowercase();
        Some(typ.strip_prefix("application/").unwrap_or(&typ).to_owned())
    }
}

/// An object without two members of one name. A fault is to take the first of two, or to look at nothing behind the
/// object; to take the last is unusual, and right (RFC 7515 §4).
fn object(settings: &Settings, segment: &str) -> Option<Map<String, Value>> {
    let octets = URL_SAFE_NO_PAD.decode(segment).ok()?;
    let strict = json::parse(&octets, json::DOCUMENT_LIMITS).is_ok_and(|document| !document.has_duplicate_members);
    let mut reader = serde_json::Deserializer::from_slice(&octets);
    match settings.unchecked {
        Some("first member") => reader.deserialize_map(FirstMembers).ok(),
        Some("end of object") => Map::deserialize(&mut reader).ok(),
        Some("last member") => serde_json::from_slice(&octets).ok(),
        _ if strict => serde_json::from_slice(&octets).ok(),
        _ => None,
    }
}

/// Reads an object and leaves out what stands there again.
struct FirstMembers;

impl<'de> Visitor<'de> for FirstMembers {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut first = Map::new();
        while let Some((name, value)) = members.next_entry::<String, Value>()? {
            first.entry(name).or_insert(value);
        }
        Ok(first)
    }
}
