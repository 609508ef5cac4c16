//! The ways in which a value is written down: what a server echoes is seldom what it was sent.

use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::fmt::Write as _;

/// One way to write a value: the beginning of a value is always written as the beginning of its text. What is only
/// escaped is found by undoing the escapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    Raw,
    /// A media type is compared, and shown, in lower case.
    LowerCase,
    Hexadecimal,
    HexadecimalLowerCase,
    /// Base64 of a text in which so many octets modulo 3 stand before the value.
    Base64(usize),
    Base64Url(usize),
}

impl Spelling {
    pub(super) const ALL: [Self; 10] = [
        Self::Raw,
        Self::LowerCase,
        Self::Hexadecimal,
        Self::HexadecimalLowerCase,
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
            // Writing to a String cannot fail.
            Self::Hexadecimal => octets(|text, octet| _ = write!(text, "{octet:02X}")),
            Self::HexadecimalLowerCase => octets(|text, octet| _ = write!(text, "{octet:02x}")),
            Self::Base64(before) => base64(&STANDARD_NO_PAD, before, value),
            Self::Base64Url(before) => base64(&URL_SAFE_NO_PAD, before, value),
        }
    }
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
