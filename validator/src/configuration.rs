//! What a validator is told wrongly, by name. No text says how a resource server is configured; the words are ours.

use core::fmt;
use std::borrow::Cow;

/// An option that cannot be used, and what to write instead. It stands for [`crate::Code::InvalidConfiguration`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigurationError {
    option: Cow<'static, str>,
    problem: String,
}

impl ConfigurationError {
    /// `option` is the name of the option in the npm package; `problem` says what is wrong and how to mend it, and never
    /// repeats a key.
    pub fn new(option: &'static str, problem: impl Into<String>) -> Self {
        Self { option: option.into(), problem: problem.into() }
    }

    /// An option that does not exist; `hint` names what may have been meant.
    pub fn unknown(option: impl Into<String>, hint: impl fmt::Display) -> Self {
        Self { option: Cow::Owned(option.into()), problem: format!("is not known; {hint}") }
    }

    /// The same about a member of `outer`, such as `issuers[1]`.
    #[must_use]
    pub(crate) fn within(self, outer: &str) -> Self {
        Self { option: Cow::Owned(format!("{outer}.{}", self.option)), ..self }
    }

    /// The option that is wrong.
    pub fn option(&self) -> &str {
        &self.option
    }
}

impl fmt::Display for ConfigurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "option `{}`: {}", self.option, self.problem)
    }
}

impl core::error::Error for ConfigurationError {}
