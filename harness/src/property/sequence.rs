//! A sequence of steps in the life of tokens, played at the server and held against the model.

use super::{Breach, LATER, LOOKS, Lives, Step, Trial, outlives};
use crate::catalogue::Level;
use crate::run::{Finding, Probe, Stop, TokenRequest};
use jiff::SignedDuration;
use secrecy::ExposeSecret as _;
use std::time::Duration;

/// The clients, and what the sequences before have cost.
#[derive(Debug, Default)]
pub struct Scene {
    /// The requests that get a token whose introspection says that it is active: the main client's first.
    clients: Vec<TokenRequest>,
    /// How often a token is looked at that should be dead.
    looks: u32,
    shown: Shown,
}

/// What the sequences showed: without it, nothing is known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shown {
    /// A token was revoked.
    pub revoked: bool,
    /// One that was revoked was dead before its time.
    pub died: bool,
    /// One that was revoked was active, and then dead, but its time had come before.
    pub cut_short: bool,
    /// One that was not revoked was dead, and looked at again.
    pub ended: bool,
}

impl Scene {
    /// Takes a client in, if introspection tells it of its live token; else says that it does not.
    pub async fn enter(&mut self, probe: &mut Probe<'_>, request: TokenRequest) -> Result<bool, Stop> {
        let answer = probe.attempt(request.clone().at(probe.now())).await?;
        let described = answer.describe();
        let reason = || Stop::Inconclusive(format!("a client gets no token with its own credentials: {described}"));
        let grant = answer.grant().ok_or_else(reason)?;
        let live = active(probe, &request, grant.access_token.expose_secret()).await?.0 == Some(true);
        self.clients.extend(live.then_some(request));
        Ok(live)
    }

    /// How many clients there are.
    pub fn clients(&self) -> usize {
        self.clients.len()
    }

    /// What is known by now.
    pub fn shown(&self) -> Shown {
        self.shown
    }

    /// Plays a sequence; the finding, if it contradicts the model.
    pub async fn play(&mut self, probe: &mut Probe<'_>, trial: Trial, steps: &[Step]) -> Result<Option<Finding>, Stop> {
        self.looks = if trial == Trial::Shrink { 1 } else { LOOKS };
        Sequence::default().play(probe, self, steps).await
    }
}

/// Whether introspection calls the token active, if it says; the exchange.
async fn active(probe: &mut Probe<'_>, client: &TokenRequest, token: &str) -> Result<(Option<bool>, usize), Stop> {
    let endpoint = probe.target.introspection_endpoint.clone().unwrap_or_default();
    let (told, exchange) = probe.introspect(&endpoint, client.credentials.clone(), token).await?;
    Ok((told.and_then(|told| told.get("active")?.as_bool()), exchange))
}

/// What was done so far.
#[derive(Default)]
struct Sequence {
    model: Lives,
    tokens: Vec<String>,
    told: Vec<String>,
}

impl Sequence {
    async fn play(mut self, probe: &mut Probe<'_>, scene: &mut Scene, steps: &[Step]) -> Result<Option<Finding>, Stop> {
        for step in steps {
            let number = |place: &usize| place.checked_rem(self.model.count());
            let finding = match step {
                Step::Issue(place) => self.issue(probe, scene, *place).await?,
                Step::Introspect(place) => match number(place) {
                    Some(number) => self.look(probe, scene, number).await?,
                    None => None,
                },
                Step::Revoke(place) => match number(place) {
                    Some(number) => self.revoke(probe, scene, number).await?,
                    None => None,
                },
            };
            if finding.is_some() {
                return Ok(finding);
            }
        }
        for number in (0..self.model.count()).flat_map(|number| [number, number]) {
            if let Some(finding) = self.look(probe, scene, number).await? {
                return Ok(Some(finding));
            }
        }
        Ok(None)
    }

    async fn issue(&mut self, probe: &mut Probe<'_>, scene: &Scene, place: usize) -> Result<Option<Finding>, Stop> {
        let owner = place % scene.clients.len().max(1);
        let Some(request) = scene.clients.get(owner) else { return Ok(None) };
        let answer = probe.attempt(request.clone().at(probe.now())).await?;
        let described = answer.describe();
        let Some(grant) = answer.grant() else {
            return Err(Stop::Inconclusive(format!("a request that had worked got {described}")));
        };
        let token = grant.access_token.expose_secret().to_owned();
        let whose = if owner == 0 { "" } else { " to the second client" };
        // The same text is the same token, whatever became of it.
        let known = self.tokens.iter().position(|known| *known == token);
        let number = known.unwrap_or_else(|| {
            self.tokens.push(token);
            let lifetime = grant.expires_in.and_then(|seconds| i64::try_from(seconds).ok());
            let end = |seconds| answer.reply.received.checked_add(SignedDuration::from_secs(seconds)).ok();
            self.model.issue(owner, lifetime.and_then(end))
        });
        self.told.push(format!("issue {}{whose}", name(number)));
        Ok(None)
    }

