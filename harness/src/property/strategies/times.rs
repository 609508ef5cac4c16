//! Times of claims, which are numbers of seconds (RFC 7519 §2), in any spelling that JSON has for a number.

use proptest::prelude::{Just, Strategy, prop_oneof};

/// Beyond the skew that clocks are granted, seconds (RFC 7519 §4.1.4: no more than a few minutes).
const HOUR: i64 = 3600;

/// The longest number that is written without an exponent, digits: beyond any integer that a parser has.
const MOST_DIGITS: usize = 40;

/// A time that is an hour or more away, whenever it is asked for.
#[derive(Debug, Clone)]
pub struct Time {
    when: When,
    spelling: Spelling,
}

#[derive(Debug, Clone)]
enum When {
    /// So many seconds before now.
    Ago(i64),
    /// So many seconds after now.
    Ahead(i64),
    /// So many seconds after the epoch.
    Epoch(i64),
    /// Ten to this power: beyond what a number of 64 bits holds, or a float.
    Power { negative: bool, exponent: usize },
}

/// How a number is written (RFC 8259 §6).
#[derive(Debug, Clone)]
enum Spelling {
    /// `1700000012`
    Integer,
    /// `1700000012.5`
    Fraction(u8),
    /// `1.700000012e9`
    Scientific,
    /// `1700000012000e-3`
    Scaled(usize),
    /// `17e8`, rounded away from now.
    Rounded(u32),
}

impl Time {
    /// The text of the number; none if it is too near.
    pub fn text(&self, now: i64) -> Option<String> {
        let seconds = match self.when {
            When::Ago(seconds) => now.checked_sub(seconds)?,
            When::Ahead(seconds) => now.checked_add(seconds)?,
            When::Epoch(seconds) => seconds,
            When::Power { negative, exponent } => {
                let sign = if negative { "-" } else { "" };
                return Some(match self.spelling {
                    Spelling::Integer if exponent < MOST_DIGITS => format!("{sign}1{}", "0".repeat(exponent)),
                    _ => format!("{sign}1e{exponent}"),
                });
            }
        };
        (seconds.abs_diff(now) >= HOUR.unsigned_abs()).then(|| self.spelling.write(seconds, seconds > now))
    }
}

impl Spelling {
    fn write(&self, seconds: i64, ahead: bool) -> String {
        let (sign, digits) = (if seconds < 0 { "-" } else { "" }, seconds.unsigned_abs().to_string());
        match self {
            Self::Integer => format!("{seconds}"),
            Self::Fraction(tenths) => format!("{seconds}.{tenths}"),
            Self::Scientific => {
                let (first, rest) = digits.split_at(1);
                let rest = if rest.is_empty() { "0" } else { rest };
                format!("{sign}{first}.{rest}e{}", digits.len() - 1)
            }
            // No number begins with two zeros.
            Self::Scaled(zeros) if seconds == 0 => format!("0e-{zeros}"),
            Self::Scaled(zeros) => format!("{sign}{digits}{}e-{zeros}", "0".repeat(*zeros)),
            Self::Rounded(exponent) => {
                let unit = 10_i64.saturating_pow(*exponent);
                format!("{}e{exponent}", seconds.div_euclid(unit).saturating_add(i64::from(ahead)))
            }
        }
    }
}

fn spellings() -> impl Strategy<Value = Spelling> {
    prop_oneof![
        Just(Spelling::Integer),
        (0_u8..10).prop_map(Spelling::Fraction),
        Just(Spelling::Scientific),
        (1_usize..4).prop_map(Spelling::Scaled),
        (1_u32..10).prop_map(Spelling::Rounded),
    ]
}

/// Seconds on a logarithmic scale: more than an hour, to some years.
fn long() -> impl Strategy<Value = i64> {
    (0_u32..16, 1_i64..HOUR).prop_map(|(doublings, more)| HOUR.saturating_mul(1 << doublings).saturating_add(more))
}

fn powers(negative: bool) -> impl Strategy<Value = When> {
    (11_usize..400).prop_map(move |exponent| When::Power { negative, exponent })
}

/// Times that were over long ago: an hour, some years, at the epoch or before.
pub fn long_ago() -> impl Strategy<Value = Time> {
    let when = prop_oneof![
        2 => long().prop_map(When::Ago),
        2 => (-1_i64..1).prop_map(When::Epoch),
        1 => powers(true),
    ];
    (when, spellings()).prop_map(|(when, spelling)| Time { when, spelling })
}

