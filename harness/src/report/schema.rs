//! The JSON Schemas of what the command writes.

use super::Run;
use crate::wire::Recorded;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;

/// The schema of `run.json` (JSON Schema 2020-12).
pub fn run_schema() -> Result<String, serde_json::Error> {
    text::<Run>()
}

/// The schema of a line of `exchanges.jsonl`.
pub fn exchange_schema() -> Result<String, serde_json::Error> {
    text::<Recorded>()
}

/// As what is written, where every member is there.
fn text<T: JsonSchema>() -> Result<String, serde_json::Error> {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    serde_json::to_string_pretty(&generator.into_root_schema_for::<T>()).map(|text| text + "\n")
}
