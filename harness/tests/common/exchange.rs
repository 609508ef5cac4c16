//! A server that a test writes as a function.

use countersign_harness::check::Check;
use countersign_harness::clock::{LocalFuture, ManualClock};
use countersign_harness::report;
use countersign_harness::run::{Completed, Options, Watcher, prepare};
use countersign_harness::target::{Config, Surroundings};
use countersign_harness::wire::{Bounds, Exchange, Failure, Request, Response};
use jiff::Timestamp;
use std::cell::Cell;
use std::path::Path;

/// Answers the request with its number.
pub(crate) struct Answers<F>(F, Cell<usize>);

impl<F> std::fmt::Debug for Answers<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Answers")
    }
}

impl<F: Fn(&Request, usize) -> Response> Exchange for Answers<F> {
    fn exchange<'a>(&'a self, request: &'a Request, _: Bounds) -> LocalFuture<'a, Result<Response, Failure>> {
        self.1.set(self.1.get() + 1);
        let response = (self.0)(request, self.1.get());
        Box::pin(std::future::ready(Ok(response)))
    }
}

/// A run against it; `secret` is that of every client.
pub(crate) async fn run_against(
    answer: impl Fn(&Request, usize) -> Response,
    config: &str,
    secret: &str,
    checks: &[&'static Check],
    options: &Options,
) -> Completed {
    let exchange = Answers(answer, Cell::new(0));
    let clock = ManualClock::new(Timestamp::UNIX_EPOCH);
    let mut parsed = Config::parse(config, "test").unwrap();
    parsed.limits.cases = 2;
    let variable = |_: &str| Some(secret.into());
    let surroundings = Surroundings { file: "test", text: config, folder: Path::new("."), variable: &variable };
    let clients = surroundings.clients(&parsed).unwrap();
    prepare(&exchange, &clock, &parsed, clients).run(checks, options, Watcher::nobody()).await.unwrap()
}

/// Every artefact of a run, with its name.
pub(crate) fn artefacts(completed: &Completed) -> Vec<(&'static str, String)> {
    let run = &completed.run;
    let lines = completed.exchanges.iter().map(|exchange| serde_json::to_string(exchange).unwrap());
    let snapshots = completed.snapshots.iter().map(|snapshot| snapshot.text.clone());
    vec![
        ("text", report::text(run)),
        (
            "comparison",
            report::comparison_text(&[run.clone(), run.clone()])
                + &report::comparison_markdown(std::slice::from_ref(run)),
        ),
        ("difference", report::Difference::between(run, run).text()),
        ("json", report::json(run).unwrap()),
        ("junit", report::junit(run).unwrap()),
        ("sarif", report::sarif(run).unwrap()),
        ("markdown", report::summary(run)),
        ("html", report::html(run, &completed.exchanges).unwrap()),
        ("exchanges", lines.collect::<Vec<_>>().join("\n")),
        ("snapshots", snapshots.collect::<Vec<_>>().join("\n")),
    ]
}
