//! A run against the reference server in memory, with a clock that is moved by hand.

#![allow(dead_code, reason = "each test file is a crate of its own and uses a part of this")]
#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

pub(crate) mod command;
pub(crate) mod exchange;
pub(crate) mod matrix;

use countersign_harness::catalogue::Level;
use countersign_harness::check::Check;
use countersign_harness::checks;
use countersign_harness::clock::{Clock, ManualClock};
use countersign_harness::reference::{Deviation, InMemory, Registry, Server, Settings};
use countersign_harness::run::{Completed, Options, Watcher, prepare};
use countersign_harness::snapshot::Stored;
use countersign_harness::target::{Client, Config, Role};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The configuration for the server in memory.
pub(crate) const CONFIG: &str = r#"
[target]
issuer = "https://reference.example"
token_endpoint = "https://reference.example/token"
protected_url = "https://reference.example/api"
resource = "https://reference.example/api"
[client]
id = "reports-job"
secret = "env:UNUSED"
scopes = ["read", "write"]
[limits]
expiry_leeway_seconds = 2
max_wait_seconds = 36000
"#;

/// Generated values for each property: four are enough to find a fault, and the many faults are run quickly.
pub(crate) const CASES: u32 = 4;

/// The choices of a run.
pub(crate) fn options(fail_on: Level) -> Options {
    Options { seed: 11, invocation: "countersign check".into(), fail_on, snapshots: Stored::new() }
}

/// A run of these checks against a server with this deviation.
pub(crate) async fn run(deviation: Option<Deviation>, checks: &[&'static Check], options: &Options) -> Completed {
    run_with(deviation, checks, options, CONFIG).await
}

/// The same with another configuration.
pub(crate) async fn run_with(
    deviation: Option<Deviation>,
    checks: &[&'static Check],
    options: &Options,
    config: &str,
) -> Completed {
    run_as(Registry.clients(), deviation, checks, options, config, CASES).await
}

/// The same for other clients, the main one and its companions, and with so many generated values for each property.
pub(crate) async fn run_as(
    clients: (Client, BTreeMap<Role, Client>),
    deviation: Option<Deviation>,
    checks: &[&'static Check],
    options: &Options,
    config: &str,
    cases: u32,
) -> Completed {
    let start = "2026-11-23T12:00:00Z".parse().unwrap();
    let clock = Arc::new(ManualClock::new(start));
    let mut settings = Settings::new("https://reference.example");
    settings.token_lifetime = 60;
    let server = Server::new(settings, Arc::clone(&clock) as Arc<dyn Clock>, deviation).unwrap();
    let exchange = InMemory(Arc::new(server));
    let mut config = Config::parse(config, "test").unwrap();
    config.limits.cases = cases;
    config.limits.offensive = true;
    let run = prepare(&exchange, clock.as_ref(), &config, clients);
    run.run(checks, options, Watcher::nobody()).await.unwrap()
}

/// Every check.
pub(crate) fn all() -> &'static [&'static Check] {
    checks::ALL
}
