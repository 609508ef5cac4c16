//! Where a secret comes from: never from the configuration itself.

use super::Problem;
use crate::bounded;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use secrecy::SecretString;
use serde::de::{Deserialize, Deserializer, Error};
use std::borrow::Cow;
use std::ffi::OsString;
use std::path::Path;

/// `env:NAME` or `file:PATH`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// An environment variable.
    Variable(String),
    /// A file, relative to the configuration.
    File(String),
    /// Something else, which may be the secret itself and is therefore not kept.
    Literal,
}

impl SecretSource {
    /// Reads a source as it is written.
    pub fn parse(text: &str) -> Self {
        match text.split_once(':') {
            Some(("env", name)) if !name.is_empty() => Self::Variable(name.to_owned()),
            Some(("file", path)) if !path.is_empty() => Self::File(path.to_owned()),
            _ => Self::Literal,
        }
    }

    /// Fetches the secret; `variable` reads the environment, `folder` is where relative paths start.
    pub fn fetch(&self, variable: &dyn Fn(&str) -> Option<OsString>, folder: &Path) -> Result<SecretString, Problem> {
        let secret = match self {
            Self::Variable(name) => {
                let value = variable(name).ok_or_else(|| Problem::MissingVariable(name.clone()))?;
                value.into_string().map_err(|_| Problem::VariableIsNoText(name.clone()))?
            }
            Self::File(path) => bounded::text(&folder.join(path), MOST_OCTETS)
                .map_err(|cause| Problem::SecretFile { path: path.clone(), cause: cause.to_string() })?,
            Self::Literal => return Err(Problem::LiteralSecret),
        };
        // No secret has a line break (RFC 6749 appendix A.2); what wrote it down often adds one.
        let secret = secret.trim_end_matches(['\r', '\n']);
        if secret.is_empty() { Err(Problem::EmptySecret) } else { Ok(SecretString::from(secret)) }
    }
}

/// The most of a secret, octets: a chain of certificates has a few thousand, and a device has no end.
const MOST_OCTETS: u64 = 1 << 18;

/// A secret itself matches nothing.
impl JsonSchema for SecretSource {
    fn schema_name() -> Cow<'static, str> {
        "SecretSource".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^(env|file):.+",
            "description": "`env:NAME`, a variable of the environment, or `file:PATH`, relative to this file; never the secret itself.",
        })
    }
}

impl<'de> Deserialize<'de> for SecretSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) => Ok(Self::parse(&text)),
            // The usual message would show the value.
            _ => Err(D::Error::custom("a secret is a string, `env:NAME` or `file:PATH`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;

    #[test]
    fn a_literal_is_not_even_kept() {
        assert_eq!(SecretSource::parse("hunter2"), SecretSource::Literal);
        assert_eq!(SecretSource::parse("env:"), SecretSource::Literal);
        assert_eq!(SecretSource::parse("env:A"), SecretSource::Variable("A".into()));
    }

    #[test]
    fn what_is_missing_is_named() {
        let fetch = |text: &str| SecretSource::parse(text).fetch(&|_| None, Path::new("/nowhere")).unwrap_err();
        assert_eq!(fetch("env:A"), Problem::MissingVariable("A".into()));
        assert!(fetch("file:secret").to_string().starts_with("the secret's file `secret` cannot be read: "));
        assert_eq!(fetch("hunter2"), Problem::LiteralSecret);
    }

    /// It is there, and whoever looks for it in the environment must not be told otherwise.
    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_no_text_is_told_apart_from_none() {
        use std::os::unix::ffi::OsStringExt as _;
        let octets = |_: &str| Some(OsString::from_vec(b"hunter2\xff".to_vec()));
        let problem = SecretSource::parse("env:A").fetch(&octets, Path::new(".")).unwrap_err();
        assert_eq!(problem, Problem::VariableIsNoText("A".into()));
        assert!(problem.to_string().starts_with("the environment variable `A` is no UTF-8; "), "{problem}");
        assert!(!format!("{problem:?}").contains("hunter2"));
    }

    #[test]
    fn a_line_break_at_the_end_is_none_of_the_secret() {
        let secret = SecretSource::parse("env:A").fetch(&|_| Some("s3cret\r\n".into()), Path::new(".")).unwrap();
        assert_eq!(secret.expose_secret(), "s3cret");
        let nothing = SecretSource::parse("env:A").fetch(&|_| Some("\n".into()), Path::new("."));
        assert_eq!(nothing.unwrap_err(), Problem::EmptySecret);
    }

    /// A device has no end.
    #[cfg(unix)]
    #[test]
    fn a_secret_has_an_end() {
        let source = SecretSource::parse("file:/dev/zero");
        let problem = source.fetch(&|_| None, Path::new("/")).unwrap_err();
        assert!(problem.to_string().contains("longer than"), "{problem}");
    }
}
