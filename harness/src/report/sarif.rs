//! A run as SARIF 2.1.0 (OASIS): a rule for each check, a result for each finding.

use super::told::{Told, symptom};
use super::{Checked, Run};
use crate::catalogue::{Level, Severity, statement};
use crate::check::Check;
use crate::{checks, digest};
use serde_json::{Value, json};

/// The schema that the text names.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The run as SARIF. Only findings are results: consumers take every result for a finding, whatever its kind. A cause is
/// one result, with its symptoms in its message.
pub fn sarif(run: &Run) -> Result<String, serde_json::Error> {
    let told = run.told();
    let is_told = |checked: &&Checked| told.iter().any(|told| told.checked.id == checked.id);
    let found: Vec<_> = run.checks.iter().filter(is_told).collect();
    let place = |told: &Told<'_>| found.iter().position(|checked| checked.id == told.checked.id);
    let results: Vec<_> = told.iter().map(|told| result(run, place(told), told)).collect();
    let rules: Vec<_> = found.iter().map(|checked| rule(checked)).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": run.tool.name,
                "version": run.tool.version,
                "semanticVersion": run.tool.version,
                "rules": rules,
            }},
            "automationDetails": { "id": format!("countersign/{}/", run.profiles.join("+")) },
            "invocations": [{
                "executionSuccessful": run.complete,
                "startTimeUtc": run.started.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
                "endTimeUtc": run.finished.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
            "properties": { "run": run.id, "seed": run.seed, "target": run.target, "catalogue": run.tool.catalogue },
        }],
    });
    serde_json::to_string_pretty(&log).map(|text| text + "\n")
}

fn rule(checked: &Checked) -> Value {
    let page = checks::check(checked.id).map(Check::page).unwrap_or_else(|| checked.title.clone());
    json!({
        "id": checked.id,
        "shortDescription": { "text": checked.title },
        "fullDescription": { "text": checked.title },
        "help": { "text": page, "markdown": page },
        "defaultConfiguration": { "level": level(checked.level) },
        "properties": { "tags": ["security", "oauth"], "security-severity": weight(checked.severity) },
    })
}

fn result(run: &Run, index: Option<usize>, told: &Told<'_>) -> Value {
    let (checked, finding) = (told.checked, told.finding);
    let requirement = finding.requirement.as_deref().unwrap_or("snapshot");
    let demanded = finding.requirement.as_deref().and_then(statement);
    let demanded = demanded.map(|statement| format!(" ({}: {})", statement.source, statement.requirement));
    let mut text = format!("Expected {}, got {}{}", finding.expected, finding.actual, demanded.unwrap_or_default());
    let symptoms: Vec<_> = told.symptoms.iter().map(symptom).collect();
    if let Some(cause) = told.cause {
        text += &format!("\n\n{}; it shows here too:\n- {}", cause.title, symptoms.join("\n- "));
    }
    let fingerprint = digest::hex([checked.id, requirement, &finding.expected].join("\n").as_bytes());
    let mut result = json!({
        "ruleId": checked.id,
        "ruleIndex": index,
        "kind": "fail",
        "level": level(finding.level),
        "message": { "text": text },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": artifact(run) },
                "region": { "startLine": 1 },
            },
            "logicalLocations": [{ "fullyQualifiedName": run.target, "kind": "resource" }],
        }],
        "partialFingerprints": { "countersign/v1": fingerprint },
        "properties": {
            "statement": requirement,
            "severity": finding.severity.name(),
            "request": finding.minimal,
            "again": finding.reproduce,
        },
    });
    if let Some(cause) = told.cause
        && let Some(properties) = result["properties"].as_object_mut()
    {
        properties.insert("cause".into(), json!(cause.id));
        properties.insert("symptoms".into(), json!(symptoms));
    }
    if let Some(waived) = checked.waived.as_ref().filter(|_| checked.is_waived())
        && let Some(result) = result.as_object_mut()
    {
        let justification = format!("{} ({}, until {})", waived.reason, waived.owner, waived.expires);
        let suppression = json!({ "kind": "external", "status": "accepted", "justification": justification });
        result.insert("suppressions".into(), json!([suppression]));
    }
    result
}

/// A server has no source file: the one that names it stands for it.
fn artifact(run: &Run) -> String {
    let named = run.command.iter().position(|word| word == "--config").and_then(|at| run.command.get(at + 1));
    let relative = named.filter(|path| !path.starts_with('/') && !path.contains(['\\', ':']));
    let path = relative.map_or("countersign.toml", String::as_str);
    let segments = path.split('/').map(|segment| crate::wire::BasicEncoding::Percent.encode(segment));
    segments.collect::<Vec<_>>().join("/")
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Must => "error",
        Level::Should => "warning",
        Level::May => "note",
    }
}

/// In the bands of CVSS 3.1 §5, the middle of each: that is how code scanning sorts.
fn weight(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
        Severity::Info => "0.0",
    }
}
