//! How binding a statement is, and how bad it is to break it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The keyword of a statement as its text has it (RFC 2119, RFC 8174), and three values that keep us honest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Keyword {
    /// MUST.
    Must,
    /// MUST NOT.
    #[serde(rename = "MUST NOT")]
    MustNot,
    /// REQUIRED.
    Required,
    /// The text states the behaviour without a keyword in capitals.
    Def,
    /// SHOULD.
    Should,
    /// SHOULD NOT.
    #[serde(rename = "SHOULD NOT")]
    ShouldNot,
    /// RECOMMENDED.
    Recommended,
    /// NOT RECOMMENDED.
    #[serde(rename = "NOT RECOMMENDED")]
    NotRecommended,
    /// MAY.
    May,
    /// OPTIONAL.
    Optional,
    /// Only an example shows it.
    Example,
    /// The duty is another party's; the server's reaction is what can be seen.
    Impl,
}

/// How binding a statement is for the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// A note.
    May,
    /// A warning.
    Should,
    /// A violation.
    Must,
}

impl Keyword {
    /// The level of a broken statement; what only follows from another party's duty weighs more when a token was issued.
    pub fn level(self, token_issued: bool) -> Level {
        match self {
            Self::Must | Self::MustNot | Self::Required | Self::Def => Level::Must,
            Self::Should | Self::ShouldNot | Self::Recommended | Self::NotRecommended => Level::Should,
            Self::May | Self::Optional | Self::Example => Level::May,
            Self::Impl if token_issued => Level::Must,
            Self::Impl => Level::Should,
        }
    }
}

impl Level {
    /// The level with this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::May, Self::Should, Self::Must].into_iter().find(|level| level.name() == name)
    }

    /// As the configuration and the report spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::May => "may",
            Self::Should => "should",
            Self::Must => "must",
        }
    }
}

/// What a broken statement means for security and for clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// To be known, no more.
    Info,
    /// Cosmetic.
    Low,
    /// A violation with limited effect.
    Medium,
    /// A protection is missing, or every conforming client breaks.
    High,
    /// A token is issued, kept alive or accepted for someone who must not have it.
    Critical,
}

impl Severity {
    /// As the report spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duty_of_another_party_weighs_by_its_effect() {
        assert_eq!(Keyword::Impl.level(true), Level::Must);
        assert_eq!(Keyword::Impl.level(false), Level::Should);
    }
}
