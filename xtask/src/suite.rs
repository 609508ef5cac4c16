//! Running parts one after the other, and counting.

use crate::parts::Part;
use crate::report;
use countersign_tests::{Error, Result};
use std::fmt;
use std::time::{Duration, Instant};

/// How many tests ended in which way.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) skipped: u32,
}

impl Tally {
    /// Adds another tally.
    pub(crate) fn add(&mut self, other: &Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 { write!(formatter, ", {} skipped", self.skipped) } else { Ok(()) }
    }
}

/// A part that has been run.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) id: &'static str,
    pub(crate) took: Duration,
    pub(crate) tally: Tally,
    pub(crate) error: Option<Error>,
}

/// Runs the parts, all of them whatever happens, and says how it went. Whether all is well.
pub(crate) fn run(parts: impl Iterator<Item = &'static Part>) -> bool {
    let mut all = Vec::new();
    for part in parts {
        report::begin(part);
        let start = Instant::now();
        let mut tally = Tally::default();
        let outcome = (part.run)(&mut tally);
        let error = judge(&mut tally, outcome).err();
        let done = Done { id: part.id, took: start.elapsed(), tally, error };
        report::end(&done);
        all.push(done);
    }
    report::summary(&all);
    all.iter().all(|part| part.error.is_none())
}

/// What failed without a test to blame counts as one, and a part that tested nothing has failed.
fn judge(tally: &mut Tally, outcome: Result<()>) -> Result<()> {
    let outcome = match outcome {
        Ok(()) if tally.failed > 0 => Err(Error::new("a test failed", "read its output above")),
        Ok(()) if tally.passed + tally.skipped == 0 => {
            Err(Error::new("no test was run", "see that the part has tests, and that their names match"))
        }
        other => other,
    };
    if outcome.is_err() {
        tally.failed = tally.failed.max(1);
    }
    outcome
}
