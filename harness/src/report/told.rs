//! What every rendering tells: each finding that is no symptom, with the symptoms that it stands for.

use super::{Checked, Run};
use crate::cause::Cause;
use crate::run::Finding;

/// A finding and its check.
type Found<'r> = (&'r Checked, &'r Finding);

/// A finding that is told.
#[derive(Debug)]
pub struct Told<'r> {
    /// Its check.
    pub checked: &'r Checked,
    /// The finding.
    pub finding: &'r Finding,
    /// The cause that it stands for.
    pub cause: Option<&'r Cause>,
    /// The other findings of that cause.
    pub symptoms: Vec<Found<'r>>,
}

impl Run {
    /// The findings to tell, as the checks stand.
    pub fn told(&self) -> Vec<Told<'_>> {
        self.findings().filter_map(|found| self.tell(found)).collect()
    }

    /// For a symptom: its cause and the check whose finding stands for it.
    pub fn symptom_of(&self, finding: &Finding) -> Option<&Cause> {
        let (cause, (_, first)) = self.cause_of(finding)?;
        (!std::ptr::eq(first, finding)).then_some(cause)
    }

    fn tell<'r>(&'r self, (checked, finding): Found<'r>) -> Option<Told<'r>> {
        let Some((cause, (_, first))) = self.cause_of(finding) else {
            return Some(Told { checked, finding, cause: None, symptoms: Vec::new() });
        };
        let others = |(_, other): &Found<'r>| other.cause == finding.cause && !std::ptr::eq(*other, first);
        let symptoms = || self.findings().filter(others).collect();
        std::ptr::eq(first, finding).then(|| Told { checked, finding, cause: Some(cause), symptoms: symptoms() })
    }

    /// The cause of a finding, with the finding that stands for it.
    fn cause_of(&self, finding: &Finding) -> Option<(&Cause, Found<'_>)> {
        let id = finding.cause.as_ref()?;
        let cause = self.causes.iter().find(|cause| cause.id == *id)?;
        let stands = |(checked, finding): &Found<'_>| {
            finding.cause.as_ref() == Some(id)
                && checked.id == cause.check
                && finding.requirement.as_ref() == Some(&cause.statement)
        };
        Some((cause, self.findings().find(stands)?))
    }
}

/// A symptom in a line.
pub(super) fn symptom((checked, finding): &Found<'_>) -> String {
    let waived = if checked.is_waived() { ", waived" } else { "" };
    let statement = finding.requirement.as_deref().unwrap_or_default();
    format!("{}, {statement} ({}{waived}): {}", checked.id, finding.level.name(), finding.actual)
}
