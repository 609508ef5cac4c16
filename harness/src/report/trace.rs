//! Every statement of the catalogue, and what the run says about it.

use super::{Checked, Name, name};
use crate::catalogue::{Level, Party, Statement, Worth, statements, worth};
use crate::checks;
use crate::run::Stop;
use crate::target::Profile;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a run says about a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Every answer agreed with it.
    Met,
    /// An answer contradicts it.
    Broken,
    /// Nothing was tried.
    Untested,
    /// It does not bind this server.
    NotApplicable,
    /// It was tried, and nothing can be said.
    Inconclusive,
}

impl Status {
    /// Every status, the worst first.
    pub const ALL: [Self; 5] = [Self::Broken, Self::Inconclusive, Self::Untested, Self::NotApplicable, Self::Met];

    /// For people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Broken => "broken",
            Self::Untested => "untested",
            Self::NotApplicable => "not applicable",
            Self::Inconclusive => "inconclusive",
        }
    }
}

/// A statement in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Requirement {
    /// The id of the statement.
    #[serde(deserialize_with = "name::one")]
    pub id: Name,
    /// Document and section.
    #[serde(deserialize_with = "name::one")]
    pub source: Name,
    /// How binding it is.
    pub level: Level,
    /// What the run says.
    pub status: Status,
    /// The checks that judge it.
    #[serde(deserialize_with = "name::some")]
    #[schemars(with = "Vec<String>")]
    pub checks: Vec<Name>,
    /// Why it was not judged.
    pub reason: Option<String>,
}

/// Every statement with its status.
pub(super) fn requirements(checked: &[Checked], profiles: &[Profile]) -> Vec<Requirement> {
    statements().iter().map(|statement| requirement(statement, checked, profiles)).collect()
}

fn requirement(statement: &'static Statement, checked: &[Checked], profiles: &[Profile]) -> Requirement {
    let covers = |ids: &[&str]| ids.contains(&statement.id.as_str());
    let checks = checks::ALL.iter().filter(|check| covers(check.statements)).map(|check| check.id).collect::<Vec<_>>();
    let results: Vec<_> = checked.iter().filter(|checked| covers(checked.requirements)).collect();
    let (status, reason) = match (checks.is_empty(), results.is_empty()) {
        (true, _) if statement.binds == Party::Client => (Status::NotApplicable, statement.unjudged.clone()),
        (true, _) => (Status::Untested, statement.unjudged.clone()),
        // What would not be called broken is not met either.
        _ if worth(&statement.id, profiles) == Worth::Unjudged => {
            (Status::NotApplicable, Some("the profiles of this run leave it unjudged".into()))
        }
        (false, true) => (Status::Untested, Some("its checks were not selected".into())),
        (false, false) => status(&statement.id, &results),
    };
    Requirement {
        id: &statement.id,
        source: &statement.source,
        level: statement.keyword.level(true),
        status,
        checks,
        reason,
    }
}

/// Broken wins; then one check that judged it is enough; then the best reason why none did.
fn status(id: &str, results: &[&Checked]) -> (Status, Option<String>) {
    let broken = |checked: &&&Checked| checked.findings().any(|finding| finding.requirement.as_deref() == Some(id));
    if results.iter().any(|checked| broken(&checked)) {
        return (Status::Broken, None);
    }
    if results.iter().any(|checked| checked.unjudged(id).is_none()) {
        return (Status::Met, None);
    }
    let stops = || results.iter().filter_map(|checked| checked.unjudged(id));
    let inconclusive = stops().find(|stop| matches!(stop, Stop::Inconclusive(_)));
    match inconclusive.or_else(|| stops().next()) {
        Some(Stop::Inconclusive(reason)) => (Status::Inconclusive, Some(reason.clone())),
        Some(Stop::Skip(reason)) => (Status::Untested, Some(reason.clone())),
        Some(Stop::NotApplicable(reason)) => (Status::NotApplicable, Some(reason.clone())),
        None => (Status::Untested, None),
    }
}
