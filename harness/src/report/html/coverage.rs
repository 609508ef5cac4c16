//! How much of each document was judged: a bar for each.

use super::super::{Requirement, Run, Status};

/// A document and its bar.
pub(super) struct Coverage<'a> {
    pub(super) document: &'a str,
    pub(super) all: usize,
    pub(super) met: usize,
    pub(super) broken: usize,
    pub(super) segments: Vec<Segment>,
}

/// A part of a bar, in hundredths of its width.
pub(super) struct Segment {
    pub(super) status: Status,
    pub(super) x: f64,
    pub(super) width: f64,
}

/// From left to right: what was judged first.
const ORDER: [Status; 5] = [Status::Met, Status::Broken, Status::Inconclusive, Status::NotApplicable, Status::Untested];

/// Every document of the catalogue, the one with the most statements first.
pub(super) fn by_document(run: &Run) -> Vec<Coverage<'_>> {
    let mut documents: Vec<(&str, Vec<&Requirement>)> = Vec::new();
    for requirement in &run.requirements {
        let document = document(requirement.source);
        match documents.iter_mut().find(|(name, _)| *name == document) {
            Some((_, requirements)) => requirements.push(requirement),
            None => documents.push((document, vec![requirement])),
        }
    }
    documents.sort_by_key(|(_, requirements)| std::cmp::Reverse(requirements.len()));
    documents.into_iter().map(|(document, requirements)| bar(document, &requirements)).collect()
}

/// The document of a source: sections and appendices are parts of it.
fn document(source: &str) -> &str {
    [" §", " App."].iter().fold(source, |source, part| source.split(part).next().unwrap_or(source))
}

fn bar<'a>(document: &'a str, requirements: &[&Requirement]) -> Coverage<'a> {
    let count = |status: Status| requirements.iter().filter(|requirement| requirement.status == status).count();
    let share = |part: usize| 100.0 * part as f64 / requirements.len().max(1) as f64;
    let mut x = 0.0;
    let mut segments = Vec::new();
    for status in ORDER {
        let width = share(count(status));
        if width > 0.0 {
            segments.push(Segment { status, x, width });
        }
        x += width;
    }
    Coverage { document, all: requirements.len(), met: count(Status::Met), broken: count(Status::Broken), segments }
}
