//! Several servers side by side: statement by server.

use super::{Requirement, Run, Status};
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

/// The columns of servers have letters, so that a table fits whatever they are called.
fn letter(index: usize) -> char {
    u8::try_from(index).ok().and_then(|index| b'A'.checked_add(index)).map_or('?', char::from)
}

fn symbol(status: Option<Status>) -> &'static str {
    match status {
        Some(Status::Met) => "met",
        Some(Status::Broken) => "BROKEN",
        Some(Status::Inconclusive) => "open",
        Some(Status::NotApplicable) => "n/a",
        Some(Status::Untested) | None => "-",
    }
}

/// A row for each statement that at least one run judged.
fn rows(runs: &[Run]) -> Vec<(&Requirement, Vec<&'static str>)> {
    let mut known = HashSet::new();
    let all = runs.iter().flat_map(|run| &run.requirements).filter(|requirement| known.insert(requirement.id));
    let statuses = |run: &'_ Run| {
        run.requirements.iter().map(|requirement| (requirement.id, requirement.status)).collect::<HashMap<_, _>>()
    };
    let statuses: Vec<_> = runs.iter().map(statuses).collect();
    let judged = |status: Status| matches!(status, Status::Met | Status::Broken | Status::Inconclusive);
    let row = |requirement: &'_ Requirement| {
        statuses.iter().map(|statuses| statuses.get(requirement.id).copied()).collect::<Vec<_>>()
    };
    all.map(|requirement| (requirement, row(requirement)))
        .filter(|(_, statuses)| statuses.iter().flatten().any(|status| judged(*status)))
        .map(|(requirement, statuses)| (requirement, statuses.into_iter().map(symbol).collect()))
        .collect()
}

/// Every server with its letter and its numbers.
fn servers(runs: &[Run]) -> Vec<String> {
    let line = |(index, run): (usize, &Run)| {
        let (met, broken) = (run.count(Status::Met), run.count(Status::Broken));
        crate::wire::escaped(&format!("{}  {}: {met} met, {broken} broken", letter(index), run.target))
    };
    runs.iter().enumerate().map(line).collect()
}

/// For a terminal.
pub fn comparison_text(runs: &[Run]) -> String {
    let mut text = servers(runs).join("\n") + "\n\n";
    let letters: String = (0..runs.len()).map(|index| format!(" {:<7}", letter(index))).collect();
    // Writing to a String cannot fail.
    _ = writeln!(text, "{:<22}{}", "statement", letters.trim_end());
    for (requirement, cells) in rows(runs) {
        let cells: String = cells.iter().map(|cell| format!(" {cell:<7}")).collect();
        _ = writeln!(text, "{:<22}{}", crate::wire::escaped(requirement.id), cells.trim_end());
    }
    text
}

/// For a page.
pub fn comparison_markdown(runs: &[Run]) -> String {
    let plain = super::summary::plain;
    let mut text = servers(runs).iter().map(|line| format!("- {}\n", plain(line))).collect::<String>() + "\n";
    let letters: Vec<_> = (0..runs.len()).map(|index| letter(index).to_string()).collect();
    _ = writeln!(text, "| statement | source | {} |", letters.join(" | "));
    _ = writeln!(text, "| --- | --- |{}", " --- |".repeat(runs.len()));
    for (requirement, cells) in rows(runs) {
        _ = writeln!(text, "| {} | {} | {} |", plain(requirement.id), plain(requirement.source), cells.join(" | "));
    }
    text
}
