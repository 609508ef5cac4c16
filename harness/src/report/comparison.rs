//! Several servers side by side: statement by server.

use super::difference::cautions;
use super::paint::{Paint, labelled};
use super::summary::plain;
use super::{Requirement, Run, Status};
use crate::catalogue::{Severity, statement};
use crate::wire::escaped;
use anstyle::AnsiColor;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::fmt::{self, Write as _};

/// The columns of servers have letters, so that a table fits whatever they are called.
fn letter(index: usize) -> char {
    u8::try_from(index).ok().and_then(|index| b'A'.checked_add(index)).map_or('?', char::from)
}

/// So many servers have columns for whole words in 80 columns; with more each status is one character.
const MOST_WIDE: usize = 7;

/// A status in a table: the word, and the character where there is no room for it.
fn symbol(status: Option<Status>) -> (&'static str, &'static str) {
    match status {
        Some(Status::Met) => ("met", "+"),
        Some(Status::Broken) => ("BROKEN", "X"),
        Some(Status::Inconclusive) => ("open", "?"),
        Some(Status::NotApplicable) => ("n/a", "/"),
        Some(Status::Untested) | None => ("-", "-"),
    }
}

/// What rows have in common, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Broken,
    Open,
    Partly,
    Met,
}

impl Group {
    const ALL: [Self; 4] = [Self::Broken, Self::Open, Self::Partly, Self::Met];

    fn title(self) -> &'static str {
        match self {
            Self::Broken => "Broken by at least one",
            Self::Open => "Inconclusive for at least one",
            Self::Partly => "Met where it was judged",
            Self::Met => "Met by all",
        }
    }

    fn of(statuses: &[Option<Status>]) -> Option<Self> {
        let some = |status: Status| statuses.contains(&Some(status));
        match () {
            () if some(Status::Broken) => Some(Self::Broken),
            () if some(Status::Inconclusive) => Some(Self::Open),
            () if !some(Status::Met) => None,
            () if statuses.iter().all(|status| *status == Some(Status::Met)) => Some(Self::Met),
            () => Some(Self::Partly),
        }
    }
}

struct Row<'a> {
    requirement: &'a Requirement,
    statuses: Vec<Option<Status>>,
    group: Group,
}

/// A row for each statement that at least one run judged: the worst first.
fn rows(runs: &[Run]) -> Vec<Row<'_>> {
    let mut known = HashSet::new();
    let all = runs.iter().flat_map(|run| &run.requirements).filter(|requirement| known.insert(requirement.id));
    let statuses = |run: &'_ Run| {
        run.requirements.iter().map(|requirement| (requirement.id, requirement.status)).collect::<HashMap<_, _>>()
    };
    let of_runs: Vec<_> = runs.iter().map(statuses).collect();
    let mut rows: Vec<_> = all
        .filter_map(|requirement| {
            let statuses: Vec<_> = of_runs.iter().map(|statuses| statuses.get(requirement.id).copied()).collect();
            Group::of(&statuses).map(|group| Row { requirement, statuses, group })
        })
        .collect();
    rows.sort_by_key(|row| {
        let severity = statement(row.requirement.id).map_or(Severity::Info, |statement| statement.severity);
        // Among what all meet nothing is worse than another: it stands in the order of the catalogue.
        (row.group, (row.group != Group::Met).then_some(Reverse((severity, row.requirement.level))))
    });
    rows
}

/// Every server with its letter, its run and its numbers.
fn servers(runs: &[Run]) -> Vec<(char, String)> {
    let line = |(index, run): (usize, &Run)| {
        let [met, broken, untested] = [Status::Met, Status::Broken, Status::Untested].map(|status| run.count(status));
        let numbers = format!("{met} met, {broken} broken, {untested} untested");
        (letter(index), escaped(&format!("{}: {numbers} ({})", run.target, run.name)))
    };
    runs.iter().enumerate().map(line).collect()
}

