//! What is new, what is mended and what else changed between two runs.

use super::{Checked, Requirement, Run, Status};
use std::collections::HashMap;
use std::fmt::Write as _;

/// Two runs, held against each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Statements that are broken now and were not.
    pub broken: Vec<String>,
    /// Statements that were broken and are met.
    pub mended: Vec<String>,
    /// Statements whose status changed in another way.
    pub changed: Vec<String>,
    /// Checks whose verdict changed.
    pub checks: Vec<String>,
    /// What keeps the two runs from being compared like for like.
    pub cautions: Vec<String>,
}

impl Difference {
    /// From an earlier run to a later one.
    pub fn between(before: &Run, after: &Run) -> Self {
        let mut difference = Self {
            broken: Vec::new(),
            mended: Vec::new(),
            changed: Vec::new(),
            checks: Vec::new(),
            cautions: cautions(before, after),
        };
        let then: HashMap<_, _> = before.checks.iter().map(|checked| (checked.id, checked.verdict())).collect();
        let verdict = |checked: &Checked| verdicts(then.get(checked.id).copied().unwrap_or("not run"), checked);
        difference.checks = after.checks.iter().filter_map(verdict).collect();
        let statements: HashMap<_, _> = before.requirements.iter().map(|then| (then.id, then)).collect();
        for now in &after.requirements {
            let Some(then) = statements.get(now.id) else { continue };
            if then.status != now.status {
                let counts = after
                    .findings()
                    .any(|(_, finding)| finding.requirement.as_deref() == Some(now.id) && !finding.newer);
                difference.list(then.status, now.status, counts).push(line(then, now));
            }
        }
        difference
    }

    /// What is newer than the set of statements counts as little here as for the exit status.
    fn list(&mut self, then: Status, now: Status, counts: bool) -> &mut Vec<String> {
        match (then, now) {
            (_, Status::Broken) if counts => &mut self.broken,
            (Status::Broken, Status::Met) => &mut self.mended,
            _ => &mut self.changed,
        }
    }

    /// For people: a part for each kind of difference.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let parts = [
            ("Beware", &self.cautions),
            ("Newly broken", &self.broken),
            ("Mended", &self.mended),
            ("Otherwise changed", &self.changed),
            ("Checks with another verdict", &self.checks),
        ];
        for (title, lines) in parts.iter().filter(|(_, lines)| !lines.is_empty()) {
            // Writing to a String cannot fail.
            _ = writeln!(text, "{title}: {}", lines.len());
            lines.iter().for_each(|line| _ = writeln!(text, "  {line}"));
            text.push('\n');
        }
        let changes = self.broken.len() + self.mended.len() + self.changed.len();
        _ = match changes {
            0 => writeln!(text, "No statement has another status."),
            _ => writeln!(
                text,
                "{} newly broken, {} mended, {} otherwise changed",
                self.broken.len(),
                self.mended.len(),
                self.changed.len()
            ),
        };
        text
    }
}

fn line(then: &Requirement, now: &Requirement) -> String {
    crate::wire::escaped(&format!("{} ({}): {} -> {}", now.id, now.source, then.status.name(), now.status.name()))
}

fn verdicts(then: &str, now: &Checked) -> Option<String> {
    (then != now.verdict()).then(|| crate::wire::escaped(&format!("{}: {then} -> {}", now.id, now.verdict())))
}

fn cautions(before: &Run, after: &Run) -> Vec<String> {
    let differ = [
        (before.target != after.target, "the runs are of two token endpoints"),
        (before.tool.catalogue != after.tool.catalogue, "the runs were held against two editions of the catalogue"),
        (before.profiles != after.profiles, "the runs apply different profiles"),
        (before.statements != after.statements, "the runs are pinned to different sets of statements"),
        (!before.complete || !after.complete, "a run was ended early"),
    ];
    differ.into_iter().filter(|(differs, _)| *differs).map(|(_, caution)| caution.to_owned()).collect()
}
