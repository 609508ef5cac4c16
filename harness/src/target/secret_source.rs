//! Where a secret comes from: never from the configuration itself.

use super::Problem;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use secrecy::SecretString;
use serde::de::{Deserialize, Deserializer, Error};
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read as _};
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
    pub fn fetch(&self, variable: &dyn Fn(&str) -> Option<String>, folder: &Path) -> Result<SecretString, Problem> {
        let secret = match self {
            Self::Variable(name) => variable(name).ok_or_else(|| Problem::MissingVariable(name.clone()))?,
            Self::File(path) => bounded(&folder.join(path))
                .map_err(|cause| Problem::SecretFile { path: path.clone(), cause: cause.to_string() })?
                .trim_end_matches(['\r', '\n'])
                .to_owned(),
            Self::Literal => return Err(Problem::LiteralSecret),
        };
        if secret.is_empty() { Err(Problem::EmptySecret) } else { Ok(SecretString::from(secret)) }
    }
}

/// The most of a secret, octets: a chain of certificates has a few thousand, and a device has no end.
const MOST_OCTETS: u64 = 1 << 18;

/// The text of a file, or of a pipe.
fn bounded(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let read = File::open(path)?.take(MOST_OCTETS + 1).read_to_string(&mut text)?;
    if read as u64 > MOST_OCTETS { Err(io::Error::other("it is longer than any secret")) } else { Ok(text) }
}

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

    /// A device has no end.
    #[cfg(unix)]
    #[test]
    fn a_secret_has_an_end() {
        let source = SecretSource::parse("file:/dev/zero");
        let problem = source.fetch(&|_| None, Path::new("/")).unwrap_err();
        assert!(problem.to_string().contains("longer than any secret"), "{problem}");
    }
}
