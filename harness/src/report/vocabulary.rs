//! Words that stand in every report, whatever the server does.

use crate::reference::DEFECTS;
use crate::{catalogue, checks};

/// The texts that reports are made of.
const TEMPLATES: [&str; 3] = [
    include_str!("../../templates/report.html"),
    include_str!("../../templates/report.css"),
    include_str!("../../templates/report.js"),
];

/// Whether a report holds this text anyway: a secret that is such a word cannot be told from it.
pub fn is_vocabulary(text: &str) -> bool {
    let says = |statement: &catalogue::Statement| {
        [&statement.id, &statement.source, &statement.requirement].iter().any(|words| words.contains(text))
    };
    DEFECTS.iter().any(|(_, says)| says.contains(text))
        || TEMPLATES.iter().any(|template| template.contains(text))
        || catalogue::statements().iter().any(says)
        || checks::ALL.iter().any(|check| check.source.contains(text))
}
