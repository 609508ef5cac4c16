//! A finding that is known and accepted, by someone, for a reason, until a day.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// One of `[[waivers]]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The id of the check.
    pub check: String,
    /// Why it is accepted.
    #[serde(deserialize_with = "words")]
    #[schemars(extend("pattern" = r"\S"))]
    pub reason: String,
    /// Who accepts it.
    #[serde(deserialize_with = "words")]
    #[schemars(extend("pattern" = r"\S"))]
    pub owner: String,
    /// The last day on which it holds.
    #[serde(deserialize_with = "day")]
    #[schemars(with = "String", extend("format" = "date"))]
    pub expires: Date,
}

impl Waiver {
    /// Whether it holds no longer.
    pub fn is_expired(&self, today: Date) -> bool {
        self.expires < today
    }
}

/// Whoever accepts a finding says so in words.
fn words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let words = String::deserialize(deserializer)?;
    if words.trim().is_empty() { Err(D::Error::custom("expected a few words")) } else { Ok(words) }
}

/// A day as a text, or as TOML itself has days.
fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let text = match toml::Value::deserialize(deserializer)? {
        toml::Value::String(text) => text,
        toml::Value::Datetime(at) if at.time.is_none() => at.to_string(),
        _ => String::new(),
    };
    text.parse().map_err(|_| D::Error::custom("expected a day that there is, as in `\"2027-03-01\"`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_text_or_what_toml_has() {
        let read = |day: &str| {
            toml::from_str::<Waiver>(&format!("check = \"a/b\"\nreason = \"r\"\nowner = \"o\"\nexpires = {day}\n"))
        };
        for day in ["\"2027-03-01\"", "2027-03-01"] {
            assert_eq!(read(day).unwrap().expires, jiff::civil::date(2027, 3, 1), "{day}");
        }
        for day in ["\"\"", "\"soon\"", "\"2027-02-30\"", "2027-03-01T00:00:00Z", "10:00:00", "20270301", "[]"] {
            let error = read(day).unwrap_err();
            assert!(error.to_string().contains("expected a day that there is"), "{day}: {error}");
        }
    }
}
