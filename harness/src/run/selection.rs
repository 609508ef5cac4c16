//! Which checks are run.

use crate::check::Check;
use crate::checks;
use glob::Pattern;

/// Globs over the ids of checks.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    only: Vec<Pattern>,
    skip: Vec<Pattern>,
}

/// A glob that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{glob}` is no glob: {cause}; write it as in `--only 'grant-type/*'`")]
pub struct SelectionError {
    glob: String,
    cause: String,
}

impl Selection {
    /// Reads the globs.
    pub fn new(only: &[String], skip: &[String]) -> Result<Self, SelectionError> {
        Ok(Self { only: patterns(only)?, skip: patterns(skip)? })
    }

    /// The selected checks, in the order in which they run.
    pub fn checks(&self) -> Vec<&'static Check> {
        let matches = |patterns: &[Pattern], id: &str| patterns.iter().any(|pattern| pattern.matches(id));
        let wanted = |check: &&'static Check| {
            (self.only.is_empty() || matches(&self.only, check.id)) && !matches(&self.skip, check.id)
        };
        checks::ALL.iter().copied().filter(wanted).collect()
    }
}

fn patterns(globs: &[String]) -> Result<Vec<Pattern>, SelectionError> {
    let pattern = |glob: &String| {
        Pattern::new(glob).map_err(|cause| SelectionError { glob: glob.clone(), cause: cause.msg.to_owned() })
    };
    globs.iter().map(pattern).collect()
}
