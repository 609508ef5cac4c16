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
    /// Its name; that of a statement where several checks find that statement broken in the same way, numbered if they
    /// find it so in several.
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
    while let Some((mut cause, places)) = same_demand(checks, exchanges) {
        let others = causes.iter().filter(|other: &&Cause| other.statement == cause.statement).count();
        if others > 0 {
            cause.id = format!("{} ({})", cause.id, others + 1);
        }
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

/// The mistake, if the run shows it and has a symptom of it. What is accepted stands for nothing that is not.
fn established(known: &Known, checks: &[Checked], exchanges: &[Recorded]) -> Option<(Cause, Vec<Place>)> {
    let open: Vec<_> = open(checks, exchanges).collect();
    let shows = |(id, statement): (&str, &str)| {
        open.iter().find(|(_, checked, finding, answer)| {
            checked.id == id
                && !checked.is_waived()
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
    open.iter().filter(|(_, checked, ..)| !checked.is_waived()).find_map(|(_, checked, finding, answer)| {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Level, Severity};
    use crate::checks::check;
    use crate::report::Waived;
    use serde_json::json;

    const STATEMENT: &str = "RFC6749-5.2-01";

    /// A check that found the statement broken in this exchange, where this was expected.
    fn failed(id: &str, expected: &str, exchange: usize) -> Checked {
        let finding = Finding {
            requirement: Some(STATEMENT.into()),
            level: Level::Must,
            newer: false,
            severity: Severity::High,
            expected: expected.into(),
            actual: String::new(),
            minimal: String::new(),
            curl: String::new(),
            control: None,
            reproduce: String::new(),
            exchanges: vec![exchange],
            cause: None,
        };
        Checked {
            id: check(id).unwrap().id,
            title: String::new(),
            outcome: Judgement::Fail,
            level: Level::Must,
            severity: Severity::High,
            requirements: &[],
            newer: false,
            reason: None,
            undecided: None,
            finding: Some(finding),
            further: Vec::new(),
            exchanges: vec![exchange],
            waived: None,
            proved_by: Vec::new(),
            stop: None,
            left: Vec::new(),
        }
    }

    fn answered(status: u16) -> Recorded {
        let now = "2026-01-01T00:00:00Z";
        serde_json::from_value(json!({
            "id": 1, "sent": now, "received": now, "method": "POST", "uri": "https://as.example/token",
            "request_fields": [], "request_body": "", "status": status, "response_fields": [], "response_body": "{}",
            "failure": null,
        }))
        .unwrap()
    }

    fn four() -> ([Checked; 4], [Recorded; 2]) {
        let checks = [
            failed("client-authentication/missing", "a challenge", 1),
            failed("client-authentication/wrong-secret", "a challenge", 1),
            failed("client-authentication/unknown-client", "a challenge", 2),
            failed("client-authentication/empty-secret", "a challenge", 2),
        ];
        (checks, [answered(400), answered(403)])
    }

    /// Each is told with its own symptoms, and not with those of the other.
    #[test]
    fn two_causes_of_one_statement_are_two() {
        let (mut checks, exchanges) = four();
        let ids: Vec<_> = find(&mut checks, &exchanges).into_iter().map(|cause| cause.id).collect();
        assert_eq!(ids, [STATEMENT, "RFC6749-5.2-01 (2)"]);
        let marks = checks.each_ref().map(|checked| checked.findings().next().unwrap().cause.as_deref().unwrap());
        assert_eq!(marks, [&ids[0], &ids[0], &ids[1], &ids[1]]);
    }

    /// What is accepted in one check is not accepted in the other.
    #[test]
    fn an_accepted_finding_stands_for_no_other() {
        let (mut checks, exchanges) = four();
        let (reason, owner) = (String::new(), String::new());
        let expires = jiff::civil::date(2026, 1, 1);
        checks[0].waived = Some(Waived { reason, owner, expires, expired: false, stale: false });
        let causes = find(&mut checks, &exchanges);
        assert_eq!(causes[0].check, "client-authentication/wrong-secret");
    }
}
