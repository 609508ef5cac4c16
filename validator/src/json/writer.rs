//! JSON text that is written (RFC 8259 §4, §7).

use core::fmt::{Display, Write as _};

/// An object, a member at a time.
#[derive(Debug)]
pub(crate) struct ObjectText(String);

impl ObjectText {
    /// An object without members, in a text with room for so many bytes.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        let mut text = String::with_capacity(bytes);
        text.push('{');
        Self(text)
    }

    /// A member whose value is JSON text already, or a number or boolean that is written as JSON has it.
    #[must_use]
    pub(crate) fn raw(mut self, name: &str, value: impl Display) -> Self {
        self.name(name);
        let _ = write!(self.0, "{value}"); // A text takes all that is written to it.
        self
    }

    /// A member whose value is a string.
    #[must_use]
    pub(crate) fn string(mut self, name: &str, value: &str) -> Self {
        self.name(name);
        quote(&mut self.0, value);
        self
    }

    /// The same, if there is a value; nothing at all if there is none.
    #[must_use]
    pub(crate) fn optional(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.string(name, value),
            None => self,
        }
    }

    /// A member whose value is an array of strings.
    #[must_use]
    pub(crate) fn strings<'t>(mut self, name: &str, values: impl Iterator<Item = &'t str>) -> Self {
        self.name(name);
        self.0.push('[');
        for (place, value) in values.enumerate() {
            if place > 0 {
                self.0.push(',');
            }
            quote(&mut self.0, value);
        }
        self.0.push(']');
        self
    }

    /// The text.
    pub(crate) fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }

    fn name(&mut self, name: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        quote(&mut self.0, name);
        self.0.push(':');
    }
}

/// Quote, backslash and the control characters have to be escaped, and nothing else.
fn quote(text: &mut String, value: &str) {
    text.push('"');
    let mut rest = value;
    while let Some(at) = rest.bytes().position(|byte| byte == b'"' || byte == b'\\' || byte < 0x20) {
        let (plain, special) = rest.split_at(at);
        text.push_str(plain);
        let mut characters = special.chars();
        match characters.next() {
            Some(character @ ('"' | '\\')) => text.extend(['\\', character]),
            Some(character) => {
                let _ = write!(text, "\\u{:04x}", u32::from(character)); // As above.
            }
            None => {}
        }
        rest = characters.as_str();
    }
    text.push_str(rest);
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::ObjectText;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            name in any::<String>(), text in any::<String>(), texts in proptest::collection::vec(any::<String>(), 0..4)
        ) {
            let written = ObjectText::with_capacity(0)
                .string(&name, &text)
                .optional("none", None)
                .optional("some", Some(&text))
                .strings("texts", texts.iter().map(String::as_str))
                .raw("raw", "{\"a\":[1]}")
                .raw("number", 7)
                .end();
            let read: serde_json::Value = serde_json::from_str(&written).unwrap();
            let mut expected =
                serde_json::json!({"some": text, "texts": texts, "raw": {"a": [1]}, "number": 7});
            if expected.get(&name).is_none() {
                expected[&name] = text.into();
                prop_assert_eq!(read, expected);
            }
        }
    }

    #[test]
    fn an_object_without_members_is_one() {
        assert_eq!(ObjectText::with_capacity(0).end(), "{}");
        assert_eq!(
            ObjectText::with_capacity(0).string("a", "\u{1f}\"\\\u{7f}é").end(),
            "{\"a\":\"\\u001f\\\"\\\\\u{7f}é\"}"
        );
    }
}
