//! The way to the server: paced, within a budget, patient with a server that is busy, and without a trace of secrets.

use super::Event;
use super::hindrance::Hindrance;
use super::watcher::Ear;
use crate::clock::Clock;
use crate::target::{Client, Limits};
use crate::wire::{Bounds, Exchange, Failure, Identity, Recorded, Redactor, Request, Response, Seal, Transcript};
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

/// How often a busy server is asked again before the case is given up.
const RETRIES: u32 = 2;

/// After a 429 there is at least this much time between requests, milliseconds; it doubles with each further one.
const SLOWED_MILLISECONDS: u64 = 50;

/// An endpoint that lets the time pass so often in a row, exchanges, is not asked again: each takes the whole
/// `timeout_seconds`.
const MOST_SILENT: u32 = 10;

/// A response and its circumstances.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The number of the exchange in the transcript.
    pub exchange: usize,
    /// The response.
    pub response: Response,
    /// When the request was sent.
    pub sent: Timestamp,
    /// When the response was complete.
    pub received: Timestamp,
}

/// Why a request has no reply that says anything about the server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoReply {
    /// The run may not send more.
    #[error("the budget of {0} requests is spent; raise `max_requests`")]
    Budget(usize),
    /// The server refuses to answer now.
    #[error("the server is busy: {0}")]
    Busy(String),
    /// The endpoint has answered nothing for too long.
    #[error(
        "no complete response came {0} times in a row, so nothing more is sent there; see why it hangs, and run again"
    )]
    Silent(u32),
    /// There is no response.
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// Sends requests to one server.
#[derive(Debug)]
pub struct Link<'w> {
    exchange: &'w dyn Exchange,
    clock: &'w dyn Clock,
    bounds: Bounds,
    longest_wait: Duration,
    max_requests: usize,
    ear: Option<Ear<'w>>,
    state: RefCell<State>,
}

#[derive(Debug)]
struct State {
    redactor: Redactor,
    transcript: Transcript,
    interval: Duration,
    last_sent: Option<Timestamp>,
    /// How long was waited for a busy server, all in all.
    waited: Duration,
    /// A server that did not recover during one case is not waited for in the next.
    patient: bool,
    /// By endpoint, how many exchanges in a row ended by the time-out: a token endpoint that hangs says nothing of the
    /// metadata.
    silent: BTreeMap<String, u32>,
}

impl<'w> Link<'w> {
    /// A way to a server; without a rate the requests follow each other at once.
    pub fn new(exchange: &'w dyn Exchange, clock: &'w dyn Clock, limits: &Limits) -> Self {
        let interval = limits.requests_per_second.map(|rate| Duration::from_secs_f64(1.0 / rate.clamp(0.01, 1e6)));
        let state = State {
            redactor: Redactor::default(),
            transcript: Transcript::default(),
            interval: interval.unwrap_or_default(),
            last_sent: None,
            waited: Duration::ZERO,
            patient: true,
            silent: BTreeMap::new(),
        };
        Self {
            exchange,
            clock,
            bounds: Bounds {
                timeout: Duration::from_secs(limits.timeout_seconds.get()),
                max_octets: Limits::MAX_RESPONSE_OCTETS,
            },
            longest_wait: Duration::from_secs(limits.max_wait_seconds),
            max_requests: limits.max_requests.get(),
            ear: None,
            state: RefCell::new(state),
        }
    }

    /// From now on requests and waits are told.
    pub(super) fn is_heard_by(&mut self, ear: Ear<'w>) {
        self.ear = Some(ear);
    }

    fn tell(&self, event: Event<'_>) {
        if let Some(ear) = &self.ear {
            ear.hear(event);
        }
    }

    /// Waits, and says for what.
    pub async fn wait(&self, duration: Duration, what: &str) {
        let step = SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
        let until = self.clock.now().saturating_add(step).unwrap_or(Timestamp::MAX);
        self.tell(Event::Waiting { until, what });
        self.clock.sleep(duration).await;
    }

