//! The one value that every rendering starts from.

use super::trace::requirements;
use super::{Checked, Judgement, Requirement};
use crate::catalogue::Level;
use crate::run::Options;
use crate::target::{Profile, Target};
use jiff::Timestamp;
use serde::Serialize;

/// A run, as `countersign/run/1`.
#[derive(Debug, Clone, Serialize)]
pub struct Run {
    /// The name of this format.
    pub schema: &'static str,
    /// Who ran.
    pub tool: Tool,
    /// The token endpoint.
    pub target: String,
    /// Which specifications were applied.
    pub profiles: Vec<&'static str>,
    /// From which every generated value follows.
    pub seed: u64,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub finished: Timestamp,
    /// The numbers.
    pub summary: Summary,
    /// Every check that was selected.
    pub checks: Vec<Checked>,
    /// Every statement of the catalogue.
    pub requirements: Vec<Requirement>,
    /// From which level on a broken statement fails the run.
    #[serde(skip)]
    pub fail_on: Level,
}

/// The name and version of the program.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

/// The numbers of a run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Summary {
    /// Selected.
    pub checks: usize,
    /// Passed.
    pub passed: usize,
    /// Failed, waived ones aside.
    pub failed: usize,
    /// Not applicable, or without what they need.
    pub skipped: usize,
    /// Without a verdict.
    pub inconclusive: usize,
    /// Failed, and accepted.
    pub waived: usize,
    /// Sent.
    pub requests: usize,
    /// From the beginning to the end.
    pub seconds: f64,
}

impl Run {
    /// Puts a run together.
    pub fn new(
        target: &Target,
        options: &Options,
        (started, finished): (Timestamp, Timestamp),
        requests: usize,
        checks: Vec<Checked>,
    ) -> Self {
        let count = |judgement: Judgement| checks.iter().filter(|checked| checked.outcome == judgement).count();
        let waived = checks.iter().filter(|checked| checked.is_waived()).count();
        let summary = Summary {
            checks: checks.len(),
            passed: count(Judgement::Pass),
            failed: count(Judgement::Fail) - waived,
            skipped: count(Judgement::Skip),
            inconclusive: count(Judgement::Inconclusive),
            waived,
            requests,
            seconds: finished.duration_since(started).as_secs_f64(),
        };
        Self {
            schema: "countersign/run/1",
            tool: Tool { name: "countersign", version: env!("CARGO_PKG_VERSION") },
            target: target.token_endpoint.split('?').next().unwrap_or_default().to_owned(),
            profiles: target.profiles.iter().copied().map(Profile::name).collect(),
            seed: options.seed,
            started,
            finished,
            summary,
            requirements: requirements(&checks),
            checks,
            fail_on: options.fail_on,
        }
    }
}
