//! A run for people.

use super::{Checked, Judgement, Run, Status};
use crate::catalogue::statement;
use crate::run::Finding;
use std::fmt::{self, Write as _};

/// The run as text: a line for each check, a block for each finding, the numbers.
pub fn text(run: &Run) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    _ = write(&mut text, run);
    text
}

fn write(text: &mut String, run: &Run) -> fmt::Result {
    writeln!(text, "{} against {}\n", run.tool.name, run.target)?;
    for checked in &run.checks {
        line(text, checked)?;
    }
    for checked in &run.checks {
        for finding in checked.findings() {
            block(text, checked, finding)?;
        }
    }
    summary(text, run)
}

fn line(text: &mut String, checked: &Checked) -> fmt::Result {
    let mark = match checked.outcome {
        Judgement::Pass => "pass",
        Judgement::Fail if checked.is_waived() => "waiv",
        Judgement::Fail => "FAIL",
        Judgement::Skip => "skip",
        Judgement::Inconclusive => "????",
    };
    let reason = match (&checked.finding, &checked.reason) {
        (Some(finding), _) => format!(" [{}]", finding.level.name()),
        (None, Some(reason)) => format!(" ({reason})"),
        (None, None) => String::new(),
    };
    writeln!(text, "  {mark}  {:<40} {}{reason}", checked.id, checked.title)
}

fn block(text: &mut String, checked: &Checked, finding: &Finding) -> fmt::Result {
    let (level, severity) = (finding.level.name(), finding.severity.name());
    let requirement = finding.requirement.as_deref().unwrap_or("the snapshot of an earlier run");
    writeln!(text, "\nFAIL  {}  {requirement}  {level}, {severity}", checked.id)?;
    if let Some(statement) = finding.requirement.as_deref().and_then(statement) {
        writeln!(text, "  {}: {}", statement.source, statement.requirement)?;
    }
    writeln!(text, "  expected   {}", finding.expected)?;
    writeln!(text, "  actual     {}", finding.actual)?;
    writeln!(text, "  request    {}", finding.minimal)?;
    let exchanges: Vec<_> = finding.exchanges.iter().map(|id| format!("#{id}")).collect();
    writeln!(text, "  exchange   {}", exchanges.join(", "))?;
    if let Some(waived) = &checked.waived {
        writeln!(text, "  waived     by {} until {}: {}", waived.owner, waived.expires, waived.reason)?;
    }
    writeln!(text, "  again      {}", finding.reproduce)?;
    writeln!(text, "  more       countersign explain {}", checked.id)
}

fn summary(text: &mut String, run: &Run) -> fmt::Result {
    let numbers = &run.summary;
    writeln!(
        text,
        "\n{} checks: {} passed, {} failed, {} skipped, {} inconclusive, {} waived; {} requests in {:.1} s; seed {}",
        numbers.checks,
        numbers.passed,
        numbers.failed,
        numbers.skipped,
        numbers.inconclusive,
        numbers.waived,
        numbers.requests,
        numbers.seconds,
        run.seed
    )?;
    let count = |status: Status| run.requirements.iter().filter(|requirement| requirement.status == status).count();
    writeln!(
        text,
        "{} statements: {} met, {} broken, {} inconclusive, {} not applicable, {} untested",
        run.requirements.len(),
        count(Status::Met),
        count(Status::Broken),
        count(Status::Inconclusive),
        count(Status::NotApplicable),
        count(Status::Untested)
    )
}
