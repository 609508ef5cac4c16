//! The order of a run: discovery, calibration, the checks one after the other, and what comes of them.

use super::attempt::Purse;
use super::grouping::grouped;
use super::sweep;
use super::{Aging, Baseline, CannotTest, Finding, Link, Options, Outcome, Probe, Stop, Watcher};
use crate::catalogue::Need;
use crate::check::Check;
use crate::clock::{Clock, day};
use crate::exit::Exit;
use crate::report::{self, Checked, Course};
use crate::snapshot::Snapshot;
use crate::target::{Client, Config, DiscoveryError, Limits, Role, Target, discover};
use crate::wire::{Exchange, Recorded, Seal, escaped};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::time::Duration;

/// What happens, for whoever watches.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// The target answers.
    Started {
        /// So many checks follow.
        checks: usize,
        /// They will wait until then: a token ends.
        waits_until: Option<Timestamp>,
    },
    /// A request is sent; its number.
    Sending(usize),
    /// Nothing is sent until then.
    Waiting {
        /// The moment.
        until: Timestamp,
        /// For what.
        what: &'a str,
    },
    /// A check begins.
    Checking(&'a str),
    /// A check ended.
    Checked(&'a Checked),
}

/// Why there is no run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// The endpoints are not known.
    #[error(transparent)]
    Discovery(#[from] DiscoveryError),
    /// The baseline does not work.
    #[error(transparent)]
    CannotTest(#[from] CannotTest),
    /// One of the two above, in words that may be shown.
    #[error("{0}")]
    Untestable(String),
    /// It was ended before anything was judged.
    #[error("ended before anything was tested")]
    Stopped,
}

/// A run that came to its end.
#[derive(Debug)]
pub struct Completed {
    /// The report.
    pub run: report::Run,
    /// Every exchange, redacted.
    pub exchanges: Vec<Recorded>,
    /// What the checks with snapshots saw.
    pub snapshots: Vec<Snapshot>,
    /// Knows the secrets and tokens of the run, and shows none.
    pub seal: Seal,
}

impl Completed {
    /// What the run comes to.
    pub fn exit(&self) -> Exit {
        Exit::of(&self.run)
    }

    /// The report for people, without colours.
    pub fn text(&self) -> String {
        report::text(&self.run)
    }
}

/// Everything that a run needs, as parameters: the stream, the clock, the configuration and the clients' secrets.
#[derive(Debug)]
pub struct Prepared<'w> {
    link: Link<'w>,
    config: &'w Config,
    clients: (Client, BTreeMap<Role, Client>),
}

/// Sets up a run; nothing is sent yet.
pub fn prepare<'w>(
    exchange: &'w dyn Exchange,
    clock: &'w dyn Clock,
    config: &'w Config,
    clients: (Client, BTreeMap<Role, Client>),
) -> Prepared<'w> {
    let link = Link::new(exchange, clock, &polite(config));
    [&clients.0].into_iter().chain(clients.1.values()).for_each(|client| link.learn(client));
    Prepared { link, config, clients }
}

/// Away from loopback a server is shared with others.
fn polite(config: &Config) -> Limits {
    let target = &config.target;
    let loopback =
        target.issuer.iter().chain(&target.token_endpoint).all(|uri| crate::target::is_loopback(uri.get_ref()));
    let rate = if loopback { None } else { Some(Limits::POLITE_REQUESTS_PER_SECOND) };
    Limits { requests_per_second: config.limits.requests_per_second.or(rate), ..config.limits.clone() }
}

