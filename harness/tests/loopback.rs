//! Every fault as `countersign serve --fault ID` serves it: over a real socket, with a real clock.

#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod common;

use common::matrix::{Row, each_fault};
use common::{CASES, options};
use countersign_harness::check::Check;
use countersign_harness::checks;
use countersign_harness::clock::SystemClock;
use countersign_harness::reference::{
    Listening, Registry, SHORT_TOKEN_LIFETIME, Server, Settings, configuration, unseen_over_loopback,
};
use countersign_harness::run::{Watcher, over_socket};
use countersign_harness::target::Config;
use std::path::Path;
use std::sync::Arc;

/// Runs that wait at the same time: for a token to expire, for an answer that does not come.
const THREADS: usize = 24;

/// A check that judges what the server says to others has one of them before it.
const AFTER: [(&str, &str); 1] = [("transport/throttling", "errors/media-type")];

/// The check, and what it takes.
fn selection(check: &'static Check) -> Vec<&'static Check> {
    let before = AFTER.iter().find(|(id, _)| *id == check.id).and_then(|(_, before)| checks::check(before));
    before.into_iter().chain([check]).collect()
}

/// What keeps the check of this fault from finding it, if anything does.
async fn missed((_, check, fault): &Row) -> Option<String> {
    let listening = Listening::on(0).await.unwrap();
    let issuer = listening.issuer();
    let mut config = Config::parse(&configuration(&issuer), "test").unwrap();
    config.limits.offensive = true;
    config.limits.cases = CASES;
    let settings = Settings { token_lifetime: SHORT_TOKEN_LIFETIME, ..Settings::new(&issuer) };
    let server = Server::new(settings, Arc::new(SystemClock), Some(fault.deviation)).unwrap();
    let server = tokio::spawn(listening.serve(Arc::new(server)));
    let (clients, folder) = (Registry.clients(), Path::new("."));
    let (selected, options) = (selection(check), options(fault.level));
    let completed = over_socket((&config, clients), folder, &selected, &options, Watcher::nobody()).await;
    server.abort();
    let checked = match &completed {
        Ok(completed) => completed.run.checks.iter().find(|checked| checked.id == check.id).unwrap(),
        Err(error) => return Some(error.to_string()),
    };
    // The clock is a real one: of two findings the worse may come first.
    let level = checked.finding.as_ref().map(|finding| finding.level);
    (level < Some(fault.level)).then(|| format!("{:?} {level:?} {:?}", checked.outcome, checked.reason))
}

/// Whoever tries a check at a fault sees what the kill matrix says, or is told why not.
#[test]
fn every_fault_shows_over_loopback_or_is_known_not_to() {
    let wrong = each_fault(THREADS, |runtime, row| {
        let missed = runtime.block_on(missed(row));
        match (missed, unseen_over_loopback(&row.0)) {
            (None, None) | (Some(_), Some(_)) => None,
            (Some(missed), None) => Some(format!("{}: {missed}", row.0)),
            (None, Some(reason)) => Some(format!("{} shows, though {reason}", row.0)),
        }
    });
    let wrong: Vec<_> = wrong.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
