//! How many requests a run takes: it is played against the reference server in memory, which takes no time and sends nothing.

use super::{Options, RunError, Watcher, prepare};
use crate::catalogue::Level;
use crate::check::Check;
use crate::clock::{Clock as _, ManualClock, SystemClock};
use crate::reference::{InMemory, Registry, Server, Settings, SetupError};
use crate::snapshot::Stored;
use crate::target::{Config, TargetTable};
use std::sync::Arc;
use toml::Spanned;

/// Why nothing can be estimated.
#[derive(Debug, thiserror::Error)]
pub enum EstimateError {
    /// The reference server cannot be set up.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// It cannot be tested.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// What a run would take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Estimate {
    /// Each check with its requests; one that lacks something sends none.
    pub checks: Vec<(&'static str, usize)>,
    /// All requests, those before the first check included, within the budget of the configuration.
    pub requests: usize,
}

const ISSUER: &str = "https://reference.example";

/// Plays these checks with the limits, companions and choices of the configuration. A server that lacks a feature gets
/// fewer requests; one that breaks a property gets up to 64 more for each, to make the counterexample small.
pub async fn estimate(config: &Config, checks: &[&'static Check], seed: u64) -> Result<Estimate, EstimateError> {
    let clock = Arc::new(ManualClock::new(SystemClock.now()));
    let server = Server::new(Settings::new(ISSUER), Arc::clone(&clock) as Arc<_>, None)?;
    let played = played(config);
    let (mut main, mut companions) = Registry.clients();
    main.scopes.truncate(config.client.scopes.len());
    companions.retain(|role, _| config.companion.contains_key(role));
    let invocation = "countersign check".to_owned();
    let options = Options { seed, invocation, fail_on: Level::Must, snapshots: Stored::new() };
    let exchange = InMemory(Arc::new(server));
    let run = prepare(&exchange, clock.as_ref(), &played, (main, companions));
    let run = run.run(checks, &options, Watcher::nobody()).await?.run;
    let checks = run.checks.iter().map(|checked| (checked.id, checked.exchanges.len())).collect();
    Ok(Estimate { checks, requests: run.summary.requests })
}

/// The configuration with the reference server as its target.
fn played(config: &Config) -> Config {
    let at = |path: &str| Spanned::new(0..0, format!("{ISSUER}{path}"));
    let target = &config.target;
    let target = TargetTable {
        issuer: Some(at("")),
        token_endpoint: Some(at("/token")),
        protected_url: target.protected_url.as_ref().map(|_| at("/api")),
        resource: target.resource.as_ref().map(|_| format!("{ISSUER}/api")),
        ..TargetTable::default()
    };
    let mut played = Config { target, waivers: Vec::new(), ..config.clone() };
    // Its tokens live for an hour, which no clock has to wait for.
    played.limits.max_wait_seconds = u64::from(u32::MAX);
    played
}
