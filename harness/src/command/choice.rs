//! What can be chosen on the command line: closed sets.

use clap::ValueEnum;
use countersign_harness::catalogue::Level;

/// How a run is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For machines: countersign/run/1
    Json,
    /// For CI servers
    Junit,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// For the summary of a CI job
    Markdown,
    /// One file, for people and auditors
    Html,
}

/// How the list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people
    Text,
    /// A page
    Markdown,
}

/// `--allow`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Allowed {
    /// What could hurt a server
    Offensive,
}

/// `--fail-on`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Violations
    Must,
    /// Warnings too
    Should,
    /// Notes too
    May,
}

impl From<FailOn> for Level {
    fn from(fail_on: FailOn) -> Self {
        match fail_on {
            FailOn::Must => Self::Must,
            FailOn::Should => Self::Should,
            FailOn::May => Self::May,
        }
    }
}
