//! A line of the examination.

/// What a line means for a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// It is as it should be.
    Good,
    /// A run can begin, and will not judge something.
    Note,
    /// A run cannot begin, or will end without a verdict.
    Bad,
}

impl Mark {
    /// As it is printed.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Note => "note",
            Self::Bad => "FAIL",
        }
    }
}

/// What was examined, and what there is to say; the remedy, where one is needed.
pub(super) struct Line {
    pub(super) mark: Mark,
    pub(super) what: String,
    pub(super) says: String,
}

impl Line {
    pub(super) fn good(what: &str, says: impl Into<String>) -> Self {
        Self { mark: Mark::Good, what: what.to_owned(), says: says.into() }
    }

    pub(super) fn note(what: &str, says: impl Into<String>) -> Self {
        Self { mark: Mark::Note, ..Self::good(what, says) }
    }

    pub(super) fn bad(what: &str, says: impl Into<String>) -> Self {
        Self { mark: Mark::Bad, ..Self::good(what, says) }
    }
}
