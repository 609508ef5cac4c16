//! What a reader sees: one failing check, as text and as JSON.

#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod common;

use common::{options, run};
use countersign_harness::catalogue::Level;
use countersign_harness::checks::{check, faults};
use countersign_harness::report::{Run, json, text};
use serde_json::Value;

async fn failing() -> Run {
    let (_, _, fault) = faults().find(|(id, ..)| id == "client-authentication/unknown-client/no-challenge").unwrap();
    let checks = [check("client-authentication/unknown-client").unwrap(), check("grant-type/missing").unwrap()];
    run(Some(fault.deviation), &checks, &options(Level::Must)).await.run
}

#[tokio::test]
async fn as_text() {
    insta::assert_snapshot!(text(&failing().await));
}

#[tokio::test]
async fn as_json() {
    let mut run: Value = serde_json::from_str(&json(&failing().await).unwrap()).unwrap();
    // The statements of the whole catalogue are in it; two tell enough.
    let shown =
        |requirement: &Value| ["RFC6749-5.2-01", "RFC6749-5.2-10"].contains(&requirement["id"].as_str().unwrap());
    run["requirements"].as_array_mut().unwrap().retain(shown);
    insta::assert_snapshot!(serde_json::to_string_pretty(&run).unwrap());
}