    async fn revoke(
        &mut self,
        probe: &mut Probe<'_>,
        scene: &mut Scene,
        number: usize,
    ) -> Result<Option<Finding>, Stop> {
        let Some(endpoint) = probe.target.revocation_endpoint.clone() else { return Ok(None) };
        let Some((client, token)) = self.of(scene, number) else { return Ok(None) };
        let request = probe.ask(&endpoint, "token", &token).authenticated(client.credentials.clone());
        // What is not revoked, because this server does not, is no matter here.
        if probe.attempt(request).await?.status() == 200 {
            self.model.revoke(number);
            scene.shown.revoked = true;
            self.told.push(format!("revoke {}", name(number)));
        }
        Ok(None)
    }

    /// Looks at the token, and some seconds longer if it should be dead.
    async fn look(&mut self, probe: &mut Probe<'_>, scene: &mut Scene, number: usize) -> Result<Option<Finding>, Stop> {
        let Some((client, token)) = self.of(scene, number) else { return Ok(None) };
        let mut breach = None;
        for look in 0..scene.looks {
            if look > 0 {
                probe.link.wait(Duration::from_secs(1), "all machines to know that a token is dead").await;
            }
            let (told, exchange) = active(probe, &client, &token).await?;
            let reason = || Stop::Inconclusive("introspection does not say any more whether a token is active".into());
            let told = told.ok_or_else(reason)?;
            scene.shown.ended |= self.model.ended(number);
            breach = self.model.look(number, told, probe.now()).map(|breach| (breach, exchange));
            if !matches!(breach, Some((Breach::RevokedAndActive | Breach::ActiveAgain, _))) {
                let in_time = outlives(self.model.until(number), probe.now(), Duration::ZERO);
                scene.shown.died |= self.model.revoked(number) && !told && in_time;
                scene.shown.cut_short |= look > 0 && !in_time;
                break;
            }
        }
        // A smaller sequence contradicts the model as the one that it is made of, which was looked at for so long.
        if scene.looks > 1 && matches!(breach, Some((Breach::RevokedAndActive, _))) {
            self.look_on(probe, (&client, &token), number).await?;
        }
        self.told.push(format!("introspect {}", name(number)));
        Ok(breach.map(|(breach, exchange)| self.finding(probe, breach, exchange)))
    }

    /// Looks whether the token dies late: then one more step says nothing, and how late it may be is another check's
    /// matter.
    async fn look_on(
        &self,
        probe: &mut Probe<'_>,
        (client, token): (&TokenRequest, &str),
        number: usize,
    ) -> Result<(), Stop> {
        let mut rest = Duration::from_secs(probe.target.limits.max_wait_seconds);
        for pause in LATER.map(Duration::from_secs) {
            let Some(left) = rest.checked_sub(pause) else { return Ok(()) };
            if !outlives(self.model.until(number), probe.now(), pause) {
                return Ok(());
            }
            rest = left;
            probe.link.wait(pause, "all machines to know that a token is dead").await;
            if active(probe, client, token).await?.0 == Some(false) {
                return Err(Stop::Inconclusive("a revocation takes effect later than the steps after it".into()));
            }
        }
        Ok(())
    }

    fn of(&self, scene: &Scene, number: usize) -> Option<(TokenRequest, String)> {
        let client = scene.clients.get(self.model.owner(number)?)?;
        Some((client.clone(), self.tokens.get(number)?.clone()))
    }

    fn finding(&self, probe: &Probe<'_>, breach: Breach, exchange: usize) -> Finding {
        let (statement, level, expected, actual) = match breach {
            Breach::RevokedAndActive => ("RFC7662-4-11", Level::Must, "a revoked token stays inactive", "active"),
            Breach::ActiveAgain => ("HARNESS-12", Level::Must, "what was inactive stays so", "active again"),
            Breach::EndedByAnother => {
                ("RFC7009-2.1-04", Level::Must, "a token outlives what another client revokes", "inactive")
            }
            Breach::EndedByNothing => {
                ("RFC7662-2.2-01", Level::Should, "a token that nobody ends is active", "inactive")
            }
        };
        let actual = format!("{actual} after: {}", self.told.join(", "));
        probe.finding(statement, Some(level), expected, &actual, exchange)
    }
}

/// A, B, C and so on.
fn name(number: usize) -> char {
    char::from(b'A'.saturating_add(u8::try_from(number).unwrap_or_default()))
}
