//! A run costs the server no more than it may.

#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::exchange::run_against;
use common::{CONFIG, all, options, run, run_with};
use countersign_harness::catalogue::Level;
use countersign_harness::exit::Exit;
use countersign_harness::reference::{Deviation, oddities};
use countersign_harness::report::Judgement;
use countersign_harness::wire::{Recorded, Request, Response};

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

/// Answers so to a wrong secret of the client that wrong secrets are sent for.
fn to_wrong_secrets(request: &Request, response: &mut Response, status: u16) {
    let value = request.fields.get("Authorization").and_then(|value| value.strip_prefix("Basic "));
    let pair = value.and_then(|value| STANDARD.decode(value).ok()).unwrap_or_default();
    if response.status == 401 && pair.starts_with(b"disposable-job:") {
        *response = Response::empty(status);
    }
}

/// A server that crashes on wrong secrets, or wants to be left alone, gets no more of them than one that refuses them.
#[tokio::test]
async fn wrong_secrets_are_few_whatever_the_answer_is() {
    let crashes = Deviation::Answers(|request, response| to_wrong_secrets(request, response, 500));
    let throttles = Deviation::Answers(|request, response| to_wrong_secrets(request, response, 429));
    for (deviation, status) in [(crashes, 500), (throttles, 429)] {
        let completed = run(Some(deviation), all(), &options(Level::Must)).await;
        let wrong = completed.exchanges.iter().filter(|exchange| exchange.status == Some(status)).count();
        assert!((1..=10).contains(&wrong), "{wrong} times {status}");
    }
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

/// Who says nothing about the rate is asked no faster than what a shared server bears.
#[tokio::test]
async fn away_from_loopback_twenty_requests_a_second_are_the_most() {
    let completed = run(None, all(), &options(Level::Must)).await;
    let sent: Vec<_> = completed.exchanges.iter().map(|exchange| exchange.sent).collect();
    for pair in sent.windows(2) {
        assert!(pair[1].duration_since(pair[0]).as_millis() >= 50);
    }
}

/// A server that is busy and does not say until when: a second, then two; and from then on it is asked more slowly.
#[tokio::test]
async fn a_busy_server_is_asked_later_and_more_slowly() {
    let config = CONFIG.replace("[limits]", "[limits]\nrequests_per_second = 1000");
    let token = serde_json::json!({"access_token": "opaque-0123456789", "token_type": "Bearer", "expires_in": 60});
    let answer = move |_: &Request, number: usize| match number {
        1..=20 if number != 10 && number != 11 => Response::json(200, &token),
        10 | 11 => Response::empty(429),
        _ => Response::json(400, &serde_json::json!({"error": "invalid_request"})),
    };
    let config = config.replace("issuer = \"https://reference.example\"\n", "");
    let completed = run_against(answer, &config, "s3cret-of-the-tests", all(), &options(Level::Must)).await;
    let sent = |number: usize| completed.exchanges[number - 1].sent;
    let between = |one: usize, other: usize| sent(other).duration_since(sent(one)).as_millis();
    assert_eq!([between(8, 9), between(10, 11), between(11, 12)], [1, 1000, 2000]);
    assert!(between(12, 13) >= 100, "{}", between(12, 13));
}

/// A server that does not recover costs a few waits, and one that is busy again each time no more than all may last.
#[tokio::test]
async fn a_server_that_stays_busy_is_not_waited_for_again_and_again() {
    let token = serde_json::json!({"access_token": "opaque-0123456789", "token_type": "Bearer", "expires_in": 60});
    let config = CONFIG.replace("issuer = \"https://reference.example\"\n", "");
    let config = config.replace("max_wait_seconds = 36000", "max_wait_seconds = 40");
    // Ten of the longest waits.
    for (every, most) in [(1, 300), (2, 400)] {
        let answer = |_: &Request, number: usize| {
            let mut busy = Response::empty(503);
            busy.fields.set("Retry-After", "30");
            if number <= 3 || !number.is_multiple_of(every) { Response::json(200, &token) } else { busy }
        };
        let completed = run_against(answer, &config, "s3cret-of-the-tests", all(), &options(Level::Must)).await;
        let waited = |pair: &[Recorded]| pair[1].sent.duration_since(pair[0].sent).as_secs() >= 30;
        let waits = completed.exchanges.windows(2).filter(|pair| waited(pair)).count();
        assert!((2..=most / 30).contains(&waits), "{waits} waits, busy every {every}");
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
