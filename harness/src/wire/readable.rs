//! What a server sends is shown to people and terminals: without control characters, and not without end.

use std::fmt::Write as _;

/// The most characters of a text from outside that are shown.
const LONGEST: usize = 400;

/// The text as it may be shown.
pub(crate) fn readable(text: &str) -> String {
    let mut shown = String::new();
    for c in text.chars().take(LONGEST) {
        if c.is_control() {
            // Writing to a String cannot fail.
            _ = write!(shown, "{}", c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn a_terminal_is_not_told_what_to_do() {
        assert_eq!(readable("a\u{1b}[2Jb\r\n"), "a\\u{1b}[2Jb\\u{d}\\u{a}");
        assert_eq!(readable(&"x".repeat(401)).chars().count(), 401);
    }
}
