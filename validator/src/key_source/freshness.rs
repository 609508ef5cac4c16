//! How good a key set still is, by its age.

use super::cache_control;

/// A set that does not say how long it may be kept is used for so long without asking again: ten minutes, the common
/// default of libraries for key sets.
const DEFAULT_SECONDS: u32 = 600;
/// A set is used for so long whatever it says, so that nothing in an answer makes us ask for each token.
const MIN_SECONDS: u32 = 60;
/// And no longer than this: a withdrawn key must not live on because a header says so.
const MAX_SECONDS: u32 = 24 * 3600;
/// The last of so many parts of the lifetime is for refreshing ahead, while the set is still fresh.
const AHEAD_PART: i64 = 10;
/// A stale set is used while it is being refreshed for so long; then asking comes first. An hour, so that an API without
/// traffic at night does not answer its first request by the keys of the day before.
const REVALIDATION_MILLISECONDS: i64 = 3_600_000;
/// No set is used for longer than this: a day covers an outage, and bounds how long a withdrawn key lives.
const USABLE_MILLISECONDS: i64 = 24 * 3_600_000;

/// What may be done with a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Used.
    Fresh,
    /// Used, and refreshed meanwhile.
    Refresh,
    /// Refreshed and then used; used as it is only while refreshing fails.
    Stale,
    /// Not used.
    Dead,
}

/// How long a set is fresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lifetime {
    milliseconds: i64,
}

impl Lifetime {
    /// Of a set whose age nobody knows: never fresh.
    pub(super) const NONE: Self = Self { milliseconds: 0 };

    /// What the answer says, within our bounds. That nothing may be kept means the shortest time: each token brings its
    /// own request otherwise. `must-revalidate` does not shorten the time in which an outage is bridged: that time is a
    /// decision about keys, not about copies of documents.
    pub(super) fn of_answer(cache_control: Option<&str>, age: Option<&str>) -> Self {
        let seconds = cache_control::remaining_seconds(cache_control, age).unwrap_or(DEFAULT_SECONDS);
        Self { milliseconds: i64::from(seconds.clamp(MIN_SECONDS, MAX_SECONDS)).saturating_mul(1000) }
    }

    /// The stage of a set of this age. A negative age means that the clock was set back, and that the true one is unknown.
    pub(super) const fn stage(self, age_milliseconds: i64) -> Stage {
        let ahead = self.milliseconds.saturating_sub(self.milliseconds / AHEAD_PART);
        if age_milliseconds >= USABLE_MILLISECONDS {
            Stage::Dead
        } else if age_milliseconds < 0
            || age_milliseconds >= self.milliseconds.saturating_add(REVALIDATION_MILLISECONDS)
        {
            Stage::Stale
        } else if age_milliseconds >= ahead {
            Stage::Refresh
        } else {
            Stage::Fresh
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    #[test]
    fn lifetimes_are_clamped() {
        for (cache_control, seconds) in [
            (None, 600),
            (Some("max-age=0"), 60),
            (Some("max-age=59"), 60),
            (Some("max-age=61"), 61),
            (Some("no-store"), 60),
            (Some("max-age=86399"), 86_399),
            (Some("max-age=31536000"), 86_400),
            (Some("max-age=x"), 60),
        ] {
            assert_eq!(Lifetime::of_answer(cache_control, None), Lifetime { milliseconds: seconds * 1000 });
        }
        assert_eq!(Lifetime::of_answer(Some("max-age=300"), Some("100")), Lifetime { milliseconds: 200_000 });
    }

    #[test]
    fn stages_begin_at_their_boundaries() {
        let ten_minutes = Lifetime::of_answer(None, None);
        let day = Lifetime::of_answer(Some("max-age=86400"), None);
        for (lifetime, age, stage) in [
            (ten_minutes, 0, Stage::Fresh),
            (ten_minutes, 539_999, Stage::Fresh),
            (ten_minutes, 540_000, Stage::Refresh),
            (ten_minutes, 600_000, Stage::Refresh),
            (ten_minutes, HOUR + 599_999, Stage::Refresh),
            (ten_minutes, HOUR + 600_000, Stage::Stale),
            (ten_minutes, 24 * HOUR - 1, Stage::Stale),
            (ten_minutes, 24 * HOUR, Stage::Dead),
            (ten_minutes, i64::MAX, Stage::Dead),
            (ten_minutes, -1, Stage::Stale),
            (ten_minutes, i64::MIN, Stage::Stale),
            (day, 24 * HOUR / 10 * 9 - 1, Stage::Fresh),
            (day, 24 * HOUR / 10 * 9, Stage::Refresh),
            (day, 24 * HOUR - 1, Stage::Refresh),
            (day, 24 * HOUR, Stage::Dead),
        ] {
            assert_eq!(lifetime.stage(age), stage, "{age}");
        }
    }
}
