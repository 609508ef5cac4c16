//! A finding that is known and accepted, by someone, for a reason, until a day.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;

/// One of `[[waivers]]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The id of the check.
    pub check: String,
    /// Why it is accepted.
    pub reason: String,
    /// Who accepts it.
    pub owner: String,
    /// The last day on which it holds.
    #[schemars(with = "String", extend("format" = "date"))]
    pub expires: Date,
}
