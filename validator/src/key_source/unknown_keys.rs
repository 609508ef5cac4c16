//! Which unknown `kid` may cause a fetch. Anyone can write any `kid` into a token, so that none may steer our traffic
//! (RFC 8725 §3.10), and none may keep a key that the issuer has just published from being found.
//!
//! A token bucket bounds the fetches; a `kid` that a fresh set was seen without does not touch the bucket for a while.
//! A key that is new is found within [`INTERVAL_SECONDS`] of its first token, whatever else arrives: at the latest then
//! the bucket lets one fetch pass, and whoever causes it brings the whole set. The memory of a `kid` ages in the same
//! time, so that asking for a future `kid` early does not block it for longer.

use crate::{UnixTime, key::MAX_KID_BYTES};

/// The bucket gets one fetch in so many seconds, and a `kid` that was not found is forgotten after as many: the common
/// pause of libraries for key sets.
const INTERVAL_SECONDS: i64 = 30;
/// So many fetches fit into the bucket: one that a bogus `kid` takes leaves another for a rotation.
const BURST: i64 = 2;
/// A set so young is as good as the next one would be: who waited for it, and did not find a key, causes no other.
const SETTLED_MILLISECONDS: i64 = 1_000;
/// So many `kid`s are remembered, at most 16 KiB; a newer one takes the place of the oldest.
const MAX_ABSENT: usize = 64;

/// What is known of keys that are not there. A `kid` of `None` stands for a token that names none and fits none.
#[derive(Default)]
pub(super) struct UnknownKeys {
    /// When the bucket will be full again; it is full if that is past.
    full_at: Option<UnixTime>,
    /// Each `kid` that a set lacked, and when that was; the oldest first.
    absent: Vec<(Option<String>, UnixTime)>,
}

/// Anybody may have sent these names: `Debug` shows how many there are.
impl core::fmt::Debug for UnknownKeys {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("UnknownKeys")
            .field("full_at", &self.full_at)
            .field("absent", &self.absent.len())
            .finish_non_exhaustive()
    }
}

impl UnknownKeys {
    /// Whether a token of this `kid`, which the set of `loaded_at` lacks, may cause a fetch; if so, one is taken from the
    /// bucket.
    pub(super) fn may_fetch(&mut self, kid: Option<&str>, loaded_at: UnixTime, now: UnixTime) -> bool {
        // No set has a longer one: `KeySet` does not read it.
        if kid.is_some_and(|kid| kid.len() > MAX_KID_BYTES) || self.is_absent(kid, now) {
            return false;
        }
        if (0..SETTLED_MILLISECONDS).contains(&now.milliseconds_since(loaded_at)) {
            self.note_absent(kid, loaded_at);
            return false;
        }
        self.take(now)
    }

    /// Remembers that a set of this time lacks this `kid`.
    pub(super) fn note_absent(&mut self, kid: Option<&str>, now: UnixTime) {
        self.absent.retain(|(known, _)| known.as_deref() != kid);
        if self.absent.len() >= MAX_ABSENT {
            self.absent.remove(0);
        }
        self.absent.push((kid.map(str::to_owned), now));
    }

    fn is_absent(&self, kid: Option<&str>, now: UnixTime) -> bool {
        let interval = INTERVAL_SECONDS.saturating_mul(1000);
        self.absent
            .iter()
            .any(|(known, at)| known.as_deref() == kid && (0..interval).contains(&now.milliseconds_since(*at)))
    }

    fn take(&mut self, now: UnixTime) -> bool {
        let interval = INTERVAL_SECONDS.saturating_mul(1000);
        let until_full = self.full_at.map_or(0, |full_at| full_at.milliseconds_since(now));
        // Further from full than empty is a clock that was set back.
        let capacity = BURST.saturating_mul(interval);
        let full_at = self.full_at.filter(|_| (1..=capacity).contains(&until_full)).unwrap_or(now);
        if full_at.milliseconds_since(now) > capacity.saturating_sub(interval) {
            return false;
        }
        self.full_at = Some(full_at.plus_seconds(INTERVAL_SECONDS));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> UnixTime {
        UnixTime::from_seconds(1_000_000 + seconds)
    }

    #[test]
    fn the_bucket_holds_a_burst_and_gets_one_in_an_interval() {
        let mut unknown = UnknownKeys::default();
        let taken: Vec<i64> = (0..200).filter(|second| unknown.take(at(*second))).collect();
        assert_eq!(taken, [0, 1, 30, 60, 90, 120, 150, 180]);
        let taken: Vec<i64> = (1000..1100).filter(|second| unknown.take(at(*second))).collect();
        assert_eq!(taken, [1000, 1001, 1030, 1060, 1090], "no more than the burst is saved up");
        assert!(unknown.take(at(-100_000)), "the clock was set back");
    }

    #[test]
    fn an_absent_kid_takes_nothing_until_it_has_aged() {
        let mut unknown = UnknownKeys::default();
        unknown.note_absent(Some("bogus"), at(0));
        assert!(!unknown.may_fetch(Some("bogus"), at(0), at(29)));
        assert!(unknown.may_fetch(Some("other"), at(0), at(29)));
        assert!(unknown.may_fetch(Some("bogus"), at(0), at(30)));
        assert!(!unknown.may_fetch(Some("third"), at(0), at(30)), "the bucket is empty");
    }

    #[test]
    fn no_kid_is_no_empty_kid() {
        let mut unknown = UnknownKeys::default();
        unknown.note_absent(None, at(0));
        assert!(!unknown.may_fetch(None, at(0), at(10)));
        assert!(unknown.may_fetch(Some(""), at(0), at(10)));
    }

    #[test]
    fn a_kid_that_no_set_can_have_takes_nothing() {
        let mut unknown = UnknownKeys::default();
        assert!(!unknown.may_fetch(Some(&"x".repeat(MAX_KID_BYTES + 1)), at(0), at(10)));
        assert!(unknown.may_fetch(Some(&"x".repeat(MAX_KID_BYTES)), at(0), at(10)));
    }

    #[test]
    fn the_memory_is_bounded() {
        let mut unknown = UnknownKeys::default();
        for number in 0..10_000 {
            assert!(!unknown.may_fetch(Some(&number.to_string()), at(0), at(0)));
        }
        assert_eq!(unknown.absent.len(), MAX_ABSENT);
        unknown.note_absent(Some("9999"), at(0));
        assert_eq!(unknown.absent.len(), MAX_ABSENT, "none is there twice");
    }
}
