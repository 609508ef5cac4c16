//! The one value that every rendering starts from.

use super::trace::requirements;
use super::{About, Checked, Course, Judgement, Name, Requirement, Status, name};
use crate::catalogue::{self, Level};
use crate::cause::{self, Cause};
use crate::clock::day;
use crate::reference::oddities;
use crate::run::Options;
use crate::target::{Profile, Target};
use crate::{checks, digest};
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A run, as `countersign/run/1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "countersign/run/1")]
pub struct Run {
    /// The name of this format.
    #[serde(deserialize_with = "name::one")]
    #[schemars(with = "String", extend("const" = "countersign/run/1"))]
    pub schema: Name,
    /// No other run has it: a UUID, made from target, seed and the nanosecond of the beginning.
    #[schemars(extend("format" = "uuid"))]
    pub id: String,
    /// The name of its folder: when it began, and its seed.
    pub name: String,
    /// Who ran.
    pub tool: Tool,
    /// The token endpoint.
    pub target: String,
    /// Which specifications were applied.
    #[serde(deserialize_with = "name::some")]
    #[schemars(with = "Vec<String>")]
    pub profiles: Vec<Name>,
    /// The set of statements that counted.
    #[serde(deserialize_with = "name::one")]
    #[schemars(with = "String")]
    pub statements: Name,
    /// From which every generated value follows.
    pub seed: u64,
    /// From which level on a broken statement fails the run.
    pub fail_on: Level,
    /// The arguments of the command that run it again; empty when it was not the command.
    pub command: Vec<String>,
    /// Who tested what, for whom, where.
    pub about: About,
    /// Every check came to its end; no signal ended the run.
    pub complete: bool,
    /// When it began.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub started: Timestamp,
    /// When it ended.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub finished: Timestamp,
    /// How far the server's clock is ahead of ours, seconds, by its `Date` fields.
    pub clock_offset_seconds: Option<i64>,
    /// The numbers.
    pub summary: Summary,
    /// Mistakes that show in more than one check.
    #[serde(default)]
    pub causes: Vec<Cause>,
    /// The checks whose waivers no longer hold, whether they were selected or not.
    #[serde(default, deserialize_with = "name::some", skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub expired_waivers: Vec<Name>,
    /// Every check that was selected.
    pub checks: Vec<Checked>,
    /// Every statement of the catalogue.
    pub requirements: Vec<Requirement>,
}

/// The program, and what it knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of the catalogue of statements, hexadecimal.
    pub catalogue: String,
    /// How many checks it has.
    pub checks: usize,
    /// By how many deliberate faults of the reference server the checks are proved.
    pub faults: usize,
    /// How many servers that are unusual and right give no failure.
    #[serde(default)]
    pub odd_servers: usize,
}

/// The numbers of a run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
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

impl Tool {
    /// This program.
    pub fn this() -> Self {
        Self {
            name: "countersign".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            catalogue: catalogue::digest(),
            checks: checks::ALL.len(),
            faults: checks::faults().count(),
            odd_servers: oddities().count(),
        }
    }
}

impl Run {
    /// The name of the format.
    pub const SCHEMA: Name = "countersign/run/1";

    /// Puts a run together.
    pub fn new(target: &Target, options: &Options, course: &Course<'_>, mut checks: Vec<Checked>) -> Self {
        let causes = cause::find(&mut checks, course.exchanges);
        let endpoint = target.token_endpoint.split('?').next().unwrap_or_default().to_owned();
        Self {
            schema: Self::SCHEMA,
            id: id(&endpoint, options.seed, course.started),
            name: format!("{}-{}", course.started.strftime("%Y%m%dT%H%M%SZ"), options.seed),
            tool: Tool::this(),
            target: endpoint,
            profiles: target.profiles.iter().copied().map(Profile::name).collect(),
            statements: target.statements.name,
            seed: options.seed,
            fail_on: options.fail_on,
            command: Vec::new(),
            about: About::default(),
            complete: course.complete,
            started: course.started,
            finished: course.finished,
            clock_offset_seconds: course.clock_offset_seconds(),
            summary: summary(course, &checks),
            requirements: requirements(&checks, &target.profiles),
            causes,
            expired_waivers: expired(target, day(course.finished)),
            checks,
        }
    }

    /// How many statements have this status.
    pub fn count(&self, status: Status) -> usize {
        self.requirements.iter().filter(|requirement| requirement.status == status).count()
    }

    /// How many deliberate faults prove the checks of this run.
    pub fn faults(&self) -> usize {
        self.checks.iter().map(|checked| checked.proved_by.len()).sum()
    }

    /// Every finding with its check, as the checks stand.
    pub fn findings(&self) -> impl Iterator<Item = (&Checked, &crate::run::Finding)> {
        self.checks.iter().flat_map(|checked| checked.findings().map(move |finding| (checked, finding)))
    }
}

/// A waiver that nobody renewed is told by the first run, whatever that runs.
fn expired(target: &Target, today: Date) -> Vec<Name> {
    let expired = target.waivers.iter().filter(|waiver| waiver.is_expired(today));
    expired.filter_map(|waiver| Some(checks::check(&waiver.check)?.id)).collect()
}

fn summary(course: &Course<'_>, checks: &[Checked]) -> Summary {
    let count = |judgement: Judgement| checks.iter().filter(|checked| checked.outcome == judgement).count();
    let waived = checks.iter().filter(|checked| checked.is_waived()).count();
    Summary {
        checks: checks.len(),
        passed: count(Judgement::Pass),
        failed: count(Judgement::Fail).saturating_sub(waived),
        skipped: count(Judgement::Skip),
        inconclusive: count(Judgement::Inconclusive),
        waived,
        requests: course.exchanges.len(),
        seconds: course.finished.duration_since(course.started).as_secs_f64(),
    }
}

/// RFC 9562 §5.8: the version for a UUID that is made in a way of one's own.
fn id(endpoint: &str, seed: u64, started: Timestamp) -> String {
    let digest = digest::hex(format!("{endpoint} {seed} {}", started.as_nanosecond()).as_bytes());
    let part = |range: std::ops::Range<usize>| digest.get(range).unwrap_or_default();
    format!("{}-{}-8{}-a{}-{}", part(0..8), part(8..12), part(12..15), part(15..18), part(18..30))
}
