//! What a server sends is shown to people and terminals: without control characters, and not without end.

use std::fmt::Write as _;

/// The most characters of a text from outside that are shown.
const LONGEST: usize = 400;

/// Marks that turn the direction of a text, so that it reads other than it is (Unicode UAX 9 §2).
const DIRECTIONS: [std::ops::RangeInclusive<char>; 3] =
    ['\u{200e}'..='\u{200f}', '\u{202a}'..='\u{202e}', '\u{2066}'..='\u{2069}'];

/// The whole text, with what a terminal or a CI server would obey or a reader not see written out.
///
/// The log of a job is read by its machine: `##vso[` and `##[` are commands to Azure Pipelines, and `##teamcity[` to
/// TeamCity, wherever they stand in a line.
pub fn escaped(text: &str) -> String {
    let (mut shown, mut before) = (String::new(), ' ');
    for c in text.chars() {
        let commands = (before, c) == ('#', '#');
        before = c;
        if c.is_control() || commands || DIRECTIONS.iter().any(|range| range.contains(&c)) {
            // Writing to a String cannot fail.
            _ = write!(shown, "{}", c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// The text as it may be shown.
pub(crate) fn readable(text: &str) -> String {
    let mut shown = escaped(&text.chars().take(LONGEST).collect::<String>());
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{escaped, readable};

    #[test]
    fn a_terminal_is_not_told_what_to_do() {
        assert_eq!(readable("a\u{1b}[2Jb\r\n"), "a\\u{1b}[2Jb\\u{d}\\u{a}");
        assert_eq!(readable(&"x".repeat(401)).chars().count(), 401);
        assert_eq!(escaped("a\u{202e}b"), "a\\u{202e}b");
        assert_eq!(escaped(&"x".repeat(401)).chars().count(), 401);
        assert_eq!(escaped("# ##vso[task.setvariable]"), "# #\\u{23}vso[task.setvariable]");
    }
}
