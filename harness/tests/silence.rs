//! No check passes on silence: a server that stops to answer, or before which something else answers, is not right.

#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod common;

use common::{CONFIG, all, options};
use countersign_harness::catalogue::Level;
use countersign_harness::clock::{Clock, LocalFuture, ManualClock};
use countersign_harness::exit::Exit;
use countersign_harness::reference::{InMemory, Registry, Server, Settings};
use countersign_harness::report::{Checked, Judgement, Run, Status, text};
use countersign_harness::run::{Event, Watcher, prepare};
use countersign_harness::target::{Config, Role};
use countersign_harness::wire::{Bounds, Exchange, Failure, Recorded, Request, Response};
use serde_json::json;
use std::cell::Cell;
use std::sync::Arc;

/// What comes in the place of an answer.
type Silence = fn() -> Result<Response, Failure>;

/// The right server until it has issued so many tokens; then this to everything.
#[derive(Debug)]
struct Falling {
    server: InMemory,
    tokens: Cell<usize>,
    then: Silence,
}

impl Exchange for Falling {
    fn exchange<'a>(&'a self, request: &'a Request, bounds: Bounds) -> LocalFuture<'a, Result<Response, Failure>> {
        if self.tokens.get() == 0 {
            return Box::pin(std::future::ready((self.then)()));
        }
        if request.path() == "/token" {
            self.tokens.set(self.tokens.get() - 1);
        }
        self.server.exchange(request, bounds)
    }
}

/// What falls silent, and how: no answer, too many requests, and pages of what stands before the server.
const SILENCES: [(&str, Silence); 6] = [
    ("no answer", || Err(Failure::TimedOut { authority: "reference.example:443".into(), seconds: 10 })),
    ("a closed port", || {
        Err(Failure::Unreachable { authority: "reference.example:443".into(), cause: "refused".into() })
    }),
    ("429", || Ok(Response::empty(429))),
    ("a gateway", || Ok(page(502))),
    ("a challenge page", || Ok(page(403))),
    ("a login page", || Ok(page(200))),
];

fn page(status: u16) -> Response {
    let mut response = Response::empty(status);
    response.fields.set("Content-Type", "text/html");
    response.fields.set("Server", "a-gateway");
    response.body = b"<h1>Please wait</h1>".to_vec();
    response
}

/// These judge the document that was fetched while the server still answered, and send nothing more.
const JUDGE_THE_METADATA: &[&str] = &[
    "metadata/issuer",
    "metadata/required",
    "metadata/https",
    "metadata/algorithms",
    "metadata/types",
    "metadata/advice",
    "grant-type/announced",
];

#[tokio::test]
async fn no_check_passes_on_silence() {
    let mut passed = Vec::new();
    for (name, then) in SILENCES {
        let start = "2026-11-23T12:00:00Z".parse().unwrap();
        let clock = Arc::new(ManualClock::new(start));
        let settings = Settings::new("https://reference.example");
        let server = Server::new(settings, Arc::clone(&clock) as Arc<dyn Clock>, None).unwrap();
        // Two tokens are the calibration.
        let exchange = Falling { server: InMemory(Arc::new(server)), tokens: Cell::new(2), then };
        let mut config = Config::parse(CONFIG, "test").unwrap();
        config.limits.offensive = true;
        config.limits.max_wait_seconds = 1_000_000;
        let run = prepare(&exchange, clock.as_ref(), &config, Registry.clients());
        let run = run.run(all(), &options(Level::Must), Watcher::nobody()).await.unwrap().run;
        assert_ne!(Exit::of(&run), Exit::Conforms, "{name}");
        let green = run.checks.iter().filter(|checked| checked.outcome == Judgement::Pass);
        passed.extend(
            green.filter(|checked| !JUDGE_THE_METADATA.contains(&checked.id)).map(|checked| (name, checked.id)),
        );
    }
    assert!(passed.is_empty(), "{passed:#?}");
}

