//! A run costs the server no more than it may.

#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod common;

use common::{CONFIG, all, options, run, run_with};
use countersign_harness::catalogue::Level;
use countersign_harness::exit::Exit;
use countersign_harness::reference::oddities;
use countersign_harness::report::Judgement;

#[tokio::test]
async fn the_budget_of_requests_ends_a_run_without_a_false_verdict() {
    let config = CONFIG.replace("[limits]", "[limits]\nmax_requests = 30");
    let completed = run_with(None, all(), &options(Level::Must), &config).await;
    assert_eq!(completed.run.summary.requests, 30);
    assert_eq!(completed.run.summary.failed, 0);
    assert_eq!(Exit::of(&completed.run), Exit::Inconclusive);
}

/// Requests without credentials, with an id that nobody has, or with an assertion or a certificate, which nobody guesses,
/// count for no client; a token that ended or was altered is no login.
const LOCK_NOBODY_OUT: &[&str] = &[
    "introspection/authorization",
    "revocation/refused",
    "client-authentication/malformed-basic",
    "client-authentication/strange-ids",
    "errors/answers",
    "robustness/any-request",
    "token/altered",
    "assertion/accepted",
    "assertion/parameters",
    "assertion/claims",
    "assertion/audience",
    "assertion/signature",
    "certificate/unbound",
    "certificate/protected-resource",
    "certificate/client-id",
    "certificate/missing",
    "certificate/header",
    "certificate/other-client",
    "certificate/chain",
    "certificate/registered",
    "client-authentication/missing",
    "client-authentication/unknown-client",
    "client-authentication/indistinguishable",
    "expiry/protected-resource",
];

#[tokio::test]
async fn failed_logins_are_few() {
    let config = CONFIG.replace("[limits]", "[limits]\nmax_failed_authentications = 0");
    let completed = run_with(None, all(), &options(Level::Must), &config).await;
    let wrong = completed.run.checks.iter().find(|checked| checked.id.ends_with("wrong-secret")).unwrap();
    assert_eq!(wrong.outcome, Judgement::Inconclusive);
    assert!(wrong.reason.as_deref().unwrap().contains("failed authentications"), "{:?}", wrong.reason);
    let refused =
        |id: &usize| completed.exchanges.iter().any(|exchange| exchange.id == *id && exchange.status == Some(401));
    let refused = completed.run.checks.iter().filter(|checked| checked.exchanges.iter().any(&refused));
    let refused: Vec<_> = refused.map(|checked| checked.id).collect();
    assert_eq!(refused, LOCK_NOBODY_OUT);
}

#[tokio::test]
async fn requests_keep_their_rate() {
    let config = CONFIG.replace("[limits]", "[limits]\nrequests_per_second = 4");
    let completed = run_with(None, all(), &options(Level::Must), &config).await;
    let sent: Vec<_> = completed.exchanges.iter().map(|exchange| exchange.sent).collect();
    for pair in sent.windows(2) {
        assert!(pair[1].duration_since(pair[0]).as_millis() >= 250);
    }
}

#[tokio::test]
async fn retry_after_is_honoured() {
    let strict = oddities().find(|oddity| oddity.name == "strict-rate-limit").unwrap();
    let completed = run(Some(strict.deviation), all(), &options(Level::Must)).await;
    let refused: Vec<_> = completed.exchanges.windows(2).filter(|pair| pair[0].status == Some(429)).collect();
    assert!(!refused.is_empty());
    for pair in refused {
        assert!(pair[1].sent.duration_since(pair[0].sent).as_millis() >= 1000);
    }
}
