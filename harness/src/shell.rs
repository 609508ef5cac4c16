//! Words for a POSIX shell, to be copied from a report.

use crate::wire::escaped;

/// A word in quotes that a shell reads as it is; what a terminal would obey is written out.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", escaped(text).replace('\'', "'\\''"))
}

/// A command line: only the words that need them have quotes.
pub fn line<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+%".contains(c);
    let word = |word: &str| if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { quoted(word) };
    words.into_iter().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_word_is_quoted_where_a_shell_would_read_it_otherwise() {
        assert_eq!(
            super::line(["check", "--config", "my file.toml", "it's", ""]),
            "check --config 'my file.toml' 'it'\\''s' ''"
        );
    }
}
