//! The ways in which a value is written down: what a server echoes is seldom what it was sent.

use super::BasicEncoding;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::fmt::Write as _;

/// One way to write a value: the beginning of a value is always written as the beginning of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    Raw,
    /// A media type is compared, and shown, in lower case.
    LowerCase,
    Form,
    FormLowerCase,
    FormLowerCaseEscapes,
    Percent,
    PercentLowerCaseEscapes,
    EveryOctetEscaped,
    EveryOctetEscapedLowerCase,
    Hexadecimal,
    HexadecimalLowerCase,
    Json,
    JsonWithSlashes,
    JsonAscii,
    Html,
    HtmlNumbers,
    /// Base64 of a text in which so many octets modulo 3 stand before the value.
    Base64(usize),
    Base64Url(usize),
}

impl Spelling {
    pub(super) const ALL: [Self; 22] = [
        Self::Raw,
        Self::LowerCase,
        Self::Form,
        Self::FormLowerCase,
        Self::FormLowerCaseEscapes,
        Self::Percent,
        Self::PercentLowerCaseEscapes,
        Self::EveryOctetEscaped,
        Self::EveryOctetEscapedLowerCase,
        Self::Hexadecimal,
        Self::HexadecimalLowerCase,
        Self::Json,
        Self::JsonWithSlashes,
        Self::JsonAscii,
        Self::Html,
        Self::HtmlNumbers,
        Self::Base64(0),
        Self::Base64(1),
        Self::Base64(2),
        Self::Base64Url(0),
        Self::Base64Url(1),
        Self::Base64Url(2),
    ];

    /// The value in this way: of base64 only the characters that depend on nothing but the value.
    pub(super) fn write(self, value: &str) -> String {
        let octets = |write: fn(&mut String, u8)| {
            let mut text = String::new();
            value.bytes().for_each(|octet| write(&mut text, octet));
            text
        };
        match self {
            Self::Raw => value.to_owned(),
            Self::LowerCase => value.to_lowercase(),
            Self::Form => BasicEncoding::Form.encode(value),
            Self::FormLowerCase => BasicEncoding::Form.encode(value).to_lowercase(),
            Self::FormLowerCaseEscapes => lower_case_escapes(&BasicEncoding::Form.encode(value)),
            Self::Percent => BasicEncoding::Percent.encode(value),
            Self::PercentLowerCaseEscapes => lower_case_escapes(&BasicEncoding::Percent.encode(value)),
            // Writing to a String cannot fail.
            Self::EveryOctetEscaped => octets(|text, octet| _ = write!(text, "%{octet:02X}")),
            Self::EveryOctetEscapedLowerCase => octets(|text, octet| _ = write!(text, "%{octet:02x}")),
            Self::Hexadecimal => octets(|text, octet| _ = write!(text, "{octet:02X}")),
            Self::HexadecimalLowerCase => octets(|text, octet| _ = write!(text, "{octet:02x}")),
            Self::Json => json(value),
            Self::JsonWithSlashes => json(value).replace('/', "\\/"),
            Self::JsonAscii => json_ascii(value),
            Self::Html => value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"),
            Self::HtmlNumbers => html_numbers(value),
            Self::Base64(before) => base64(&STANDARD_NO_PAD, before, value),
            Self::Base64Url(before) => base64(&URL_SAFE_NO_PAD, before, value),
        }
    }
}

fn json(value: &str) -> String {
    let quoted = serde_json::Value::from(value).to_string();
    quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(&quoted).to_owned()
}

/// As PHP and Python write JSON: `/` escaped or not, all that is not ASCII as `\u` and four digits.
fn json_ascii(value: &str) -> String {
    let mut text = String::new();
    for c in json(value).chars() {
        if c.is_ascii() {
            text.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
    text
}

/// As template engines escape what names do not cover.
fn html_numbers(value: &str) -> String {
    let mut text = String::new();
    for c in value.chars() {
        if "&<>\"'".contains(c) {
            _ = write!(text, "&#{};", u32::from(c));
        } else {
            text.push(c);
        }
    }
    text
}

/// `%2F` as `%2f`, and all else as it is.
fn lower_case_escapes(text: &str) -> String {
    let mut parts = text.split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |lower, part| {
        let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        format!("{lower}%{}{rest}", digits.to_ascii_lowercase())
    })
}

/// A character of base64 is six bits: the first and the last may be shared with what stands beside the value.
fn base64(engine: &impl base64::Engine, before: usize, value: &str) -> String {
    let mut octets = vec![0; before];
    octets.extend_from_slice(value.as_bytes());
    let text = engine.encode(&octets);
    let (start, end) = ((before * 8).div_ceil(6), octets.len() * 8 / 6);
    text.get(start..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;

    #[test]
    fn base64_is_found_at_every_offset() {
        let value = "s3cret-value";
        for before in 0..6 {
            for after in 0..3 {
                let text = format!("{}{value}{}", "a".repeat(before), "b".repeat(after));
                let encoded = URL_SAFE_NO_PAD.encode(text);
                assert!(encoded.contains(&Spelling::Base64Url(before % 3).write(value)), "{before} {after}");
            }
        }
    }

    /// What makes it enough to look for the beginning of a long value.
    #[test]
    fn the_beginning_of_a_value_is_written_as_the_beginning() {
        let value = "aB3 +/=%&?\"'<é∑\\x".repeat(3);
        for spelling in Spelling::ALL {
            let whole = spelling.write(&value);
            for (at, _) in value.char_indices() {
                assert!(whole.starts_with(&spelling.write(&value[..at])), "{spelling:?} {at}");
            }
        }
    }
}
