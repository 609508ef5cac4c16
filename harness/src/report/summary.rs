//! A run as Markdown for the summary of a CI job: what is read in a minute, with the rest one click away.

use super::told::{Told, symptom};
use super::{Run, Status, verdict};
use crate::catalogue::statement;
use std::fmt::{self, Write as _};

/// The most findings that are told: a summary of a job may have 1 MiB, and nobody reads more.
const MOST_FINDINGS: usize = 50;

/// The run as Markdown.
pub fn summary(run: &Run) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    _ = write(&mut text, run);
    text
}

fn write(text: &mut String, run: &Run) -> fmt::Result {
    let numbers = &run.summary;
    writeln!(text, "## Countersign: {}\n", verdict::word(run))?;
    writeln!(text, "{} Token endpoint: {}\n", verdict::sentence(run), code(&run.target))?;
    verdict::expired(run).map_or(Ok(()), |expired| writeln!(text, "{}\n", plain(&expired)))?;
    writeln!(text, "| checks | passed | failed | skipped | inconclusive | waived | requests | seconds |")?;
    writeln!(text, "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")?;
    writeln!(
        text,
        "| {} | {} | {} | {} | {} | {} | {} | {:.1} |\n",
        numbers.checks,
        numbers.passed,
        numbers.failed,
        numbers.skipped,
        numbers.inconclusive,
        numbers.waived,
        numbers.requests,
        numbers.seconds
    )?;
    findings(text, run)?;
    unjudged(text, run)?;
    let statuses: Vec<_> =
        Status::ALL.iter().rev().map(|status| format!("{} {}", run.count(*status), status.name())).collect();
    writeln!(text, "{} statements: {}.\n", run.requirements.len(), statuses.join(", "))?;
    writeln!(text, "{}\n", verdict::proof(run))?;
    let tool = plain(&format!("{} {}", run.tool.name, run.tool.version));
    let profiles = plain(&run.profiles.join(", "));
    let (seed, statements) = (run.seed, code(run.statements));
    writeln!(text, "{tool}, profile {profiles}, statements {statements}, seed {seed}, run {}.", code(&run.id))
}

fn findings(text: &mut String, run: &Run) -> fmt::Result {
    let mut found = run.told();
    if found.is_empty() {
        return Ok(());
    }
    found.sort_by_key(|told| std::cmp::Reverse((told.finding.level, told.finding.severity)));
    writeln!(text, "### Findings\n")?;
    for told in found.iter().take(MOST_FINDINGS) {
        details(text, told)?;
    }
    match found.len().checked_sub(MOST_FINDINGS) {
        Some(more @ 1..) => writeln!(text, "And {more} more, in the report.\n"),
        _ => Ok(()),
    }
}

fn details(text: &mut String, told: &Told<'_>) -> fmt::Result {
    let (checked, finding) = (told.checked, told.finding);
    let (level, severity) = (finding.level.name(), finding.severity.name());
    let waived = if checked.is_waived() { ", waived" } else { "" };
    let title = plain(&checked.title);
    writeln!(
        text,
        "<details><summary><b>{}</b> ({level}, {severity}{waived}): {title}</summary>\n",
        plain(checked.id)
    )?;
    if let Some(statement) = finding.requirement.as_deref().and_then(statement) {
        writeln!(text, "- {}: {}", statement.source, plain(&statement.requirement))?;
    }
    writeln!(text, "- expected: {}", plain(&finding.expected))?;
    writeln!(text, "- actual: {}", code(&finding.actual))?;
    writeln!(text, "- request: {}", code(&finding.minimal))?;
    if let Some(cause) = told.cause {
        writeln!(text, "- cause: {}; it shows here too:", plain(&cause.title))?;
        told.symptoms.iter().try_for_each(|found| writeln!(text, "  - {}", plain(&symptom(found))))?;
    }
    if let Some(waived) = &checked.waived {
        writeln!(text, "- waived by {} until {}: {}", plain(&waived.owner), waived.expires, plain(&waived.reason))?;
    }
    writeln!(text, "- again: {}\n\n</details>\n", code(&finding.reproduce))
}

/// What a reader must know before he calls it green.
fn unjudged(text: &mut String, run: &Run) -> fmt::Result {
    let open: Vec<_> = run.checks.iter().filter_map(|checked| Some((checked, checked.reason.as_deref()?))).collect();
    if open.is_empty() {
        return Ok(());
    }
    writeln!(text, "<details><summary>{} checks without a verdict</summary>\n", open.len())?;
    for (checked, reason) in open {
        writeln!(text, "- {} ({}): {}", plain(checked.id), checked.outcome.name(), plain(reason))?;
    }
    writeln!(text, "\n</details>\n")
}

/// Text that is not ours: no character of it can be Markdown or HTML.
pub(super) fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in crate::wire::escaped(text).chars() {
        if c.is_ascii_punctuation() && !".,:/=-()".contains(c) {
            safe.push_str(&format!("&#{};", u32::from(c)));
        } else {
            safe.push(c);
        }
    }
    safe
}

pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", plain(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_is_markup() {
        assert_eq!(plain("<b>|`*_[x](y)"), "&#60;b&#62;&#124;&#96;&#42;&#95;&#91;x&#93;(y)");
        assert_eq!(plain("a\nb"), "a&#92;u&#123;a&#125;b");
    }
}
