//! A run for machines.

use super::Run;
use crate::wire::escaped;
use serde_json::Value;

/// The run as JSON.
pub fn json(run: &Run) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(run).map(|text| text + "\n")
}

/// A run that was stored, by this version or another one of the same format. It may be anybody's: what a terminal or a CI
/// server would obey is written out in every text of it, as it is in a run of this program.
pub fn read(text: &str) -> Result<Run, serde_json::Error> {
    let mut value = serde_json::from_str(text)?;
    disarm(&mut value);
    let run: Run = serde_json::from_value(value)?;
    if run.schema != Run::SCHEMA {
        return Err(serde::de::Error::custom("it is no `countersign/run/1`"));
    }
    if has_too_much(&run) {
        return Err(serde::de::Error::custom(format!(
            "it has more than {MOST} checks, statements, findings or causes"
        )));
    }
    Ok(run)
}

/// The most checks, statements, findings or causes of a run that is read: each is held against the others. This program has
/// some hundreds.
const MOST: usize = 1 << 13;

fn has_too_much(run: &Run) -> bool {
    let (findings, waivers) = (run.findings().count(), run.expired_waivers.len());
    let counts = [run.checks.len(), run.requirements.len(), findings, run.causes.len(), waivers];
    counts.iter().any(|count| *count > MOST)
}

fn disarm(value: &mut Value) {
    match value {
        Value::String(text) => *text = escaped(text),
        Value::Array(items) => items.iter_mut().for_each(disarm),
        Value::Object(members) => members.values_mut().for_each(disarm),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