/// Times that are far ahead: an hour, some years, beyond every calendar.
pub fn far_ahead() -> impl Strategy<Value = Time> {
    let when = prop_oneof![3 => long().prop_map(When::Ahead), 1 => powers(false)];
    (when, spellings()).prop_map(|(when, spelling)| Time { when, spelling })
}

/// How far away from now some times are, seconds, within an hour: each further than the one before, so that once one is
/// too far, those after it are too. A minute or more lies between them, because several machines have several clocks.
pub fn departures() -> impl Strategy<Value = Vec<i64>> {
    proptest::collection::vec(1_i64..15, 2..5).prop_map(|steps| {
        let further = |minutes: &mut i64, step: i64| {
            *minutes = minutes.saturating_add(step);
            Some(minutes.saturating_mul(60))
        };
        steps.into_iter().scan(0, further).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert, proptest};
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;
    use serde_json::Value;
    use std::collections::BTreeSet;

    const NOW: i64 = 1_700_000_012;

    /// The value of such a text. What no float holds is far away.
    fn value(text: &str) -> f64 {
        text.parse().unwrap()
    }

    proptest! {
        #[test]
        fn long_ago_is_beyond_the_skew(time in long_ago()) {
            let text = time.text(NOW).unwrap();
            prop_assert!(value(&text) <= 1_700_000_012.0 - 3600.0, "{}", text);
            // What no float holds is a number of JSON too, and some parsers give up on it.
            let read = serde_json::from_str::<Value>(&text);
            prop_assert!(value(&text).is_infinite() || read.is_ok_and(|read| read.is_number()), "{}", text);
        }

        #[test]
        fn far_ahead_is_beyond_the_skew(time in far_ahead()) {
            let text = time.text(NOW).unwrap();
            prop_assert!(value(&text) >= 1_700_000_012.0 + 3600.0, "{}", text);
        }

        /// Around the epoch itself nothing is near it.
        #[test]
        fn what_is_near_is_no_time(time in long_ago()) {
            if let Some(text) = time.text(0) {
                prop_assert!(value(&text) <= -3600.0, "{}", text);
            }
        }

        #[test]
        fn departures_go_away_from_now(seconds in departures()) {
            prop_assert!(seconds.len() > 1 && seconds.iter().all(|seconds| (60..HOUR).contains(seconds)));
            prop_assert!(seconds.windows(2).all(|pair| pair[1] >= pair[0] + 60));
        }

        /// A spelling changes nothing but the spelling, rounding aside.
        #[test]
        fn every_spelling_is_of_the_same_number(spelling in spellings(), seconds in -HOUR..NOW) {
            let text = spelling.write(seconds, false);
            let read = serde_json::from_str::<Value>(&text).unwrap().as_f64().unwrap();
            let wanted = serde_json::from_str::<Value>(&seconds.to_string()).unwrap().as_f64().unwrap();
            match spelling {
                Spelling::Rounded(_) => prop_assert!(read <= wanted),
                Spelling::Fraction(_) => prop_assert!((read - wanted).abs() < 1.0),
                Spelling::Integer | Spelling::Scientific | Spelling::Scaled(_) => prop_assert!((read - wanted).abs() < 1e-3),
            }
        }
    }

    #[test]
    fn the_spellings_are_those_of_json() {
        let written = |spelling: Spelling| spelling.write(NOW, false);
        assert_eq!(written(Spelling::Integer), "1700000012");
        assert_eq!(written(Spelling::Fraction(0)), "1700000012.0");
        assert_eq!(written(Spelling::Scientific), "1.700000012e9");
        assert_eq!(written(Spelling::Scaled(3)), "1700000012000e-3");
        assert_eq!(written(Spelling::Rounded(8)), "17e8");
    }

    #[test]
    fn the_epoch_and_what_no_number_holds_occur() {
        let mut runner = TestRunner::deterministic();
        let mut texts = BTreeSet::new();
        for _ in 0..500 {
            texts.extend(long_ago().new_tree(&mut runner).unwrap().current().text(NOW));
        }
        assert!(["0", "-1", "0.0", "0e8", "-1.0e0"].iter().all(|text| texts.contains(*text)), "{texts:?}");
        assert!(texts.iter().any(|text| value(text).is_infinite()));
        assert_eq!(texts.iter().filter(|text| text.contains(' ')).count(), 0);
    }

    #[test]
    fn a_rounded_time_ahead_is_further_ahead() {
        assert_eq!(Spelling::Rounded(8).write(NOW + HOUR, true), "18e8");
    }
}
