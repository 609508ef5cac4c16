//! Public keys: from the bytes of a JWK Set (RFC 7517) to keys that may verify, checked once, at ingest.
//!
//! Statements: RFC8725-3.1-10, RFC8725BIS-3-21.

mod curve;
mod public_key;
mod read;
mod roca;
mod select;
mod symmetric;

use std::{collections::BTreeMap, sync::Arc};

pub(crate) use self::public_key::{Kind, PublicKey};
pub use self::symmetric::SymmetricKey;
use crate::{Algorithm, Refusal, algorithm, json};

/// A JWK Set of more bytes is refused before it is read: four times the largest set that big issuers publish.
pub const MAX_KEY_SET_BYTES: usize = 64 * 1024;
/// Keys after this many are not read; the rest of the set stays usable.
pub const MAX_KEYS: usize = 100;
/// A `kid` of more bytes names no key (RFC 8725 §3.10: bounded before it is looked up).
pub const MAX_KID_BYTES: usize = 256;
/// So many keys are tried for one token when its `kid` is absent or ambiguous (RFC 7515 appendix D).
pub const MAX_CANDIDATES: usize = 4;

/// A usable key and what it may be used for.
#[derive(Debug)]
pub(crate) struct Key {
    /// The place in its set; with the set's generation a name for the key.
    pub(crate) place: u32,
    pub(crate) material: Material,
    /// The one algorithm that the key itself names (RFC 7517 §4.4).
    pub(crate) algorithm: Option<Algorithm>,
}

/// What verifies: a public key from a JWK Set, or a secret that was given as such.
#[derive(Debug)]
pub(crate) enum Material {
    Public(PublicKey),
    Symmetric(SymmetricKey),
}

impl Key {
    /// Whether this key may verify this algorithm: it is of the right kind and names no other (RFC 8725 §3.1).
    pub(crate) fn is_for(&self, algorithm: Algorithm) -> bool {
        let fits = match &self.material {
            Material::Public(key) => algorithm.fits(key),
            Material::Symmetric(key) => key.algorithm() == algorithm,
        };
        fits && self.algorithm.is_none_or(|own| own == algorithm)
    }

    /// Whether this key made `signature` over `input`, by this crate's own arithmetic; false for a key of another kind.
    pub(crate) fn verify(&self, algorithm: Algorithm, input: &[u8], signature: &[u8]) -> bool {
        match &self.material {
            Material::Public(key) => algorithm.verify(key, input, signature),
            Material::Symmetric(key) => key.verify(algorithm, input, signature),
        }
    }

    /// Whether this key can have made the signature, whatever a host says of it: see [`algorithm::can_have_made`].
    pub(crate) fn can_have_made(&self, signature: &[u8]) -> bool {
        match &self.material {
            Material::Public(key) => algorithm::can_have_made(key, signature),
            Material::Symmetric(_) => true,
        }
    }

    /// The public key as JWK text; a secret has none.
    pub(crate) fn jwk(&self) -> Option<String> {
        match &self.material {
            Material::Public(key) => Some(key.jwk()),
            Material::Symmetric(_) => None,
        }
    }
}

/// A public key that came by itself, as in the header of a DPoP proof (RFC 9449 §4.2), by the same checks as one of a set,
/// with the one algorithm that it names itself. `None` for one that a set would skip: private, for another use, unknown, out
/// of bounds.
pub(crate) fn from_jwk(jwk: &json::Object<'_>) -> Option<(PublicKey, Option<Algorithm>)> {
    let key = read::key(jwk, 0)?;
    match key.material {
        Material::Public(public) => Some((public, key.algorithm)),
        Material::Symmetric(_) => None,
    }
}

/// The keys of one issuer. Immutable: a refreshed set is another value.
#[derive(Clone, Default)]
pub struct KeySet {
    /// In the order of the document. Keys that cannot be used keep their place, so that their `kid` is known.
    keys: Vec<Option<Arc<Key>>>,
    by_kid: BTreeMap<String, Vec<usize>>,
    generation: u64,
}

