//! Options as JSON objects: read by name, with errors that name the option. A name that is not known is an error.

use crate::{
    ConfigurationError,
    json::{Object, Value},
};

/// An object of options. Its members are asked for by the names that it was made with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Members<'a>(&'a Object<'a>);

impl<'a> Members<'a> {
    /// `value` is the option `name`; its members are among `known`, each at most once.
    pub(crate) fn of(
        name: &'static str,
        value: &'a Value<'a>,
        known: &[&'static str],
    ) -> Result<Self, ConfigurationError> {
        let object = value.as_object().filter(|object| !object.has_duplicate_member());
        let object = object.ok_or_else(|| ConfigurationError::new(name, "must be an object"))?;
        match object.iter().find(|(member, _)| !known.contains(member)) {
            None => Ok(Self(object)),
            Some((unknown, _)) => {
                let near = known.iter().find(|known| is_near(known, unknown));
                let hint = near
                    .map_or_else(|| format!("known are {}", known.join(", ")), |near| format!("is `{near}` meant?"));
                Err(ConfigurationError::unknown(unknown, hint))
            }
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'a Value<'a>> {
        self.0.get(name)
    }

    pub(crate) fn text(&self, name: &'static str) -> Result<Option<&'a str>, ConfigurationError> {
        self.read(name, "a string", Value::as_str)
    }

    pub(crate) fn texts(&self, name: &'static str) -> Result<Option<Vec<&'a str>>, ConfigurationError> {
        self.read(name, "an array of strings", texts)
    }

    /// A whole number of at most 32 bits: of seconds, of bytes.
    pub(crate) fn number(&self, name: &'static str) -> Result<Option<u32>, ConfigurationError> {
        self.read(name, "a whole number that is not negative, and below 4294967296", |value| match value {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        })
    }

    pub(crate) fn flag(&self, name: &'static str) -> Result<bool, ConfigurationError> {
        let flag = self.read(name, "true or false", |value| match value {
            Value::Bool(flag) => Some(*flag),
            _ => None,
        });
        Ok(flag?.unwrap_or_default())
    }

    fn read<T>(
        &self,
        name: &'static str,
        expected: &str,
        of: impl FnOnce(&'a Value<'a>) -> Option<T>,
    ) -> Result<Option<T>, ConfigurationError> {
        let wrong = || ConfigurationError::new(name, format!("must be {expected}"));
        self.get(name).map(|value| of(value).ok_or_else(wrong)).transpose()
    }
}

/// The elements of an array that has nothing but strings.
pub(crate) fn texts<'a>(value: &'a Value<'a>) -> Option<Vec<&'a str>> {
    value.as_array()?.iter().map(Value::as_str).collect()
}

/// Equal but for case and one letter more, less, or other.
fn is_near(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_ascii_lowercase(), other.to_ascii_lowercase());
    let prefix = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let rest = |text: &str| text.chars().count().saturating_sub(prefix);
    let suffix = one.chars().rev().zip(other.chars().rev()).take_while(|(a, b)| a == b).count();
    rest(&one).max(rest(&other)) <= suffix.saturating_add(2) && one.len().abs_diff(other.len()) <= 2
}
