//! What a terminal shows: colours, and lines that fit.

use crate::wire::escaped;
use anstyle::{AnsiColor, Style};

/// The columns of a terminal that everybody has.
const COLUMNS: usize = 80;

/// Whether there are colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    Plain,
    Colored,
}

impl Paint {
    /// The text in a colour.
    pub(super) fn color(self, color: AnsiColor, text: &str) -> String {
        self.style(Style::new().fg_color(Some(color.into())), text)
    }

    /// The text in bold.
    pub(super) fn bold(self, text: &str) -> String {
        self.style(Style::new().bold(), text)
    }

    fn style(self, style: Style, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Colored => format!("{style}{text}{style:#}"),
        }
    }
}

/// A value behind its label; what does not fit hangs under its beginning.
pub(super) fn labelled(label: &str, value: &str) -> String {
    lines(label, escaped(value).split(' '), "")
}

/// A command line behind its label, to be copied: a line that goes on says so to the shell.
pub(super) fn command(label: &str, line: &str) -> String {
    lines(label, words(line).into_iter(), " \\")
}

/// Words as lines. A word that is longer than a line is not torn: it could not be copied then.
fn lines<'a>(label: &str, words: impl Iterator<Item = &'a str>, more: &str) -> String {
    let indent = " ".repeat(label.chars().count());
    let (mut text, mut line, mut begun) = (String::new(), label.to_owned(), false);
    for word in words.filter(|word| !word.is_empty()) {
        if begun && line.chars().count() + 1 + word.chars().count() + more.len() > COLUMNS {
            text.push_str(&line);
            text.push_str(more);
            text.push('\n');
            line.clone_from(&indent);
            begun = false;
        }
        // A line that begins so is a command to GitHub Actions, whatever blanks stand before it.
        let word = &if begun { word.to_owned() } else { disarmed(word) };
        if begun {
            line.push(' ');
        }
        line.push_str(word);
        begun = true;
    }
    text + line.trim_end() + "\n"
}

/// A word that begins a line.
fn disarmed(word: &str) -> String {
    word.strip_prefix("::").map_or_else(|| word.to_owned(), |rest| format!("\\u{{3a}}:{rest}"))
}

/// The words of a command line, each with its quotes.
fn words(line: &str) -> Vec<&str> {
    let (mut quote, mut escaped) = (None, false);
    let separates = |c: char| {
        let after_backslash = std::mem::take(&mut escaped);
        match (c, quote) {
            _ if after_backslash => {}
            ('\\', None) => escaped = true,
            ('\'' | '"', None) => quote = Some(c),
            (_, Some(open)) if open == c => quote = None,
            _ => {}
        }
        c == ' ' && quote.is_none()
    };
    line.split(separates).collect()
}