impl<'w> Prepared<'w> {
    /// Runs these checks. Whoever watches may end the run; then the report says what was not judged.
    pub async fn run(
        mut self,
        checks: &[&'static Check],
        options: &Options,
        mut watcher: Watcher<'w>,
    ) -> Result<Completed, RunError> {
        let clock = self.link.clock();
        self.link.is_heard_by(watcher.ear());
        let started = clock.now();
        let waits = checks.iter().any(|check| check.needs.contains(&Need::Wait));
        let preflight = async {
            let target = discover(&self.link, self.config, self.clients).await?;
            let baseline = Baseline::calibrate(&self.link, &target).await?;
            let aging = if waits { Some(Aging::begin(&self.link, &target, &baseline).await) } else { None };
            Ok::<_, RunError>((target, baseline, aging))
        };
        let (target, baseline, aging) = watcher
            .unless_stopped(preflight)
            .await
            .ok_or(RunError::Stopped)?
            .map_err(|error| RunError::Untestable(escaped(&self.link.redact(&error.to_string()))))?;
        // What lies beyond the longest wait is not waited for.
        let longest = SignedDuration::try_from(Duration::from_secs(target.limits.max_wait_seconds));
        let last = longest.ok().and_then(|longest| clock.now().checked_add(longest).ok());
        let ends = aging.as_ref().and_then(|aging| aging.expires);
        watcher.hear(Event::Started {
            checks: checks.len(),
            waits_until: ends.filter(|ends| last.is_none_or(|last| *ends <= last)),
        });
        let (purse, mut results, mut snapshots) = (Purse::default(), Vec::new(), Vec::new());
        let mut complete = true;
        for check in checks {
            watcher.hear(Event::Checking(check.id));
            let mut probe = Probe::new(check, (&self.link, &target, &baseline), aging.as_ref(), options, &purse);
            let outcome = watcher.unless_stopped(judge(&mut probe)).await;
            complete &= outcome.is_some();
            let outcome = outcome.unwrap_or_else(|| Err(Stop::Inconclusive("the run was ended before".into())));
            snapshots.extend(probe.snapshot.take());
            let today = day(clock.now());
            let mut checked = Checked::new(check, outcome, probe.findings, probe.exchanges, &target, today);
            checked.left = probe.left;
            watcher.hear(Event::Checked(&checked));
            results.push(checked);
        }
        let seal = self.link.seal();
        let mut exchanges = self.link.into_transcript().exchanges;
        results.iter_mut().for_each(|checked| sweep::checked(&seal, checked));
        exchanges.iter_mut().for_each(|exchange| sweep::exchange(&seal, exchange));
        snapshots.iter_mut().for_each(|snapshot: &mut Snapshot| snapshot.text = seal.text(&snapshot.text));
        let course = Course { started, finished: clock.now(), complete, exchanges: &exchanges };
        let mut run = report::Run::new(&target, options, &course, results);
        run.about = self.config.report.clone();
        Ok(Completed { run, exchanges, snapshots, seal })
    }
}

/// Runs a check if its needs are met, and brings its findings into order: the worst first.
async fn judge(probe: &mut Probe<'_>) -> Outcome {
    let unmet = probe.check.needs.iter().find_map(|need| unmet(*need, probe.target));
    let outcome = match unmet {
        Some(stop) => Err(stop),
        None => (probe.check.run)(probe).await,
    };
    probe.findings.sort_by_key(|Finding { level, severity, .. }| std::cmp::Reverse((*level, *severity)));
    probe.findings = grouped(std::mem::take(&mut probe.findings));
    // Reasons quote what servers send; whoever wrote them need not remember that.
    let shown = |stop: Stop| stop.map(|reason| escaped(&probe.link.redact(reason)));
    probe.left = std::mem::take(&mut probe.left).into_iter().map(|(id, stop)| (id, shown(stop))).collect();
    outcome.map_err(shown)
}

/// What is missing; what only an answer can tell is left to the check.
fn unmet(need: Need, target: &Target) -> Option<Stop> {
    let companion = |role: Role| {
        let missing = !target.companions.contains_key(&role);
        missing.then(|| Stop::unconfigured(role))
    };
    let endpoint = |uri: &Option<String>, key: &str| {
        let reason = format!("the server names no `{key}`, and [target] does not either");
        uri.is_none().then_some(Stop::NotApplicable(reason))
    };
    match need {
        Need::DisposableClient => companion(Role::Disposable),
        Need::SecondClient => companion(Role::Second),
        Need::PublicClient => companion(Role::Public),
        Need::ClientWithoutGrant => companion(Role::NoGrant),
        Need::ReadOnlyClient => companion(Role::ReadOnly),
        Need::ReservedCharacters => companion(Role::ReservedCharacters),
        Need::Metadata => {
            let own = target.metadata.as_ref().is_some_and(|metadata| metadata.is_own);
            (!own).then(|| Stop::NotApplicable("no metadata of this issuer was found".into()))
        }
        Need::Jwks => endpoint(&target.jwks_uri, "jwks_uri"),
        Need::Introspection => endpoint(&target.introspection_endpoint, "introspection_endpoint"),
        Need::Revocation => endpoint(&target.revocation_endpoint, "revocation_endpoint"),
        Need::ProtectedUrl => {
            let reason = "name a URL that accepts the tokens as `protected_url` in [target]";
            target.protected_url.is_none().then(|| Stop::Skip(reason.into()))
        }
        Need::Resource => target.resource.is_none().then(|| Stop::Skip("name `resource` in [target]".into())),
        Need::Scope => scopes(target, 1),
        Need::TwoScopes => scopes(target, 2),
        Need::Jwt | Need::JwtProfile | Need::ManyTokens | Need::Wait => None,
        Need::PrivateKeyJwt => {
            let main = target.client.key.is_some();
            companion(Role::PrivateKeyJwt).filter(|_| !main)
        }
        Need::Dpop => {
            let reason =
                "the metadata names no `dpop_signing_alg_values_supported`: proofs are ignored, as they may be";
            let announced = target.metadata.as_ref().is_some_and(|metadata| {
                metadata.is_own && metadata.members.contains_key("dpop_signing_alg_values_supported")
            });
            (!announced).then(|| Stop::NotApplicable(reason.into()))
        }
        Need::Offensive => {
            let reason = "it could hurt the server; `--allow offensive` sends it";
            (!target.limits.offensive).then(|| Stop::Skip(reason.into()))
        }
        Need::ClientCertificate => certificate(target),
        Need::TwoResources => {
            Some(Stop::Skip("[target] names one `resource`, and there is no key for a second".into()))
        }
        Need::ClientSecretJwt => Some(Stop::Skip("`authentication` has no `client_secret_jwt`".into())),
        Need::Tls => Some(Stop::Skip("the TLS library offers no handshake that a server must refuse".into())),
    }
}

/// Whichever client has one.
fn certificate(target: &Target) -> Option<Stop> {
    let named = target.client.identity.is_some();
    let companions = [Role::TlsClientAuth, Role::SelfSignedTlsClientAuth];
    if !named && !companions.iter().any(|role| target.companions.contains_key(role)) {
        let reason = "name `certificate` and `key` of [companion.tls_client_auth], or of [client] with \
                      `authentication = \"tls_client_auth\"`";
        return Some(Stop::Skip(reason.into()));
    }
    let tls = target.with_certificate.token.starts_with("https://");
    (!tls).then(|| {
        Stop::NotApplicable("the token endpoint does not speak TLS, and a certificate is presented there".into())
    })
}

fn scopes(target: &Target, least: usize) -> Option<Stop> {
    let enough = target.client.scopes.len() >= least;
    (!enough).then(|| Stop::Skip(format!("name at least {least} of the client's `scopes` in [client]")))
}
