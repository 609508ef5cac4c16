//! What a check is: one file with a page, its statements, its needs, its faults and its run.

use crate::catalogue::{Need, Statement, statement};
use crate::clock::LocalFuture;
use crate::reference::Fault;
use crate::run::{Outcome, Probe};

/// One check. Its file stands at `checks/<topic>/<name>.rs`, its id is `<topic>/<name>` with hyphens.
#[derive(Debug)]
pub struct Check {
    /// Public, and never changes its meaning.
    pub id: &'static str,
    /// The text of its own file: the comment at the head is its page.
    pub source: &'static str,
    /// The statements that it judges.
    pub statements: &'static [&'static str],
    /// What the target must have.
    pub needs: &'static [Need],
    /// Ways to be wrong that it finds.
    pub faults: &'static [Fault],
    /// The run.
    pub run: for<'a, 'r> fn(&'a mut Probe<'r>) -> LocalFuture<'a, Outcome>,
}

/// The head of every page has these, in this order.
pub const PAGE_PARTS: [&str; 5] = ["Sent", "Demanded", "Why it matters", "The attack", "How servers went wrong"];

impl Check {
    /// The page that `explain` shows, in Markdown: the comment at the head of the file.
    pub fn page(&self) -> String {
        let lines = self.source.lines().map_while(|line| line.strip_prefix("//!"));
        lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
    }

    /// What it demands, in a sentence: the first line of the page.
    pub fn title(&self) -> String {
        self.page().lines().next().unwrap_or_default().trim_end_matches('.').to_owned()
    }

    /// The statements, looked up.
    pub fn statements(&self) -> impl Iterator<Item = &'static Statement> {
        self.statements.iter().filter_map(|id| statement(id))
    }

    /// The path of its file below `checks/`.
    pub fn path(&self) -> String {
        format!("{}.rs", self.id.replace('-', "_"))
    }
}
