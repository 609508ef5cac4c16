//! A run for people at a terminal: 80 columns, colour by choice.

use super::paint::{Paint, command, labelled};
use super::told::{Told, symptom};
use super::{Checked, Judgement, Run, Status, verdict};
use crate::catalogue::statement;
use crate::wire::escaped;
use anstyle::AnsiColor;
use std::fmt::{self, Write as _};

/// The run as text: a line for each check, a block for each finding, the numbers.
pub fn text(run: &Run) -> String {
    render(run, Paint::Plain)
}

/// The same with colours.
pub fn colored_text(run: &Run) -> String {
    render(run, Paint::Colored)
}

fn render(run: &Run, paint: Paint) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    _ = write(&mut text, run, paint);
    text
}

fn write(text: &mut String, run: &Run, paint: Paint) -> fmt::Result {
    writeln!(text, "{} against {}\n", escaped(&run.tool.name), escaped(&run.target))?;
    for checked in &run.checks {
        line(text, checked, paint)?;
    }
    for told in run.told() {
        block(text, run, &told, paint)?;
    }
    summary(text, run, paint)
}

fn line(text: &mut String, checked: &Checked, paint: Paint) -> fmt::Result {
    let (mark, color) = match checked.outcome {
        Judgement::Pass => ("pass", AnsiColor::Green),
        Judgement::Fail if checked.is_waived() => ("waiv", AnsiColor::Blue),
        Judgement::Fail => ("FAIL", AnsiColor::Red),
        Judgement::Skip => ("skip", AnsiColor::BrightBlack),
        Judgement::Inconclusive => ("????", AnsiColor::Yellow),
    };
    let level = checked.finding.as_ref().map(|finding| format!("  [{}]", finding.level.name()));
    writeln!(text, "  {}  {}{}", paint.color(color, mark), escaped(checked.id), level.unwrap_or_default())?;
    match (&checked.finding, &checked.reason) {
        (None, Some(reason)) => text.write_str(&labelled("        ", reason)),
        (Some(_), Some(reason)) if checked.undecided.is_some() => {
            let rest = format!("not judged to the end: {reason}");
            text.write_str(&labelled("        ", &rest))
        }
        _ => Ok(()),
    }
}

fn block(text: &mut String, run: &Run, told: &Told<'_>, paint: Paint) -> fmt::Result {
    let (checked, finding) = (told.checked, told.finding);
    let (level, severity) = (finding.level.name(), finding.severity.name());
    let requirement = finding.requirement.as_deref().unwrap_or("the snapshot of an earlier run");
    let head = format!("{}  {}", paint.color(AnsiColor::Red, "FAIL"), paint.bold(&escaped(checked.id)));
    writeln!(text, "\n{head}  {}  {level}, {severity}", escaped(requirement))?;
    if let Some(statement) = finding.requirement.as_deref().and_then(statement) {
        text.write_str(&labelled("  ", &format!("{}: {}", statement.source, statement.requirement)))?;
    }
    let exchanges: Vec<_> = finding.exchanges.iter().map(|id| format!("#{id}")).collect();
    let control = finding.control.map(|id| format!("; #{id}, just before, worked")).unwrap_or_default();
    let lines = [
        ("expected", finding.expected.clone()),
        ("actual", finding.actual.clone()),
        ("request", finding.minimal.clone()),
        ("exchange", exchanges.join(", ") + &control),
    ];
    for (label, value) in lines {
        text.write_str(&labelled(&format!("  {label:<10} "), &value))?;
    }
    if finding.newer {
        text.write_str(&labelled("  newer      ", &format!("than the statements {}: does not count", run.statements)))?;
    }
    if let Some(cause) = told.cause {
        text.write_str(&labelled("  cause      ", &format!("{}; it shows here too:", cause.title)))?;
        told.symptoms.iter().try_for_each(|found| text.write_str(&labelled("             ", &symptom(found))))?;
    }
    if let Some(waived) = &checked.waived {
        let waived = format!("by {} until {}: {}", waived.owner, waived.expires, waived.reason);
        text.write_str(&labelled("  waived     ", &waived))?;
    }
    text.write_str(&command("  curl       ", &finding.curl))?;
    text.write_str(&command("  again      ", &finding.reproduce))?;
    if !run.command.is_empty() {
        let words = ["countersign", "replay", run.name.as_str(), checked.id];
        text.write_str(&command("  replay     ", &crate::shell::line(words)))?;
    }
    writeln!(text, "  more       countersign explain {}", escaped(checked.id))
}

fn summary(text: &mut String, run: &Run, paint: Paint) -> fmt::Result {
    let numbers = &run.summary;
    let word = verdict::word(run);
    let color = if word == "Conforms" { AnsiColor::Green } else { AnsiColor::Red };
    writeln!(text, "\n{}: {}", paint.color(color, word), verdict::sentence(run))?;
    verdict::expired(run).map_or(Ok(()), |expired| text.write_str(&labelled("", &expired)))?;
    let checks = format!(
        "{} checks: {} passed, {} failed, {} skipped, {} inconclusive, {} waived",
        numbers.checks, numbers.passed, numbers.failed, numbers.skipped, numbers.inconclusive, numbers.waived
    );
    text.write_str(&labelled("", &checks))?;
    let statuses = Status::ALL.iter().rev().map(|status| format!("{} {}", run.count(*status), status.name()));
    let statuses = format!("{} statements: {}", run.requirements.len(), statuses.collect::<Vec<_>>().join(", "));
    text.write_str(&labelled("", &statuses))?;
    let (seconds, statements) = (numbers.seconds, escaped(run.statements));
    writeln!(text, "{} requests in {seconds:.1} s; seed {}; statements {statements}", numbers.requests, run.seed)?;
    text.write_str(&labelled("", &verdict::proof(run)))
}

#[cfg(test)]
mod tests {
    use super::super::paint::{command, labelled};

    #[test]
    fn a_long_value_hangs_under_its_label() {
        let text = labelled("  actual     ", &"word ".repeat(30));
        assert_eq!(text.lines().count(), 3);
        assert!(text.lines().all(|line| line.len() <= 80), "{text}");
        // The first line has the label there.
        assert!(text.lines().skip(1).all(|line| line.starts_with("             word")), "{text}");
    }

    #[test]
    fn no_line_begins_with_a_command_to_a_ci_server() {
        let text = labelled("  actual     ", &format!("{} ::stop-commands::x", "word ".repeat(13)));
        assert!(text.ends_with("\n             \\u{3a}:stop-commands::x\n"), "{text}");
    }

    /// A line that goes on in the next one ends with a backslash, and never within quotes.
    #[test]
    fn a_command_can_be_copied() {
        let line = format!("curl -i -H 'a: {}' --data-raw 'it'\\''s {}' 'https://a'", "x ".repeat(20), "y ".repeat(20));
        let text = command("  curl       ", &line);
        assert_eq!(text.replace(" \\\n             ", " ").trim(), format!("curl       {line}"));
        // The last line is the one that does not go on.
        assert!(text.lines().count() > 2 && text.lines().rev().skip(1).all(|line| line.ends_with(" \\")), "{text}");
    }
}
