//! One cause, one finding: what a single mistake of the server breaks in many checks is told once, with its symptoms.
//!
//! A symptom stays a finding of its check: it counts, its statement is broken, and the exit status is the same.

mod table;

use crate::report::{Checked, Judgement};
use crate::run::Finding;
use crate::wire::Recorded;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use table::{Answer, KNOWN, Known};

/// A mistake that shows in more than one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cause {
    /// Its name; that of a statement where several checks find that statement broken in the same way.
    pub id: String,
    /// What the server does.
    pub title: String,
    /// The check whose finding stands for it, the first of this statement with this cause.
    pub check: String,
    /// The statement of that finding. All other findings with this cause are its symptoms.
    pub statement: String,
}

/// Where a finding stands: the place of its check, and its own among those of the check.
type Place = (usize, usize);

/// Finds the causes, and marks their findings.
pub(crate) fn find(checks: &mut [Checked], exchanges: &[Recorded]) -> Vec<Cause> {
    let mut causes = Vec::new();
    for known in KNOWN {
        if let Some((cause, places)) = established(known, checks, exchanges) {
            mark(checks, &cause, &places);
            causes.push(cause);
        }
    }
    while let Some((cause, places)) = same_demand(checks, exchanges) {
        mark(checks, &cause, &places);
        causes.push(cause);
    }
    causes
}

fn mark(checks: &mut [Checked], cause: &Cause, places: &[Place]) {
    for (check, finding) in places {
        let checked = checks.get_mut(*check);
        if let Some(finding) = checked.and_then(|checked| checked.findings_mut().nth(*finding)) {
            finding.cause = Some(cause.id.clone());
        }
    }
}

/// Every finding that has no cause yet, with its answer.
fn open<'c>(
    checks: &'c [Checked],
    exchanges: &[Recorded],
) -> impl Iterator<Item = (Place, &'c Checked, &'c Finding, Answer)> {
    let answer = |finding: &Finding| {
        let number = finding.exchanges.first()?.checked_sub(1)?;
        exchanges.get(number).and_then(Answer::of)
    };
    checks.iter().enumerate().flat_map(move |(check, checked)| {
        let findings = checked.findings().enumerate().filter(|(_, finding)| finding.cause.is_none());
        findings.filter_map(move |(place, finding)| Some(((check, place), checked, finding, answer(finding)?)))
    })
}

/// The mistake, if the run shows it and has a symptom of it.
fn established(known: &Known, checks: &[Checked], exchanges: &[Recorded]) -> Option<(Cause, Vec<Place>)> {
    let open: Vec<_> = open(checks, exchanges).collect();
    let shows = |(id, statement): (&str, &str)| {
        open.iter().find(|(_, checked, finding, answer)| {
            checked.id == id
                && finding.requirement.as_deref() == Some(statement)
                && known.like.fits(finding, answer, answer)
        })
    };
    let (check, statement) = *known.evidence.first()?;
    let first = shows((check, statement))?;
    let complete = known.evidence.iter().all(|evidence| shows(*evidence).is_some());
    if !complete || known.refuted_by.iter().any(|id| refuted(id, known, checks, &open)) {
        return None;
    }
    let belongs = |(place, checked, finding, answer): &&(Place, &Checked, &Finding, Answer)| {
        *place == first.0 || known.symptoms.iter().any(|symptom| symptom.fits(checked.id, finding, answer, &first.3))
    };
    let places: Vec<Place> = open.iter().filter(belongs).map(|(place, ..)| *place).collect();
    let (id, title) = (known.id.to_owned(), known.title.to_owned());
    let cause = Cause { id, title, check: check.to_owned(), statement: statement.to_owned() };
    (places.len() > 1).then_some((cause, places))
}

/// Whether this check came to a verdict and did not see what the cause would have made it see.
fn refuted(id: &str, known: &Known, checks: &[Checked], open: &[(Place, &Checked, &Finding, Answer)]) -> bool {
    let judged = |checked: &Checked| matches!(checked.outcome, Judgement::Pass | Judgement::Fail);
    let sees = |(_, checked, finding, answer): &(Place, &Checked, &Finding, Answer)| {
        checked.id == id && known.like.fits(finding, answer, answer)
    };
    checks.iter().any(|checked| checked.id == id && judged(checked)) && !open.iter().any(sees)
}

/// A statement that more than one check finds broken: the same was demanded, and the same came back.
fn same_demand(checks: &[Checked], exchanges: &[Recorded]) -> Option<(Cause, Vec<Place>)> {
    let open: Vec<_> = open(checks, exchanges).collect();
    open.iter().find_map(|(_, checked, finding, answer)| {
        let id = finding.requirement.as_ref()?;
        let same = |(_, _, other, its): &&(Place, &Checked, &Finding, Answer)| {
            (&other.requirement, other.level, &other.expected)
                == (&finding.requirement, finding.level, &finding.expected)
                && its.is_same(answer)
        };
        let alike: Vec<_> = open.iter().filter(same).collect();
        let elsewhere = alike.iter().any(|(_, other, ..)| other.id != checked.id);
        let title = "The same answer breaks this statement in more than one check".to_owned();
        let cause = Cause { id: id.clone(), title, check: checked.id.to_owned(), statement: id.clone() };
        elsewhere.then(|| (cause, alike.iter().map(|(place, ..)| *place).collect()))
    })
}
