//! Failures in a row, and the wait after them, which doubles.

use crate::UnixTime;

/// The wait after the first failure, in seconds.
const FIRST_SECONDS: u32 = 1;
/// The longest wait, in seconds: a server that is back is noticed within a minute.
const LAST_SECONDS: u32 = 60;
/// Failures beyond this many make no longer wait.
const MAX_DOUBLINGS: u32 = 16;
/// The shortest wait while old keys are good enough: an issuer that is down is asked no more often than a bogus `kid` may
/// have it asked, the common pause of libraries for key sets.
const SPARING_SECONDS: u32 = 30;

/// What hangs on the next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Urgency {
    /// Every token of the issuer.
    NoKeys,
    /// Nothing yet: the old keys are used meanwhile.
    OldKeys,
}

/// How often it failed since it last went well, and when it last did.
#[derive(Debug, Default)]
pub(super) struct BackOff {
    failures: u32,
    failed_at: Option<UnixTime>,
}

impl BackOff {
    pub(super) fn fail(&mut self, now: UnixTime) {
        self.failures = self.failures.saturating_add(1).min(MAX_DOUBLINGS);
        self.failed_at = Some(now);
    }

    pub(super) const fn succeed(&mut self) {
        (self.failures, self.failed_at) = (0, None);
    }

    /// Whether the last attempt failed.
    pub(super) const fn is_failing(&self) -> bool {
        self.failures > 0
    }

    /// Whole seconds until the next attempt, at least 1; `None` if it may be now. A wait longer than any that is ever set
    /// is over: the clock was set back.
    pub(super) fn wait_seconds(&self, urgency: Urgency, now: UnixTime) -> Option<u32> {
        let doubled = FIRST_SECONDS.checked_shl(self.failures.saturating_sub(1)).unwrap_or(LAST_SECONDS);
        let at_least = match urgency {
            Urgency::NoKeys => FIRST_SECONDS,
            Urgency::OldKeys => SPARING_SECONDS,
        };
        let retry_at = self.failed_at?.plus_seconds(doubled.clamp(at_least, LAST_SECONDS).into());
        // Below a millisecond there is no wait that a caller could sit out.
        let seconds = u32::try_from(retry_at.milliseconds_since(now).saturating_add(999) / 1000).ok()?;
        (1..=LAST_SECONDS).contains(&seconds).then_some(seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_minute_and_end_with_a_success() {
        let at = UnixTime::from_seconds;
        let mut back_off = BackOff::default();
        assert_eq!(back_off.wait_seconds(Urgency::NoKeys, at(0)), None);
        for expected in [1, 2, 4, 8, 16, 32, 60, 60] {
            back_off.fail(at(0));
            assert_eq!(back_off.wait_seconds(Urgency::NoKeys, at(0)), Some(expected));
            assert_eq!(back_off.wait_seconds(Urgency::NoKeys, at(i64::from(expected) - 1)), Some(1));
            assert_eq!(back_off.wait_seconds(Urgency::NoKeys, at(expected.into())), None);
            assert_eq!(back_off.wait_seconds(Urgency::NoKeys, at(-1)), (expected < 60).then_some(expected + 1));
        }
        assert_eq!(back_off.wait_seconds(Urgency::NoKeys, at(-3600)), None, "the clock was set back");
        for _ in 0..100 {
            back_off.fail(at(0));
        }
        assert_eq!(back_off.wait_seconds(Urgency::NoKeys, at(0)), Some(60));
        assert!(back_off.is_failing());
        back_off.succeed();
        for urgency in [Urgency::NoKeys, Urgency::OldKeys] {
            assert_eq!(back_off.wait_seconds(urgency, at(0)), None);
        }
        assert_eq!((back_off.wait_seconds(Urgency::NoKeys, at(0)), back_off.is_failing()), (None, false));
    }

    #[test]
    fn with_old_keys_no_wait_is_below_thirty_seconds() {
        let at = UnixTime::from_seconds;
        let mut back_off = BackOff::default();
        assert_eq!(back_off.wait_seconds(Urgency::OldKeys, at(0)), None);
        for expected in [30, 30, 30, 30, 30, 32, 60, 60] {
            back_off.fail(at(0));
            assert_eq!(back_off.wait_seconds(Urgency::OldKeys, at(0)), Some(expected));
            assert_eq!(back_off.wait_seconds(Urgency::OldKeys, at(i64::from(expected) - 1)), Some(1));
            assert_eq!(back_off.wait_seconds(Urgency::OldKeys, at(expected.into())), None);
        }
    }
}