    /// The clock of the run.
    pub fn clock(&self) -> &'w dyn Clock {
        self.clock
    }

    /// The secrets of this client never appear in what is stored.
    pub fn learn(&self, client: &Client) {
        if let Some(secret) = &client.secret {
            self.state.borrow_mut().redactor.learn_pair(&client.id, secret.expose_secret());
        }
        let lines = client.identity.iter().flat_map(Identity::key_lines);
        lines.for_each(|line| self.state.borrow_mut().redactor.learn(line.expose_secret()));
    }

    /// This text, a token that was altered perhaps, never appears in what is stored.
    pub fn hide(&self, text: &str) {
        self.state.borrow_mut().redactor.learn_token(text);
    }

    /// The text without secrets and tokens.
    pub fn redact(&self, text: &str) -> String {
        self.state.borrow().redactor.text(text)
    }

    /// The request of this exchange in one line, without secrets.
    pub fn request_line(&self, exchange: usize) -> String {
        self.state.borrow().transcript.get(exchange).map(Recorded::request_line).unwrap_or_default()
    }

    /// The request of this exchange as a line for a shell, without secrets.
    pub fn curl(&self, exchange: usize) -> String {
        let state = self.state.borrow();
        let authorized = |exchange: &Recorded| {
            let mut fields = exchange.request_fields.iter();
            fields.find(|(name, _)| name.eq_ignore_ascii_case("Authorization")).map(|(_, value)| value.clone())
        };
        // The first request with credentials is the one that works.
        let usual = state.transcript.exchanges.iter().find_map(authorized);
        state.transcript.get(exchange).map(|exchange| exchange.curl(usual.as_deref())).unwrap_or_default()
    }

    /// How many requests were sent.
    pub fn requests(&self) -> usize {
        self.state.borrow().transcript.exchanges.len()
    }

    /// What finds every secret and token of the run, in every spelling.
    pub fn seal(&self) -> Seal {
        self.state.borrow().redactor.seal()
    }

    /// Everything that was exchanged; the end of the link.
    pub fn into_transcript(self) -> Transcript {
        self.state.into_inner().transcript
    }

    /// Sends a request, and again when the server is only busy; one that is good once, if it was not read.
    pub async fn send(&self, request: &Request) -> Result<Reply, NoReply> {
        self.send_anew(request.clone(), |was_read| request.once_more(was_read)).await
    }

    /// Sends a request, and what is given for it when the server is only busy, who may have read the first one or not.
    pub(super) async fn send_anew(
        &self,
        mut request: Request,
        mut again: impl FnMut(bool) -> Option<Request>,
    ) -> Result<Reply, NoReply> {
        let mut attempt = 0;
        loop {
            let outcome = self.once(&request).await?;
            let Some(hindrance) = Hindrance::of(&outcome, self.clock.now()) else {
                self.state.borrow_mut().patient = true;
                return outcome.map_err(NoReply::from);
            };
            let retries = if self.state.borrow().patient { RETRIES } else { 0 };
            let wait = hindrance.wait(attempt);
            let total = self.state.borrow().waited.saturating_add(wait);
            if attempt >= retries || wait > self.longest_wait || total > self.longest_wait * Limits::TOTAL_WAITS {
                self.state.borrow_mut().patient = false;
                return Err(hindrance.into_no_reply());
            }
            let Some(next) = again(hindrance.was_read()) else { return Err(hindrance.into_no_reply()) };
            request = next;
            self.slow_down(&hindrance);
            self.state.borrow_mut().waited = total;
            self.wait(wait, "a server that is busy").await;
            attempt += 1;
        }
    }

    /// Sends a request where nobody may be; no answer is one. The error: it was not sent.
    pub async fn knock(&self, request: &Request) -> Result<Option<Reply>, NoReply> {
        Ok(self.once(request).await?.ok())
    }

    /// Every answer that put us off.
    pub fn throttled(&self) -> Vec<Recorded> {
        let state = self.state.borrow();
        let throttled = |recorded: &&Recorded| matches!(recorded.status, Some(429 | 503));
        state.transcript.exchanges.iter().filter(throttled).cloned().collect()
    }

    async fn once(&self, request: &Request) -> Result<Result<Reply, Failure>, NoReply> {
        if self.requests() >= self.max_requests {
            return Err(NoReply::Budget(self.max_requests));
        }
        let endpoint = endpoint(request).to_owned();
        if self.state.borrow().silent.get(&endpoint).is_some_and(|times| *times >= MOST_SILENT) {
            return Err(NoReply::Silent(MOST_SILENT));
        }
        self.pace().await;
        self.tell(Event::Sending(self.requests() + 1));
        let sent = self.clock.now();
        let outcome = self.exchange.exchange(request, self.bounds).await.and_then(bounded);
        let received = self.clock.now();
        let state = &mut *self.state.borrow_mut();
        if let Ok(response) = &outcome {
            learn_tokens(response, &mut state.redactor);
        }
        let times = state.silent.entry(endpoint).or_default();
        *times = if matches!(outcome, Err(Failure::TimedOut { .. })) { *times + 1 } else { 0 };
        let exchange = state.transcript.record((sent, received), request, &outcome, &state.redactor);
        Ok(outcome.map(|response| Reply { exchange, response, sent, received }))
    }

    async fn pace(&self) {
        let now = self.clock.now();
        let (interval, last) = {
            let state = self.state.borrow();
            (state.interval, state.last_sent)
        };
        let since = last.map_or(interval, |last| Duration::try_from(now.duration_since(last)).unwrap_or_default());
        if let Some(rest) = interval.checked_sub(since).filter(|rest| !rest.is_zero()) {
            self.clock.sleep(rest).await;
        }
        self.state.borrow_mut().last_sent = Some(self.clock.now());
    }

    fn slow_down(&self, hindrance: &Hindrance) {
        if matches!(hindrance, Hindrance::Throttled { .. }) {
            let mut state = self.state.borrow_mut();
            let slowed = Duration::from_millis(SLOWED_MILLISECONDS).max(state.interval * 2);
            state.interval = slowed.min(Duration::from_secs(1));
        }
    }
}

/// The URI of a request without its query.
fn endpoint(request: &Request) -> &str {
    request.uri.split('?').next().unwrap_or_default()
}

/// The tokens in a response.
fn tokens(response: &Response) -> impl Iterator<Item = String> {
    let members = response.object().unwrap_or_default();
    let text = move |name| members.get(name).and_then(Value::as_str).map(str::to_owned);
    ["access_token", "refresh_token", "id_token"].into_iter().filter_map(text)
}

/// A response whose tokens could be used.
fn bounded(response: Response) -> Result<Response, Failure> {
    let octets = Limits::MAX_TOKEN_OCTETS;
    if tokens(&response).any(|token| token.len() > octets) {
        return Err(Failure::TokenTooLarge { octets });
    }
    Ok(response)
}

/// A token is a secret from the moment it is received.
fn learn_tokens(response: &Response, redactor: &mut Redactor) {
    tokens(response).for_each(|token| redactor.learn_token(&token));
}
