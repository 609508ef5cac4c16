//! The Basic scheme as a client authenticates with it (RFC 6749 §2.3.1, RFC 7617).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use schemars::JsonSchema;
use serde::Deserialize;

/// What is done to id and secret before they are joined by a colon.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BasicEncoding {
    /// As RFC 6749 §2.3.1 demands: form encoding, a space is `+`.
    #[default]
    Form,
    /// Percent encoding, a space is `%20`.
    Percent,
    /// Nothing: common, and wrong as soon as a reserved character occurs.
    Raw,
}

/// RFC 3986 §2.3: the characters that never need an escape.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl BasicEncoding {
    /// One half of the credentials, encoded.
    pub fn encode(self, text: &str) -> String {
        match self {
            Self::Form => form_urlencoded::byte_serialize(text.as_bytes()).collect(),
            Self::Percent => utf8_percent_encode(text, RESERVED).to_string(),
            Self::Raw => text.to_owned(),
        }
    }
}

/// The value of the `Authorization` field.
pub fn basic_authorization(id: &str, secret: &str, encoding: BasicEncoding) -> String {
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encoding.encode(id), encoding.encode(secret))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_space_tells_the_encodings_apart() {
        let encoded = [BasicEncoding::Form, BasicEncoding::Percent, BasicEncoding::Raw].map(|way| way.encode("a b:+"));
        assert_eq!(encoded, ["a+b%3A%2B", "a%20b%3A%2B", "a b:+"]);
    }

    /// RFC 6749 §2.3.1 shows these credentials.
    #[test]
    fn the_example_of_the_specification() {
        assert_eq!(
            basic_authorization("s6BhdRkqt3", "7Fjfp0ZBr1KtDRbnfVdmIw", BasicEncoding::Form),
            "Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3"
        );
    }
}