/// The right server and a client without a secret, which signs assertions; with every companion, or with none.
async fn run_of_a_client_that_signs(companions: bool) -> Run {
    let clock = Arc::new(ManualClock::new("2026-11-23T12:00:00Z".parse().unwrap()));
    let settings = Settings::new("https://reference.example");
    let server = Server::new(settings, Arc::clone(&clock) as Arc<dyn Clock>, None).unwrap();
    let mut config = Config::parse(CONFIG, "test").unwrap();
    config.limits.max_wait_seconds = 1_000_000;
    let (_, mut clients) = Registry.clients();
    let signs = clients.remove(&Role::PrivateKeyJwt).unwrap();
    clients.retain(|_, _| companions);
    let exchange = InMemory(Arc::new(server));
    let run = prepare(&exchange, clock.as_ref(), &config, (signs, clients));
    run.run(all(), &options(Level::Must), Watcher::nobody()).await.unwrap().run
}

#[tokio::test]
async fn no_check_passes_that_sent_nothing() {
    for companions in [true, false] {
        let run = run_of_a_client_that_signs(companions).await;
        let idle = |checked: &&Checked| checked.outcome == Judgement::Pass && checked.exchanges.is_empty();
        let idle: Vec<_> = run.checks.iter().filter(idle).map(|checked| checked.id).collect();
        assert!(idle.iter().all(|id| JUDGE_THE_METADATA.contains(id)), "companions: {companions}, {idle:?}");
    }
}

/// What checks judge only where there is something for it, beside what they judge everywhere.
const OPTIONAL: [(&str, Status); 6] = [
    ("RFC6749-2.3-01", Status::NotApplicable),
    ("RFC6749-1.9-01", Status::NotApplicable),
    ("RFC6749-2.3.1-08", Status::NotApplicable),
    ("RFC7662-2.3-01", Status::Untested),
    ("RFC9449-8-03", Status::NotApplicable),
    ("RFC9700-2.6-03", Status::NotApplicable),
];

#[tokio::test]
async fn no_statement_is_met_that_nobody_looked_at() {
    let run = run_of_a_client_that_signs(false).await;
    for (id, status) in OPTIONAL {
        let requirement = run.requirements.iter().find(|requirement| requirement.id == id).unwrap();
        assert_eq!(requirement.status, status, "{id}: {:?}", requirement.reason);
        assert!(requirement.reason.is_some(), "{id}");
    }
}

/// The right server, and something else as soon as this is set.
#[derive(Debug)]
struct Ending<'a> {
    server: InMemory,
    ended: &'a Cell<bool>,
    then: Silence,
}

impl Exchange for Ending<'_> {
    fn exchange<'a>(&'a self, request: &'a Request, bounds: Bounds) -> LocalFuture<'a, Result<Response, Failure>> {
        if self.ended.get() {
            return Box::pin(std::future::ready((self.then)()));
        }
        self.server.exchange(request, bounds)
    }
}

/// The token that grows old was seen alive. What comes after that moment is no answer, so nobody saw it die.
#[tokio::test]
async fn no_check_passes_on_silence_after_the_first_look_at_a_token() {
    let mut passed = Vec::new();
    for (name, then) in SILENCES.into_iter().chain(FAILURES) {
        let clock = Arc::new(ManualClock::new("2026-11-23T12:00:00Z".parse().unwrap()));
        let settings = Settings::new("https://reference.example");
        let server = Server::new(settings, Arc::clone(&clock) as Arc<dyn Clock>, None).unwrap();
        let (ended, before) = (Cell::new(false), Cell::new(0));
        let exchange = Ending { server: InMemory(Arc::new(server)), ended: &ended, then };
        let mut config = Config::parse(CONFIG, "test").unwrap();
        config.limits.offensive = true;
        config.limits.max_wait_seconds = 1_000_000;
        let listen = |event: Event<'_>| match event {
            Event::Started { .. } => ended.set(true),
            Event::Sending(number) if !ended.get() => before.set(number),
            _ => {}
        };
        let run = prepare(&exchange, clock.as_ref(), &config, Registry.clients());
        let run =
            run.run(all(), &options(Level::Must), Watcher::new(listen, std::future::pending())).await.unwrap().run;
        assert!(before.get() > 4, "the fresh token was looked at: {before:?}");
        let green = run.checks.iter().filter(|checked| checked.outcome == Judgement::Pass);
        let green = green.filter(|checked| !JUDGE_THE_METADATA.contains(&checked.id));
        let behind = green.filter(|checked| checked.exchanges.last().is_some_and(|last| *last > before.get()));
        passed.extend(behind.map(|checked| (name, checked.id)));
    }
    assert!(passed.is_empty(), "{passed:#?}");
}

