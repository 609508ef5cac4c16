//! What came of one check.

use super::{Name, Names, Proof, name};
use crate::catalogue::{Level, Severity};
use crate::check::Check;
use crate::run::{Finding, Outcome, Stop};
use crate::target::Target;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The verdict on a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Judgement {
    /// Every answer was the one that is demanded.
    Pass,
    /// An answer breaks a statement.
    Fail,
    /// The check does not apply, or lacks something.
    Skip,
    /// Nothing can be said.
    Inconclusive,
}

impl Judgement {
    /// For people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "passed",
            Self::Fail => "failed",
            Self::Skip => "skipped",
            Self::Inconclusive => "inconclusive",
        }
    }
}

/// A finding that is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Waived {
    /// Why.
    pub reason: String,
    /// By whom.
    pub owner: String,
    /// The last day on which the waiver holds.
    #[schemars(with = "String", extend("format" = "date"))]
    pub expires: Date,
    /// It no longer holds.
    pub expired: bool,
    /// There is nothing left to accept.
    pub stale: bool,
}

/// One check of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Checked {
    /// The id of the check.
    #[serde(deserialize_with = "name::one")]
    pub id: Name,
    /// What it demands.
    pub title: String,
    /// The verdict.
    pub outcome: Judgement,
    /// How binding what it judges is: of the worst finding, else of its strictest statement.
    pub level: Level,
    /// How bad it is, likewise.
    pub severity: Severity,
    /// Its statements.
    #[serde(deserialize_with = "name::many")]
    pub requirements: Names,
    /// The set of statements of the run does not have this check: it is shown, and does not count.
    pub newer: bool,
    /// Why it is skipped or inconclusive.
    pub reason: Option<String>,
    /// How binding its strictest statement is, if it stopped before it had judged everything: what was found until then is
    /// not all that there may be.
    #[serde(default)]
    pub undecided: Option<Level>,
    /// The worst that was found.
    pub finding: Option<Finding>,
    /// What was found besides.
    pub further: Vec<Finding>,
    /// The numbers of its exchanges.
    pub exchanges: Vec<usize>,
    /// Who accepts the finding.
    pub waived: Option<Waived>,
    /// The deliberate faults of the reference server that the check is proved to find: its rows of the kill matrix.
    #[serde(default)]
    pub proved_by: Vec<Proof>,
    /// Why it could not judge, if it could not.
    #[serde(skip)]
    pub stop: Option<Stop>,
    /// The statements that it could not judge while it judged the others, and why.
    #[serde(skip)]
    pub left: Vec<(Name, Stop)>,
}

impl Checked {
    /// The verdict on a check from what it found, the worst first.
    pub fn new(
        check: &'static Check,
        outcome: Outcome,
        findings: Vec<Finding>,
        exchanges: Vec<usize>,
        target: &Target,
        today: Date,
    ) -> Self {
        let stop = outcome.err();
        let mut findings = findings.into_iter();
        let finding = findings.next();
        let judgement = match (&finding, &stop) {
            (Some(_), _) => Judgement::Fail,
            (None, None) => Judgement::Pass,
            (None, Some(Stop::Inconclusive(_))) => Judgement::Inconclusive,
            (None, Some(Stop::Skip(_) | Stop::NotApplicable(_))) => Judgement::Skip,
        };
        let newer = !target.statements.has_check(check.id);
        let strictest = check.statements().map(|statement| (statement.keyword.level(true), statement.severity)).max();
        let (level, severity) = finding
            .as_ref()
            .map(|finding| (finding.level, finding.severity))
            .or(strictest.filter(|_| !newer))
            .unwrap_or((Level::May, Severity::Info));
        let waived = target.waivers.iter().find(|waiver| waiver.check == check.id).map(|waiver| Waived {
            reason: waiver.reason.clone(),
            owner: waiver.owner.clone(),
            expires: waiver.expires,
            expired: waiver.is_expired(today),
            stale: judgement == Judgement::Pass,
        });
        let is_undecided = matches!(stop, Some(Stop::Inconclusive(_)));
        Self {
            id: check.id,
            title: check.title(),
            outcome: judgement,
            level,
            severity,
            requirements: check.statements,
            newer,
            reason: stop.as_ref().map(|stop| match stop {
                Stop::Skip(reason) | Stop::NotApplicable(reason) | Stop::Inconclusive(reason) => reason.clone(),
            }),
            undecided: strictest.filter(|_| is_undecided).map(|(level, _)| level),
            finding,
            further: findings.collect(),
            exchanges,
            waived,
            proved_by: Proof::of(check),
            stop,
            left: Vec::new(),
        }
    }

    /// Whether it broke what counts in a run in which nothing below this level does.
    pub fn is_broken(&self, least: Level) -> bool {
        let counts = |finding: &Finding| finding.requirement.is_some() && !finding.newer && finding.level >= least;
        !self.is_waived() && self.findings().any(counts)
    }

    /// Whether it left open what counts in a run in which nothing below this level does.
    pub fn is_undecided(&self, least: Level) -> bool {
        !self.newer && self.undecided.is_some_and(|level| level >= least)
    }

    /// Why it did not judge this statement, if it did not.
    pub(super) fn unjudged(&self, id: &str) -> Option<&Stop> {
        self.left.iter().find_map(|(left, stop)| (*left == id).then_some(stop)).or(self.stop.as_ref())
    }

    /// Every finding.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.finding.iter().chain(&self.further)
    }

    /// Every finding, to be marked.
    pub(crate) fn findings_mut(&mut self) -> impl Iterator<Item = &mut Finding> {
        self.finding.iter_mut().chain(&mut self.further)
    }

    /// The verdict for people: an accepted failure is called that.
    pub fn verdict(&self) -> &'static str {
        if self.is_waived() { "waived" } else { self.outcome.name() }
    }

    /// The folder of the check: what it is about.
    pub fn topic(&self) -> &'static str {
        self.id.split('/').next().unwrap_or_default()
    }

    /// Whether the finding is accepted today.
    pub fn is_waived(&self) -> bool {
        self.outcome == Judgement::Fail && self.waived.as_ref().is_some_and(|waived| !waived.expired)
    }
}
