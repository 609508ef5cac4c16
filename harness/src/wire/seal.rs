//! The last look at what is about to be kept.

use super::needles::Needles;
use std::collections::HashMap;

/// Finds every value of a run that has ended.
pub struct Seal {
    pub(super) needles: Needles,
    pub(super) numbers: HashMap<String, usize>,
}

impl Seal {
    /// The text without any value of the run.
    pub fn text(&self, text: &str) -> String {
        let number = |value: &str| self.numbers.get(value).copied().unwrap_or_default();
        replace(&self.needles, text, |value| format!("[redacted:{}]", number(value)))
    }

    /// Whether a value of the run stands in the text, one that is a word of ours aside: a secret may be `password`.
    pub fn finds(&self, text: &str, ours: &dyn Fn(&str) -> bool) -> bool {
        self.needles
            .find(text)
            .iter()
            .any(|found| !ours(found.value) && text.get(found.start..found.end).is_some_and(|there| !ours(there)))
    }
}

/// The text with a mark in the place of each value.
pub(super) fn replace(needles: &Needles, text: &str, mark: impl Fn(&str) -> String) -> String {
    let (mut replaced, mut end) = (String::with_capacity(text.len()), 0);
    for found in needles.find(text) {
        replaced.push_str(text.get(end..found.start).unwrap_or_default());
        replaced.push_str(&mark(found.value));
        end = found.end;
    }
    replaced + text.get(end..).unwrap_or_default()
}

/// How much is known, never what.
impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Seal({} values)", self.needles.values().len())
    }
}
