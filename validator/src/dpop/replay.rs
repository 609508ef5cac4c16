//! The memory against repetition (RFC 9449 §11.1): what is to be remembered, and for how long. The store is the caller's.

use crate::{UnixTime, digest::Digest};

/// A proof that has passed every check, as a store remembers it.
///
/// The store answers whether it has the key, and keeps it until [`ReplayKey::until`]. Where two machines may be asked at
/// the same time, put-if-absent answers both questions at once; get and then put leaves a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayKey {
    key: String,
    good_until: UnixTime,
    until: UnixTime,
}

impl ReplayKey {
    /// Proof key, URI and `jti` make the key: `jti` alone is unique only for one client and one target.
    pub(super) fn new(proof_key: &Digest, target: &str, jti: &str, good_until: UnixTime, until: UnixTime) -> Self {
        // The first part has a fixed length and no URI has a NUL, so two proofs never hash the same text.
        let digest = Digest::of_parts(&[proof_key.octets(), target.as_bytes(), &[0], jti.as_bytes()]);
        Self { key: digest.to_base64url(), good_until, until }
    }

    /// 43 characters of base64url, whatever the client sent: legal as a key in any store.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The last time at which the proof is good. It comes before [`ReplayKey::until`] by more than what clocks may differ in.
    pub(crate) const fn good_until(&self) -> UnixTime {
        self.good_until
    }

    /// From this time on every machine whose clock is right within the policy's tolerance refuses the proof for its age, and the key
    /// may be forgotten.
    pub const fn until(&self) -> UnixTime {
        self.until
    }

    /// For how long a store has to keep the key, in milliseconds from `now`.
    pub fn milliseconds_to_keep(&self, now: UnixTime) -> u64 {
        u64::try_from(self.until.milliseconds_since(now).saturating_add(1)).unwrap_or(0)
    }
}
