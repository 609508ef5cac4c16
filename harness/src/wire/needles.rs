//! Values that are looked for in every spelling, all at once.

use super::spelling::Spelling;
use super::view::views;
use aho_corasick::{AhoCorasick, Anchored, Input, MatchKind};
use std::collections::HashMap;

/// So much of a value is looked for, octets: the rest is compared where the beginning is found. It keeps the automaton
/// small whatever a server issues; one token may have a million octets.
const BEGINNING: usize = 48;

/// Fewer characters of base64 would be found by chance.
const SHORTEST_BASE64: usize = 5;

/// So much is compared in one text, octets. Tokens of one issuer begin alike, and each text has a few of them; who needs
/// more has made text and tokens so that looking takes for ever. Such a text is not shown at all.
const MOST_COMPARED: usize = 1 << 26;

/// A value in one spelling.
#[derive(Clone, Copy)]
struct Needle {
    value: usize,
    spelling: Spelling,
}

/// The values and what finds them.
#[derive(Default)]
pub(super) struct Needles {
    values: Vec<String>,
    /// For each pattern of the automaton, whose beginning it is: tokens of one issuer begin alike.
    needles: Vec<Vec<Needle>>,
    automaton: Option<AhoCorasick>,
}

/// Where a value stands in a text.
pub(super) struct Found<'a> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) value: &'a str,
}

impl Needles {
    /// Looks for these values.
    pub(super) fn new(values: Vec<String>) -> Self {
        let (mut patterns, mut needles): (Vec<String>, Vec<Vec<Needle>>) = (Vec::new(), Vec::new());
        let mut places: HashMap<String, usize> = HashMap::new();
        for (index, value) in values.iter().enumerate() {
            let beginning = value.get(..boundary(value, BEGINNING)).unwrap_or(value);
            for spelling in Spelling::ALL {
                let pattern = spelling.write(beginning);
                let base64 = matches!(spelling, Spelling::Base64(_) | Spelling::Base64Url(_));
                if pattern.is_empty() || (base64 && pattern.len() < SHORTEST_BASE64) {
                    continue;
                }
                let needle = Needle { value: index, spelling };
                let place = *places.entry(pattern).or_insert_with_key(|pattern| {
                    patterns.push(pattern.clone());
                    needles.push(Vec::new());
                    patterns.len() - 1
                });
                if let Some(needles) = needles.get_mut(place) {
                    needles.push(needle);
                }
            }
        }
        // Patterns of bounded length and number: there is no other reason for which it could not be built.
        let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&patterns).ok();
        Self { values, needles, automaton: automaton.filter(|_| !patterns.is_empty()) }
    }

    /// The values.
    pub(super) fn values(&self) -> &[String] {
        &self.values
    }

    /// Every place of a value, escaped or not, from left to right, the longest where several begin; places do not
    /// overlap.
    pub(super) fn find<'a>(&'a self, text: &str) -> Vec<Found<'a>> {
        let Some(automaton) = &self.automaton else { return Vec::new() };
        let mut left = MOST_COMPARED;
        let mut places = self.search(automaton, text.as_bytes(), &mut left);
        for view in views(text) {
            let found = self.search(automaton, &view.octets, &mut left);
            places.extend(found.into_iter().filter_map(|found| {
                let (start, end) = (view.place(found.start)?, view.place(found.end)?);
                Some(Found { start, end, value: found.value })
            }));
        }
        if left == 0 {
            return self.values.first().map(|value| Found { start: 0, end: text.len(), value }).into_iter().collect();
        }
        places.sort_by_key(|found| (found.start, std::cmp::Reverse(found.end)));
        let mut end = 0;
        places.retain(|found| {
            let apart = found.start >= end;
            if apart {
                end = found.end;
            }
            apart
        });
        places
    }

    /// The places of values, until nothing is left of what may be compared.
    fn search<'a>(&'a self, automaton: &AhoCorasick, octets: &[u8], left: &mut usize) -> Vec<Found<'a>> {
        let mut places = Vec::new();
        for beginning in automaton.find_overlapping_iter(Input::new(octets).anchored(Anchored::No)) {
            for needle in self.needles.get(beginning.pattern().as_usize()).into_iter().flatten() {
                *left = left.saturating_sub(self.values.get(needle.value).map_or(0, String::len));
                if *left == 0 {
                    return places;
                }
                places.extend(self.whole(*needle, octets, beginning.start()));
            }
        }
        places
    }

    /// The whole value stands there, or as much of it as there is text.
    fn whole<'a>(&'a self, needle: Needle, octets: &[u8], start: usize) -> Option<Found<'a>> {
        let value = self.values.get(needle.value)?;
        let rest = octets.get(start..)?;
        let written = needle.spelling.write(value);
        let length = if rest.starts_with(written.as_bytes()) {
            written.len()
        } else {
            // A text that was cut for a reader ends so.
            let cut = rest.strip_suffix("…".as_bytes()).unwrap_or(rest);
            written.as_bytes().starts_with(cut).then_some(cut.len())?
        };
        Some(Found { start, end: start + length, value })
    }
}

/// The last boundary of a character that is not beyond `at`.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|index| text.is_char_boundary(*index)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(values: &[&str], text: &str) -> Vec<String> {
        let needles = Needles::new(values.iter().map(|value| (*value).to_owned()).collect());
        needles.find(text).iter().map(|found| text[found.start..found.end].to_owned()).collect()
    }

    #[test]
    fn a_long_value_is_found_whole_and_its_beginning_alone_is_nothing() {
        let (long, other) = (format!("{}end", "x".repeat(100)), format!("{}END", "x".repeat(100)));
        assert_eq!(found(&[&long, &other], &format!("a {long} b {other}")), [long.clone(), other.clone()]);
        assert!(found(&[&long], &format!("{} and more", "x".repeat(60))).is_empty());
        assert_eq!(found(&[&long], &format!("cut {}…", "x".repeat(60))), ["x".repeat(60)]);
    }

    /// Each place of the text begins every value, and none of them ends.
    #[test]
    fn a_text_that_would_take_for_ever_is_hidden_whole() {
        let values: Vec<_> = (0..100).map(|number| format!("{}{number}", "a".repeat(16_000))).collect();
        let values: Vec<_> = values.iter().map(String::as_str).collect();
        let text = "a".repeat(1 << 16);
        assert_eq!(found(&values, &text), [text]);
        assert!(found(&values, &"a".repeat(40)).is_empty());
    }

    #[test]
    fn the_longest_of_two_values_is_found() {
        assert_eq!(found(&["secret", "secret-too"], "secret-too secret"), ["secret-too", "secret"]);
    }
}
