//! A run as JUnit XML: a suite for each topic, a case for each check.

use super::told::{Told, symptom};
use super::{Checked, Judgement, Run};
use crate::catalogue::statement;
use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};
use std::time::Duration;

/// The run as JUnit XML. What is below `--fail-on` does not fail its case, and says so in the output of the case.
pub fn junit(run: &Run) -> Result<String, SerializeError> {
    let mut report = Report::new(format!("countersign {}", run.target));
    report.set_time(Duration::try_from_secs_f64(run.summary.seconds).unwrap_or_default());
    let told = run.told();
    // The checks stand as they run, and a topic may come up again.
    let mut topics: Vec<&str> = Vec::new();
    for topic in run.checks.iter().map(Checked::topic) {
        if !topics.contains(&topic) {
            topics.push(topic);
        }
    }
    for topic in topics {
        let mut suite = TestSuite::new(topic);
        suite.add_property(("seed", run.seed.to_string().as_str()));
        suite.add_property(("run", run.id.as_str()));
        suite.add_property(("statements", run.statements));
        let cases =
            run.checks.iter().filter(|checked| checked.topic() == topic).map(|checked| case(run, &told, checked));
        suite.add_test_cases(cases);
        report.add_test_suite(suite);
    }
    report.to_string().map(|text| text + "\n")
}

fn case(run: &Run, told: &[Told<'_>], checked: &Checked) -> TestCase {
    let details = details(run, told, checked);
    let mut case = TestCase::new(checked.id, status(run, checked, &details));
    case.set_classname(checked.topic());
    if matches!(case.status, TestCaseStatus::Success { .. }) && !details.is_empty() {
        case.set_system_out(details);
    }
    case
}

fn status(run: &Run, checked: &Checked, details: &str) -> TestCaseStatus {
    let reason = checked.reason.clone().unwrap_or_default();
    let (broken, undecided) = (checked.is_broken(run.fail_on), checked.is_undecided(run.fail_on));
    let mut status = match checked.outcome {
        _ if broken => TestCaseStatus::non_success(NonSuccessKind::Failure),
        _ if undecided => TestCaseStatus::non_success(NonSuccessKind::Error),
        Judgement::Fail if checked.is_waived() => TestCaseStatus::skipped(),
        Judgement::Inconclusive | Judgement::Skip => TestCaseStatus::skipped(),
        Judgement::Pass | Judgement::Fail => return TestCaseStatus::success(),
    };
    let accepted = checked.waived.as_ref().filter(|_| checked.is_waived());
    let accepted =
        accepted.map(|waived| format!("waived by {} until {}: {}", waived.owner, waived.expires, waived.reason));
    status.set_message(accepted.unwrap_or_else(|| match &checked.finding {
        Some(_) if undecided && !broken => reason,
        Some(finding) => match run.symptom_of(finding) {
            Some(cause) => format!("a symptom of {}: {}", cause.check, cause.title),
            None => format!("{}: {}", checked.title, finding.actual),
        },
        None => reason,
    }));
    if checked.outcome == Judgement::Fail {
        status.set_type(checked.level.name());
        status.set_description(details.to_owned());
    }
    status
}

/// A symptom in a line, and in full what it is a symptom of.
fn details(run: &Run, told: &[Told<'_>], checked: &Checked) -> String {
    let symptoms = checked.findings().filter_map(|finding| {
        let cause = run.symptom_of(finding)?;
        Some(format!("{}\na symptom of {}: {}", symptom(&(checked, finding)), cause.check, cause.title))
    });
    let told = told.iter().filter(|told| told.checked.id == checked.id).map(block);
    told.chain(symptoms).collect::<Vec<_>>().join("\n\n")
}

fn block(told: &Told<'_>) -> String {
    let finding = told.finding;
    let demanded = finding.requirement.as_deref().and_then(statement);
    let demanded = demanded.map(|statement| format!("{}: {}", statement.source, statement.requirement));
    let (expected, actual, again) = (&finding.expected, &finding.actual, &finding.reproduce);
    let demanded = demanded.unwrap_or_else(|| "as in an earlier run".into());
    let mut block = format!(
        "[{}] {demanded}\nexpected: {expected}\nactual: {actual}\nrequest: {}\nagain: {again}",
        finding.level.name(),
        finding.minimal
    );
    if let Some(cause) = told.cause {
        block += &format!("\ncause: {}; it shows here too:", cause.title);
        told.symptoms.iter().for_each(|found| block += &format!("\n  {}", symptom(found)));
    }
    block
}
