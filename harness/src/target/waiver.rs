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
    #[schemars(with = "String", extend("format" = "date"))]
    pub expires: Date,
}

/// Whoever accepts a finding says so in words.
fn words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let words = String::deserialize(deserializer)?;
    if words.trim().is_empty() { Err(D::Error::custom("expected a few words")) } else { Ok(words) }
}
