//! Points in time, read from the text of a NumericDate and never through a float.
//!
//! Statements: RFC7519-2-20, HARNESS-R5.

/// A point in time: microseconds since 1970-01-01T00:00:00Z, leap seconds not counted (RFC 7519 §2, NumericDate).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(i128);

const MICROSECONDS: i128 = 1_000_000;
/// Seconds at and above 2^53 are refused: from there on JSON numbers are not exact for every reader (RFC 8259 §6).
const SECONDS_LIMIT: i64 = 1 << 53;
/// A NumericDate written with more digits than this is refused. 2^53 has 16 digits; the rest is room for a fraction.
const MAX_DIGITS: usize = 40;

impl UnixTime {
    /// From whole seconds. Values outside ±2^53 are cut to that bound.
    pub const fn from_seconds(seconds: i64) -> Self {
        let bounded = if seconds > SECONDS_LIMIT {
            SECONDS_LIMIT
        } else if seconds < -SECONDS_LIMIT {
            -SECONDS_LIMIT
        } else {
            seconds
        };
        Self((bounded as i128).saturating_mul(MICROSECONDS))
    }

    /// From milliseconds, as JavaScript's clock gives them. What is no number is the beginning of 1970.
    pub fn from_milliseconds(milliseconds: f64) -> Self {
        // A float cast saturates and makes NaN 0: a clock without a time lets no token be valid yet.
        #[expect(clippy::cast_possible_truncation, reason = "saturation is what is wanted")]
        Self((milliseconds * 1000.0) as i128)
    }

    /// This time, so many seconds later; negative for earlier. Saturates.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add((seconds as i128).saturating_mul(MICROSECONDS)))
    }

    /// Milliseconds from `earlier` to this time; negative if this one is earlier. Saturates.
    pub fn milliseconds_since(self, earlier: Self) -> i64 {
        let milliseconds = self.0.saturating_sub(earlier.0) / 1000;
        i64::try_from(milliseconds).unwrap_or(if milliseconds < 0 { i64::MIN } else { i64::MAX })
    }

    /// Reads the text of a JSON number as a NumericDate (RFC 7519 §2): fractions and exponents are allowed, a fraction
    /// below a microsecond is cut. `None` for what is negative, not below 2^53 seconds, or absurdly long.
    pub(crate) fn from_json_number(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(at) => (text.get(..at)?, text.get(at.checked_add(1)?..)?.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.starts_with('-') || whole.len().checked_add(fraction.len())? > MAX_DIGITS {
            return None;
        }
        // The decimal point, moved by the exponent and by six digits to count microseconds, stands after so many digits.
        let digits = || whole.bytes().chain(fraction.bytes());
        let point = i64::try_from(whole.len()).ok()?.checked_add(exponent.into())?.checked_add(6)?;
        let kept = usize::try_from(point.max(0)).ok()?;
        if digits().all(|digit| digit == b'0') {
            return Some(Self(0));
        }
        // 32 digits of microseconds with a nonzero digit among them: beyond 2^53 seconds unless they begin with zeros,
        // and a JSON number begins with at most one.
        if kept > 32 {
            return None;
        }
        let mut value: i128 = 0;
        for digit in digits().chain(core::iter::repeat(b'0')).take(kept) {
            let digit = digit.checked_sub(b'0').filter(|digit| *digit <= 9)?;
            value = value.checked_mul(10)?.checked_add(digit.into())?;
        }
        (value < i128::from(SECONDS_LIMIT).checked_mul(MICROSECONDS)?).then_some(Self(value))
    }
}