/// What keeps any two of them from being held against each other.
fn beware(runs: &[Run]) -> Vec<&'static str> {
    let mut known = HashSet::new();
    let first = runs.first().into_iter();
    let all = first.flat_map(|first| runs.iter().flat_map(|run| cautions(first, run)));
    all.filter(|caution| known.insert(*caution)).collect()
}

/// For a terminal.
pub fn comparison_text(runs: &[Run]) -> String {
    render(runs, Paint::Plain)
}

/// The same with colours.
pub fn colored_comparison(runs: &[Run]) -> String {
    render(runs, Paint::Colored)
}

fn render(runs: &[Run], paint: Paint) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    _ = write_text(&mut text, runs, paint);
    text
}

fn write_text(text: &mut String, runs: &[Run], paint: Paint) -> fmt::Result {
    for (letter, server) in servers(runs) {
        text.write_str(&labelled(&format!("{letter}  "), &server))?;
    }
    beware(runs).iter().try_for_each(|caution| text.write_str(&labelled("beware: ", caution)))?;
    let (is_wide, rows) = (runs.len() <= MOST_WIDE, rows(runs));
    let width = if is_wide { 7 } else { 1 };
    let letters: String = (0..runs.len()).map(|index| format!(" {:<width$}", letter(index))).collect();
    for group in Group::ALL {
        let of_group: Vec<_> = rows.iter().filter(|row| row.group == group).collect();
        if of_group.is_empty() {
            continue;
        }
        writeln!(text, "\n{}: {}", paint.bold(group.title()), of_group.len())?;
        writeln!(text, "{:<22}{}", "statement", letters.trim_end())?;
        for row in of_group {
            let mut cells = String::new();
            for (index, status) in row.statuses.iter().enumerate() {
                let (word, character) = symbol(*status);
                let cell = if is_wide { word } else { character };
                // What follows the last cell would be blanks.
                let padding = if index + 1 == runs.len() { 0 } else { width - cell.len() };
                write!(cells, " {}{:padding$}", color(*status, paint, cell), "")?;
            }
            writeln!(text, "{:<22}{cells}", escaped(row.requirement.id))?;
        }
    }
    if is_wide { Ok(()) } else { writeln!(text, "\n+ met, X broken, ? inconclusive, / not applicable, - untested") }
}

fn color(status: Option<Status>, paint: Paint, cell: &str) -> String {
    match status {
        Some(Status::Broken) => paint.color(AnsiColor::Red, cell),
        Some(Status::Inconclusive) => paint.color(AnsiColor::Yellow, cell),
        Some(Status::Met) => paint.color(AnsiColor::Green, cell),
        _ => cell.to_owned(),
    }
}

/// For a page.
pub fn comparison_markdown(runs: &[Run]) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    _ = write_markdown(&mut text, runs);
    text
}

fn write_markdown(text: &mut String, runs: &[Run]) -> fmt::Result {
    for (letter, server) in servers(runs) {
        writeln!(text, "- {letter}: {}", plain(&server))?;
    }
    beware(runs).iter().try_for_each(|caution| writeln!(text, "- beware: {caution}"))?;
    let (rows, letters) = (rows(runs), (0..runs.len()).map(|index| letter(index).to_string()).collect::<Vec<_>>());
    for group in Group::ALL {
        let of_group: Vec<_> = rows.iter().filter(|row| row.group == group).collect();
        if of_group.is_empty() {
            continue;
        }
        writeln!(text, "\n### {}: {}\n", group.title(), of_group.len())?;
        writeln!(text, "| statement | demands | {} |", letters.join(" | "))?;
        writeln!(text, "| --- | --- |{}", " --- |".repeat(runs.len()))?;
        for row in of_group {
            let cells: Vec<_> = row.statuses.iter().map(|status| symbol(*status).0).collect();
            let words = statement(row.requirement.id).map(|statement| format!(": {}", statement.requirement));
            let demands = plain(&format!("{}{}", row.requirement.source, words.unwrap_or_default()));
            writeln!(text, "| {} | {demands} | {} |", plain(row.requirement.id), cells.join(" | "))?;
        }
    }
    Ok(())
}