/// A key and its name come from outside: `Debug` shows how many there are.
impl core::fmt::Debug for KeySet {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let usable = self.keys.iter().flatten().count();
        f.debug_struct("KeySet")
            .field("keys", &self.keys.len())
            .field("usable", &usable)
            .field("generation", &self.generation)
            .finish_non_exhaustive()
    }
}

/// Why bytes are no JWK Set. It holds no part of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeySetError {
    /// More than [`MAX_KEY_SET_BYTES`].
    TooLarge,
    /// Not strict JSON within [`json::DOCUMENT_LIMITS`].
    Json(json::JsonError),
    /// Not an object with an array `keys` (RFC 7517 §5).
    NotAKeySet,
}

impl core::fmt::Display for KeySetError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "the key set is larger than 64 KiB",
            Self::Json(_) => "the key set is not strict JSON",
            Self::NotAKeySet => "not a JWK Set: a JSON object with an array `keys` (RFC 7517 section 5)",
        })
    }
}

impl core::error::Error for KeySetError {}

impl KeySet {
    /// Reads a JWK Set (RFC 7517 §5) of at most [`MAX_KEY_SET_BYTES`], of which [`MAX_KEYS`] keys are looked at. A key that
    /// cannot be used takes nothing from the others.
    ///
    /// # Errors
    /// [`KeySetError`] if the bytes are no JWK Set at all.
    pub fn from_json(bytes: &[u8]) -> Result<Self, KeySetError> {
        read::key_set(bytes)
    }

    /// The set of one shared secret (RFC 7518 §3.2) and nothing else. Public keys and secrets are never in one set: `oct`
    /// keys in a JWK Set stay unusable.
    pub fn symmetric(key: SymmetricKey) -> Self {
        let by_kid = key.kid().map(|kid| (kid.to_owned(), vec![0])).into_iter().collect();
        let key = Key { place: 0, algorithm: Some(key.algorithm()), material: Material::Symmetric(key) };
        Self { keys: vec![Some(Arc::new(key))], by_kid, generation: 0 }
    }

    /// Whether a key of this set that may be used for it made `signature` over `input`: the bare signature check of RFC
    /// 7515 §5.2, by the same choice of keys and the same arithmetic as [`crate::verify()`]. It says nothing about claims.
    ///
    /// # Errors
    /// Codes `key_not_found` and `unsuitable_key`; `unsupported_algorithm` if this build has no arithmetic for it.
    pub fn verify_signature(
        &self,
        kid: Option<&str>,
        algorithm: Algorithm,
        input: &[u8],
        signature: &[u8],
    ) -> Result<bool, Refusal> {
        let candidates = self.candidates(kid, algorithm)?;
        if !algorithm.has_arithmetic() {
            return Err(Refusal::NoArithmetic);
        }
        Ok(candidates.iter().any(|key| key.verify(algorithm, input, signature)))
    }

    /// Marks this set by a number that no other set of its resource server has, which makes [`KeySet::key_id`] unique there.
    #[must_use]
    pub(crate) const fn of_generation(mut self, generation: u64) -> Self {
        self.generation = generation;
        self
    }

    /// Which set this is; another set has another number.
    pub(crate) const fn generation(&self) -> u64 {
        self.generation
    }

    /// A number for a key of this set that no key of another generation has: places are below [`MAX_KEYS`].
    pub(crate) fn key_id(&self, key: &Key) -> u64 {
        self.generation.saturating_mul(128).saturating_add(key.place.into())
    }

    /// Whether there is a key that can verify anything: one that passed the checks of its kind (RFC 7517 §4, RFC 7518 §6).
    pub fn has_usable_key(&self) -> bool {
        self.keys.iter().any(Option::is_some)
    }
}
