//! A run as one HTML file: no network, no JavaScript needed. Whatever a server sent is text in it, never markup.

mod coverage;
mod exchange;
mod policy;
mod timeline;

use super::{Checked, Requirement, Run, Status, verdict};
use crate::catalogue::{Severity, Statement, statement};
use crate::cause::Cause;
use crate::check::Check;
use crate::checks;
use crate::reference::defect;
use crate::run::Finding;
use crate::wire::{Recorded, escaped};
use askama::Template;
use coverage::Coverage;
use exchange::Shown;
use policy::Policy;
use timeline::Timeline;

/// The run as an HTML page; the exchanges are those of the transcript.
pub fn html(run: &Run, exchanges: &[Recorded]) -> Result<String, askama::Error> {
    Page::new(run, exchanges).render()
}

/// What the template shows.
#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    run: &'a Run,
    policy: Policy,
    verdict: &'static str,
    sentence: String,
    expired: Option<String>,
    proof: String,
    severities: Vec<(Severity, Vec<Item<'a>>)>,
    coverage: Vec<Coverage<'a>>,
    timeline: Timeline,
    exchanges: Vec<Shown<'a>>,
}

/// A finding and what stands around it.
struct Item<'a> {
    number: usize,
    checked: &'a Checked,
    finding: &'a Finding,
    statement: Option<&'static Statement>,
    why: Option<String>,
    cause: Option<&'a Cause>,
    symptoms: Vec<(&'a Checked, &'a Finding)>,
}

impl<'a> Page<'a> {
    fn new(run: &'a Run, exchanges: &'a [Recorded]) -> Self {
        let items: Vec<_> = run
            .told()
            .into_iter()
            .enumerate()
            .map(|(index, told)| Item {
                number: index + 1,
                statement: told.finding.requirement.as_deref().and_then(statement),
                why: checks::check(told.checked.id).and_then(|check| part(check, "Why it matters")),
                checked: told.checked,
                finding: told.finding,
                cause: told.cause,
                symptoms: told.symptoms,
            })
            .collect();
        Self {
            run,
            policy: Policy::new(&run.id),
            verdict: verdict::word(run),
            sentence: verdict::sentence(run),
            expired: verdict::expired(run),
            proof: verdict::proof(run),
            severities: by_severity(items),
            coverage: coverage::by_document(run),
            timeline: Timeline::of(run, exchanges),
            exchanges: exchange::of_findings(run, exchanges),
        }
    }

    /// A line for each statement, with how many findings break it.
    fn glance(&self) -> Vec<(Severity, &Item<'_>, usize)> {
        let mut lines: Vec<(Severity, &Item<'_>, usize)> = Vec::new();
        for (severity, item) in
            self.severities.iter().flat_map(|(severity, items)| items.iter().map(|item| (*severity, item)))
        {
            let same = |line: &&mut (Severity, &Item<'_>, usize)| {
                let of =
                    |item: &Item<'_>| item.finding.requirement.clone().unwrap_or_else(|| item.checked.id.to_owned());
                line.0 == severity && of(line.1) == of(item)
            };
            match lines.iter_mut().find(same) {
                Some((.., count)) => *count += 1,
                None => lines.push((severity, item, 1)),
            }
        }
        lines
    }

    /// What was not judged, and why.
    fn open(&self) -> Vec<&Checked> {
        self.run.checks.iter().filter(|checked| checked.reason.is_some()).collect()
    }

    fn waived(&self) -> Vec<&Checked> {
        self.run.checks.iter().filter(|checked| checked.waived.is_some()).collect()
    }

    fn statuses(&self) -> impl Iterator<Item = (Status, usize)> {
        Status::ALL.into_iter().map(|status| (status, self.run.count(status)))
    }

    /// What is wrong in a class of defects.
    fn defect(&self, class: &str) -> Option<&'static str> {
        defect(class)
    }

    /// What a statement demands, in our words; one of another version's catalogue has only its id.
    fn demand(&self, requirement: &Requirement) -> &'static str {
        statement(requirement.id).map_or("", |statement| &statement.requirement)
    }

    /// Whether the page shows this exchange.
    fn shows(&self, id: &usize) -> bool {
        self.exchanges.iter().any(|shown| shown.recorded.id == *id)
    }

    fn minute(&self, time: &jiff::Timestamp) -> String {
        time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
    }
}

/// Groups that have something in them, the worst first.
fn by_severity(items: Vec<Item<'_>>) -> Vec<(Severity, Vec<Item<'_>>)> {
    let mut groups: Vec<(Severity, Vec<Item<'_>>)> = Vec::new();
    for item in items {
        match groups.iter_mut().find(|(severity, _)| *severity == item.finding.severity) {
            Some((_, group)) => group.push(item),
            None => groups.push((item.finding.severity, vec![item])),
        }
    }
    groups.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
    groups
}

/// One part of a check's page.
fn part(check: &Check, name: &str) -> Option<String> {
    let page = check.page();
    let (_, rest) = page.split_once(&format!("**{name}.**"))?;
    let text = rest.split("\n\n").next().unwrap_or(rest);
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Our own words, in which code stands between backticks.
fn prose(text: &str) -> Vec<(bool, &str)> {
    text.split('`').enumerate().map(|(index, part)| (index % 2 == 1, part)).collect()
}

/// A word as a class of the style sheet.
fn class(word: &str) -> String {
    word.to_ascii_lowercase().replace(' ', "-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use crate::wire::Response;
    use serde_json::json;

    #[test]
    fn a_part_of_a_page_is_one_paragraph() {
        let check = checks::check("grant-type/missing").unwrap();
        let why = part(check, "Why it matters").unwrap();
        assert!(!why.is_empty() && !why.contains("**") && !why.contains('\n'), "{why}");
        assert_eq!(part(check, "No such part"), None);
    }

    /// A statement that is broken in two ways is two findings, and one line at the head of them.
    #[tokio::test]
    async fn at_a_glance_a_statement_stands_once() {
        let key = |x: &str| json!({"kty": "EC", "crv": "P-256", "x": x, "y": x});
        let set = Response::json(200, &json!({"keys": [key("AAAA"), key("AAAAAAAA")]}));
        let server = canned(move |request| (request.path() == "/jwks").then(|| set.clone()));
        let run = server.run(checks::check("keys/material").unwrap()).await;
        let page = Page::new(&run, &[]);
        let lines: Vec<_> = page.glance().into_iter().map(|(.., item, count)| (item.number, count)).collect();
        assert_eq!(lines, [(1, 2)]);
        assert!(page.render().unwrap().contains("2 findings</span>"));
    }
}
