//! The examiner is examined: every fault is found by its check, the right server and the odd ones pass everything.

mod common;

use common::{all, options, run};
use countersign_harness::catalogue::Level;
use countersign_harness::checks::faults;
use countersign_harness::exit::Exit;
use countersign_harness::reference::ODDITIES;
use countersign_harness::report::{Checked, Judgement, text};

#[tokio::test]
async fn the_right_server_passes_every_check() {
    let completed = run(None, all(), &options(Level::May)).await;
    let open: Vec<_> = completed.run.checks.iter().filter(|checked| checked.outcome != Judgement::Pass).collect();
    assert!(open.is_empty(), "{}", text(&completed.run));
    assert_eq!(Exit::of(&completed.run), Exit::Conforms);
}

/// And every finding names a statement that its check claims to judge.
#[tokio::test]
async fn every_fault_is_found_by_its_check() {
    let mut missed = Vec::new();
    for (id, check, fault) in faults() {
        let completed = run(Some(fault.deviation), all(), &options(fault.level)).await;
        let found = completed.run.checks.iter().find(|checked| checked.id == check.id).unwrap();
        for checked in &completed.run.checks {
            for requirement in checked.findings().filter_map(|finding| finding.requirement.as_deref()) {
                assert!(checked.requirements.contains(&requirement), "{id}: {} names {requirement}", checked.id);
            }
        }
        let level = found.finding.as_ref().map(|finding| finding.level);
        if Exit::of(&completed.run) != Exit::Broken || level != Some(fault.level) {
            missed.push(format!("{id}: {:?} {level:?} {:?}", found.outcome, found.reason));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// A server that is unusual and right fails no check; what it does not offer is skipped.
#[tokio::test]
async fn odd_servers_give_no_failure() {
    for oddity in ODDITIES {
        let completed = run(Some(oddity.deviation), all(), &options(Level::May)).await;
        let judged = |checked: &&Checked| matches!(checked.outcome, Judgement::Pass | Judgement::Skip);
        let held = completed.run.checks.iter().filter(judged).count() == completed.run.checks.len();
        assert!(held, "{}: {}\n{}", oddity.name, oddity.says, text(&completed.run));
        assert_eq!(Exit::of(&completed.run), Exit::Conforms, "{}", oddity.name);
    }
}

/// Same seed, same requests; what the server issues is its own.
#[tokio::test]
async fn the_same_seed_sends_the_same_requests() {
    let sent = async |seed: u64| {
        let mut options = options(Level::Must);
        options.seed = seed;
        let exchanges = run(None, all(), &options).await.exchanges;
        let lines = exchanges.iter().map(|exchange| (exchange.uri.clone(), exchange.request_body.clone()));
        lines.collect::<Vec<_>>()
    };
    assert_eq!(sent(3).await, sent(3).await);
    assert_ne!(sent(3).await, sent(4).await);
}
