//! A run for machines.

use super::Run;

/// The run as JSON.
pub fn json(run: &Run) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(run).map(|text| text + "\n")
}

/// A run that was stored, by this version or another one of the same format.
pub fn read(text: &str) -> Result<Run, serde_json::Error> {
    let run: Run = serde_json::from_str(text)?;
    if run.schema == Run::SCHEMA { Ok(run) } else { Err(serde::de::Error::custom("it is no `countersign/run/1`")) }
}
