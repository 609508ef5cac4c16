//! Nonces that a resource server demands in proofs (RFC 9449 §8 and §9), without any state.
//!
//! Time is cut into slots; the nonce of a slot is an HMAC of its number under a secret of the caller. All machines that
//! share the secret accept each other's nonces, and nobody else can tell the next one (§8.1).
//!
//! Statements: RFC9449-8.1-10.

use core::fmt;

use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::{ConfigurationError, UnixTime, base64url};

/// A secret of fewer bytes is refused: the strength of HMAC with SHA-256 (RFC 2104 §3).
pub const MIN_SECRET_BYTES: usize = 32;
/// A slot is at most so long, in seconds: five minutes, as a proof itself.
pub const MAX_SLOT_SECONDS: u32 = 300;

/// For how long a slot lasts where that is not said, in seconds: a client asks for a new nonce once a minute at most, as
/// often as its proofs grow old.
pub const DEFAULT_SLOT_SECONDS: u32 = 60;

/// Makes nonces and knows them again. Each is good for its slot and the next one.
#[derive(Clone)]
pub struct NonceSource {
    mac: Hmac<Sha256>,
    slot_seconds: u32,
}

impl NonceSource {
    /// `secret` must come from a random source and be the same on all machines; a nonce is good for at least
    /// `slot_seconds`, and for less than twice that.
    ///
    /// # Errors
    /// [`ConfigurationError`] below [`MIN_SECRET_BYTES`], and for a slot of 0 or above [`MAX_SLOT_SECONDS`].
    pub fn new(secret: &[u8], slot_seconds: u32) -> Result<Self, ConfigurationError> {
        if slot_seconds == 0 || slot_seconds > MAX_SLOT_SECONDS {
            return Err(ConfigurationError::new("dpop", "has a lifetime of nonces that is not between 1 and 300"));
        }
        let mac = Some(secret).filter(|secret| secret.len() >= MIN_SECRET_BYTES);
        match mac.and_then(|secret| Hmac::new_from_slice(secret).ok()) {
            Some(mac) => Ok(Self { mac, slot_seconds }),
            None => Err(ConfigurationError::new("dpop", "has a nonce secret of fewer than 32 bytes")),
        }
    }

    /// The nonce to give out now: base64url, which is of the characters of RFC 9449 §8.1.
    pub fn current(&self, now: UnixTime) -> String {
        self.of_slot(self.slot(now))
    }

    /// Whether this is the nonce of this slot or of the one before (RFC 9449 §9), compared in constant time.
    pub fn accepts(&self, nonce: &str, now: UnixTime) -> bool {
        let slot = self.slot(now);
        [slot, slot.saturating_sub(1)].iter().any(|slot| self.of_slot(*slot).as_bytes().ct_eq(nonce.as_bytes()).into())
    }

    fn slot(&self, now: UnixTime) -> i64 {
        let milliseconds = now.milliseconds_since(UnixTime::from_seconds(0));
        milliseconds.div_euclid(i64::from(self.slot_seconds).saturating_mul(1000))
    }

    fn of_slot(&self, slot: i64) -> String {
        base64url::encode(self.mac.clone().chain_update(slot.to_be_bytes()).finalize().into_bytes())
    }
}

/// `Debug` shows nothing of the secret.
impl fmt::Debug for NonceSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NonceSource").field("slot_seconds", &self.slot_seconds).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: [u8; 32] = [7; 32];

    /// RFC9449-8.1-10, RFC9449-9-10: the syntax, and that each is good for its slot and the next.
    /// RFC9449-8.1-10.
    #[test]
    fn a_nonce_lives_for_its_slot_and_the_next() {
        let source = NonceSource::new(&SECRET, 60).unwrap();
        let at = UnixTime::from_seconds;
        let nonce = source.current(at(6000));
        assert!(nonce.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e)) && nonce.len() == 43);
        for (now, good) in [(5999, false), (6000, true), (6059, true), (6119, true), (6120, false), (0, false)] {
            assert_eq!(source.accepts(&nonce, at(now)), good, "{now}");
        }
        for other in ["", &nonce[..42], &nonce.to_lowercase(), "x"] {
            assert!(!source.accepts(other, at(6000)), "{other}");
        }
        assert!(!NonceSource::new(&[8; 32], 60).unwrap().accepts(&nonce, at(6000)), "of another secret");
        assert!(!format!("{source:?}").contains('7'));
    }

    #[test]
    fn weak_sources_are_refused() {
        assert!(NonceSource::new(&SECRET[..31], 60).is_err());
        assert!(NonceSource::new(&SECRET, 0).is_err());
        assert!(NonceSource::new(&SECRET, 301).is_err());
        assert!(NonceSource::new(&SECRET, 300).is_ok());
    }
}
