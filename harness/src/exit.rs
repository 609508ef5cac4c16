//! Exit statuses: public, and decided in one place.

use crate::catalogue::Level;
use crate::report::{Checked, Judgement, Run};

/// How the command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// The target conforms.
    Conforms = 0,
    /// A statement at or above `--fail-on` is broken.
    Broken = 1,
    /// The command line or the configuration is wrong.
    Usage = 2,
    /// The target cannot be tested.
    CannotTest = 3,
    /// Nothing was tested.
    NothingTested = 4,
    /// A check at or above `--fail-on` is inconclusive.
    Inconclusive = 5,
    /// A waiver is stale or expired, or the snapshot differs.
    Outdated = 6,
    /// An output could not be written.
    NotWritten = 7,
    /// A bug in the tool.
    Bug = 70,
    /// Ended by SIGINT, after the partial report.
    Interrupted = 130,
    /// Ended by SIGTERM, after the partial report.
    Terminated = 143,
}

impl Exit {
    /// What a run comes to, the first that applies.
    pub fn of(run: &Run) -> Self {
        let weighs = |level: Level| level >= run.fail_on;
        let judged = |checked: &Checked| checked.outcome != Judgement::Skip;
        let broken = |checked: &Checked| {
            let counts = |finding: &crate::run::Finding| finding.requirement.is_some() && weighs(finding.level);
            !checked.is_waived() && checked.findings().any(counts)
        };
        let outdated = |checked: &Checked| {
            let differs = checked.findings().any(|finding| finding.requirement.is_none());
            differs || checked.waived.as_ref().is_some_and(|waived| waived.expired || waived.stale)
        };
        let inconclusive = |checked: &Checked| checked.outcome == Judgement::Inconclusive && weighs(checked.level);
        let any = |what: &dyn Fn(&Checked) -> bool| run.checks.iter().any(what);
        match () {
            () if !any(&judged) => Self::NothingTested,
            () if any(&broken) => Self::Broken,
            () if any(&outdated) => Self::Outdated,
            () if any(&inconclusive) => Self::Inconclusive,
            () => Self::Conforms,
        }
    }
}
