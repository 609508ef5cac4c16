//! Parameters as `application/x-www-form-urlencoded` (RFC 6749 appendix B).

use std::fmt::Write as _;

/// The parameters of a form, in their order; a name may stand twice.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// The media type of a form.
    pub const MEDIA_TYPE: &'static str = "application/x-www-form-urlencoded";

    /// Reads a form as lenient servers do: what is broken stays as it is.
    pub fn parse(bytes: &[u8]) -> Self {
        Self(form_urlencoded::parse(bytes).into_owned().collect())
    }

    /// The first value under this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// How many times the name stands here.
    pub fn count(&self, name: &str) -> usize {
        self.0.iter().filter(|(key, _)| key == name).count()
    }

    /// Adds a parameter at the end.
    pub fn append(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_owned(), value.into()));
    }

    /// Replaces every parameter of this name by one, at the end.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.remove(name);
        self.append(name, value);
    }

    /// Takes every parameter of this name away.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(key, _)| key != name);
    }

    /// Keeps only the first parameter of each name.
    pub fn keep_first(&mut self) {
        let mut seen = std::collections::HashSet::new();
        self.0.retain(|(key, _)| seen.insert(key.clone()));
    }

    /// Keeps what the predicate says of name and value.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &str) -> bool) {
        self.0.retain(|(name, value)| keep(name, value));
    }

    /// Every parameter.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The usual encoding.
    pub fn encode(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(self.iter()).finish()
    }

    /// An equal encoding that looks different: `choice` decides for each octet how it is written.
    pub fn encode_with(&self, mut choice: impl FnMut() -> Spelling) -> String {
        let pairs =
            self.iter().map(|(name, value)| format!("{}={}", respell(name, &mut choice), respell(value, &mut choice)));
        pairs.collect::<Vec<_>>().join("&")
    }
}

/// How one octet is written in a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// As short as the encoding allows.
    Plain,
    /// `%` and upper-case hexadecimal digits.
    Upper,
    /// `%` and lower-case hexadecimal digits.
    Lower,
}

fn respell(text: &str, choice: &mut impl FnMut() -> Spelling) -> String {
    let mut spelt = String::new();
    for octet in text.bytes() {
        match choice() {
            Spelling::Plain => spelt.extend(form_urlencoded::byte_serialize(&[octet])),
            // Writing to a String cannot fail.
            Spelling::Upper => _ = write!(spelt, "%{octet:02X}"),
            Spelling::Lower => _ = write!(spelt, "%{octet:02x}"),
        }
    }
    spelt
}

/// Names only: a value may be a credential.
impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_reads_back_the_same() {
        let mut form = Form::default();
        form.append("scope", "read wri+te%&=é");
        for spelling in [Spelling::Plain, Spelling::Upper, Spelling::Lower] {
            assert!(Form::parse(form.encode_with(|| spelling).as_bytes()) == form);
        }
    }

    /// RFC 6749 appendix B gives this very example.
    #[test]
    fn the_example_of_the_specification() {
        let mut form = Form::default();
        form.append("v", " %&+£€");
        assert_eq!(form.encode(), "v=+%25%26%2B%C2%A3%E2%82%AC");
    }
}
