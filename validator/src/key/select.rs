//! Which keys may have signed a token (RFC 7515 §6, RFC 8725 §3.1).
//!
//! Statements: RFC7515-6-10, RFC7517-4.5-10, HARNESS-R3.

use std::sync::Arc;

use super::{Key, KeySet, MAX_CANDIDATES, MAX_KID_BYTES};
use crate::{Algorithm, Refusal};

impl KeySet {
    /// The keys to try, at most [`MAX_CANDIDATES`] and at least one: those of this `kid`, or all if the token names none.
    /// The `kid` compares octet by octet and is a hint within this set only (RFC 7517 §4.5).
    pub(crate) fn candidates(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<Vec<Arc<Key>>, Refusal> {
        let named: Vec<usize> = match kid {
            None => (0..self.keys.len()).collect(),
            Some(kid) if kid.len() > MAX_KID_BYTES => Vec::new(),
            Some(kid) => self.by_kid.get(kid).cloned().unwrap_or_default(),
        };
        if named.is_empty() {
            return Err(Refusal::NoKey);
        }
        let candidates: Vec<Arc<Key>> = named
            .into_iter()
            .filter_map(|at| self.keys.get(at)?.clone())
            .filter(|key| key.is_for(algorithm))
            .take(MAX_CANDIDATES)
            .collect();
        match (candidates.is_empty(), kid) {
            (false, _) => Ok(candidates),
            (true, Some(_)) => Err(Refusal::UnsuitableKey),
            // Without a `kid` no key was named, so none was unsuitable; a newer set may have one that fits.
            (true, None) => Err(Refusal::NoKey),
        }
    }
}
