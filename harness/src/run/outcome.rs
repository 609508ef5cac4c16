//! What a check comes to.

use crate::catalogue::{Level, Severity};
use crate::target::Role;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The run of a check: it ends, or it stops because it cannot judge. What it found is with the probe.
pub type Outcome = Result<(), Stop>;

/// Why a check cannot judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The configuration lacks something; the reason says what.
    Skip(String),
    /// The target does not have what the check is about.
    NotApplicable(String),
    /// What came back says nothing: neither a pass nor a failure.
    Inconclusive(String),
}

impl Stop {
    /// There is no companion in this role.
    pub fn unconfigured(role: Role) -> Self {
        Self::Skip(format!("add [companion.{}] to the configuration", role.name()))
    }

    /// The same, with other words.
    #[must_use]
    pub fn map(self, words: impl FnOnce(&str) -> String) -> Self {
        match self {
            Self::Skip(reason) => Self::Skip(words(&reason)),
            Self::NotApplicable(reason) => Self::NotApplicable(words(&reason)),
            Self::Inconclusive(reason) => Self::Inconclusive(words(&reason)),
        }
    }
}

/// A broken statement, or a difference from the snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The statement; none when only the snapshot differs.
    pub requirement: Option<String>,
    /// How binding it is, here.
    pub level: Level,
    /// How bad it is.
    pub severity: Severity,
    /// The set of statements of the run does not have it: it is shown, and does not count.
    pub newer: bool,
    /// What must come back.
    pub expected: String,
    /// What came back.
    pub actual: String,
    /// The smallest request that shows it, without secrets.
    pub minimal: String,
    /// The same request for a shell, with variables in the place of secrets.
    pub curl: String,
    /// The exchange that worked, sent just before: the two requests differ in what is judged.
    pub control: Option<usize>,
    /// The command that runs this case again.
    pub reproduce: String,
    /// The numbers of the exchanges.
    pub exchanges: Vec<usize>,
    /// The name of the cause that it shares with others, if one was found.
    #[serde(default)]
    pub cause: Option<String>,
}
