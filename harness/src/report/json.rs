//! A run for machines.

use super::Run;

/// The run as JSON.
pub fn json(run: &Run) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(run).map(|text| text + "\n")
}