/// How a server begins to fail: it breaks, its client is taken away, or something before it gives up.
const FAILURES: [(&str, Silence); 3] = [
    ("a gateway", || Ok(page(502))),
    ("its own errors", || Ok(Response::json(500, &json!({"error": "server_error"})))),
    ("a client that is gone", || Ok(Response::json(401, &json!({"error": "invalid_client"})))),
];

/// Each request to a server that hangs takes the whole time-out: a run of hundreds would take an hour to say nothing.
#[tokio::test]
async fn a_server_that_hangs_is_not_asked_for_ever() {
    let clock = Arc::new(ManualClock::new("2026-11-23T12:00:00Z".parse().unwrap()));
    let settings = Settings::new("https://reference.example");
    let server = Server::new(settings, Arc::clone(&clock) as Arc<dyn Clock>, None).unwrap();
    let (_, hangs) = SILENCES[0];
    let exchange = Falling { server: InMemory(Arc::new(server)), tokens: Cell::new(10), then: hangs };
    let config = Config::parse(CONFIG, "test").unwrap();
    let run = prepare(&exchange, clock.as_ref(), &config, Registry.clients());
    let completed = run.run(all(), &options(Level::Must), Watcher::nobody()).await.unwrap();
    let unanswered = completed.exchanges.iter().filter(|exchange| exchange.failure.is_some());
    let at_the_token_endpoint = |exchange: &&Recorded| exchange.uri.split('?').next().unwrap().ends_with("/token");
    assert_eq!((unanswered.filter(at_the_token_endpoint).count(), completed.exit()), (10, Exit::Inconclusive));
    let reasons: Vec<_> = completed.run.checks.iter().rev().filter_map(|checked| checked.reason.as_deref()).collect();
    assert!(
        reasons.iter().any(|reason| reason.contains("10 times in a row, so nothing more is sent there")),
        "{reasons:?}"
    );
}

/// One that stops half-way: what was judged before stands, and the rest is not called right.
#[tokio::test]
async fn a_server_that_starts_to_fail_midway_does_not_conform() {
    for (tokens, (name, then)) in
        [3, 10, 60, 250].into_iter().flat_map(|tokens| FAILURES.map(|failure| (tokens, failure)))
    {
        let clock = Arc::new(ManualClock::new("2026-11-23T12:00:00Z".parse().unwrap()));
        let settings = Settings::new("https://reference.example");
        let server = Server::new(settings, Arc::clone(&clock) as Arc<dyn Clock>, None).unwrap();
        let exchange = Falling { server: InMemory(Arc::new(server)), tokens: Cell::new(tokens), then };
        let config = Config::parse(CONFIG, "test").unwrap();
        let run = prepare(&exchange, clock.as_ref(), &config, Registry.clients());
        let run = run.run(all(), &options(Level::Must), Watcher::nobody()).await.unwrap().run;
        assert_eq!((Exit::of(&run), run.summary.failed), (Exit::Inconclusive, 0), "{tokens}, {name}: {}", text(&run));
        assert!(run.summary.passed > 0 && run.summary.inconclusive > 0, "{tokens}, {name}");
    }
}
