//! What went wrong, and what to do about it.

use std::fmt;

/// A failure as one sentence that ends with its remedy, and the output that shows its cause.
pub struct Error {
    what: String,
    remedy: String,
    output: String,
}

/// The result of a step.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// What went wrong and its remedy, both without a full stop.
    pub fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: remedy.into(), output: String::new() }
    }

    /// Adds what the failed program printed.
    #[must_use]
    pub fn with_output(mut self, output: impl Into<String>) -> Self {
        self.output = output.into();
        self
    }

    /// What the failed program printed, to be shown before the sentence; often empty.
    #[must_use]
    pub fn output(&self) -> &str {
        &self.output
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}.", self.what, self.remedy)
    }
}

/// What a test that fails with this shows.
impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}\n{}", self.output)
    }
}

impl std::error::Error for Error {}
