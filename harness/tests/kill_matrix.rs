//! The examiner is examined: every fault is found by its check, the right server and the odd ones pass everything.

#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod common;

use common::matrix::{Matrix, found_by_generated_values, matrix};
use common::{CONFIG, all, options, run, run_with};
use countersign_harness::catalogue::Level;
use countersign_harness::check::Check;
use countersign_harness::checks::faults;
use countersign_harness::exit::Exit;
use countersign_harness::reference::{DEFECTS, oddities};
use countersign_harness::report::{Checked, Judgement, text};
use countersign_harness::wire::Recorded;
use std::collections::BTreeSet;
use std::sync::LazyLock;

#[tokio::test]
async fn the_right_server_passes_every_check() {
    let completed = run(None, all(), &options(Level::May)).await;
    let passed = |checked: &&Checked| match checked.outcome {
        Judgement::Pass => true,
        Judgement::Skip => ONLY_ON_ODD_SERVERS.contains(&checked.id),
        Judgement::Fail | Judgement::Inconclusive => false,
    };
    let open: Vec<_> = completed.run.checks.iter().filter(|checked| !passed(checked)).collect();
    assert!(open.is_empty(), "{}", text(&completed.run));
    assert_eq!(Exit::of(&completed.run), Exit::Conforms);
}

/// The usual right server has nothing for these to judge: it neither throttles nor demands nonces, as odd ones do, and its
/// keys have no certificates.
const ONLY_ON_ODD_SERVERS: [&str; 3] = ["transport/throttling", "dpop/nonce", "keys/certificates"];

/// Checks that run against every fault, whatever its topic: a fault that they find beside its own check is a wide one.
const SENTINELS: [&str; 5] =
    ["success/body", "token/signature", "parameters/unknown", "errors/media-type", "client-authentication/missing"];

/// What is run against a fault: the checks of its topic, and the sentinels.
fn selection(check: &Check) -> Vec<&'static Check> {
    let topic = |id: &'static str| id.split('/').next();
    let selected = |other: &&&'static Check| topic(other.id) == topic(check.id) || SENTINELS.contains(&other.id);
    all().iter().filter(selected).copied().collect()
}

/// Every fault is found by the check that declares it, at its level; who finds it besides is written down. And every
/// finding names a statement that its check claims to judge.
#[test]
fn every_fault_is_found_by_its_check() {
    insta::assert_snapshot!(MATRIX.rows);
}

/// It takes its time, and two tests read it.
static MATRIX: LazyLock<Matrix> = LazyLock::new(|| matrix(selection));

/// A check that says that it judges a statement has been seen to: a fault breaks it, or a canned reply does.
#[test]
fn every_statement_of_every_check_is_seen_broken() {
    let mut open = Vec::new();
    for check in all() {
        for statement in check.statements {
            let by_fault = MATRIX.broken.contains(&(check.id, (*statement).to_owned()));
            if !by_fault && !broken_by_a_reply(check, statement) {
                open.push(format!("{}: {statement}", check.id));
            }
        }
    }
    assert!(open.is_empty(), "nothing breaks\n{}", open.join("\n"));
}

/// Whether a test of the check expects a verdict that names the statement, or its status to be broken. What a test expects
/// it was seen to find; what only a profile judges has its tests elsewhere.
fn broken_by_a_reply(check: &Check, statement: &str) -> bool {
    const OF_PROFILES: &str = include_str!("../src/catalogue/disagreements/tests.rs");
    let own = check.source.split("#[cfg(test)]").nth(1).unwrap_or_default();
    let verdicts = ["must", "should", "may"].map(|level| format!("\"fail {level} {statement}\""));
    let named = |test: &str| verdicts.iter().any(|verdict| test.contains(verdict));
    let looked_up = format!("status(&CHECK, \"{statement}\")");
    own.split("::test]").any(|test| named(test) || test.contains(&looked_up) && test.contains("Status::Broken"))
        || OF_PROFILES.split("::test]").any(|test| named(test) && test.contains(&format!("\"{}\"", check.id)))
}

/// Each kind of generated value is proved by a fault that no listed case finds.
#[tokio::test]
async fn generated_values_find_what_no_list_has() {
    insta::assert_snapshot!(found_by_generated_values().await);
}

/// The thirty classes of defects of real servers each have a fault that stands for them.
#[test]
fn every_class_of_defects_has_a_fault() {
    let named: BTreeSet<_> = faults().filter_map(|(_, _, fault)| fault.defect).collect();
    assert_eq!(named, BTreeSet::from(DEFECTS.map(|(class, _)| class)));
}

fn without_resource() -> String {
    CONFIG.lines().filter(|line| !line.starts_with("resource = ")).collect::<Vec<_>>().join("\n")
}

/// RFC 8414 leaves metadata open, and RFC 9700 §2.6 recommends it: a note, and no failure.
const ADVISED: [(&str, &str); 1] = [("no-metadata", "metadata/published")];

/// A server that is unusual and right fails no check; what it does not offer is skipped.
#[tokio::test]
async fn odd_servers_give_no_failure() {
    assert!(oddities().count() >= 25);
    let mut flagged = Vec::new();
    for oddity in oddities() {
        // Who ignores resource indicators is not asked for one.
        let config = if oddity.name == "issuer-as-audience" { without_resource() } else { CONFIG.to_owned() };
        let completed = run_with(Some(oddity.deviation), all(), &options(Level::May), &config).await;
        let judged = |checked: &&Checked| {
            let note = checked.finding.as_ref().is_some_and(|finding| finding.level == Level::May);
            let advised = note && ADVISED.contains(&(oddity.name, checked.id));
            !advised && !matches!(checked.outcome, Judgement::Pass | Judgement::Skip)
        };
        for checked in completed.run.checks.iter().filter(judged) {
            let actual = checked.finding.as_ref().map(|finding| finding.actual.as_str());
            flagged.push(format!("{}: {} {:?} {:?}", oddity.name, checked.id, actual, checked.reason));
        }
    }
    assert!(flagged.is_empty(), "{}", flagged.join("\n"));
}

/// Same seed, same requests: each with its method, its fields and its content. What the server issues is its own, and
/// redacted.
#[tokio::test]
async fn the_same_seed_sends_the_same_requests() {
    let sent = async |seed: u64| {
        let mut options = options(Level::Must);
        options.seed = seed;
        let exchanges = run(None, all(), &options).await.exchanges;
        let sent = |exchange: Recorded| (exchange.method, exchange.uri, exchange.request_fields, exchange.request_body);
        exchanges.into_iter().map(sent).collect::<Vec<_>>()
    };
    assert_eq!(sent(3).await, sent(3).await);
    assert_ne!(sent(3).await, sent(4).await);
}
