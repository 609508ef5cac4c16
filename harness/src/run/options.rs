//! How one run differs from another.

use crate::catalogue::Level;
use crate::snapshot::Stored;

/// The choices of a run.
#[derive(Debug, Clone)]
pub struct Options {
    /// From which every generated value follows.
    pub seed: u64,
    /// The command line that led here, without seed and selection: findings print it.
    pub invocation: String,
    /// From which level on a broken statement fails the run.
    pub fail_on: Level,
    /// The snapshots of earlier runs.
    pub snapshots: Stored,
}
