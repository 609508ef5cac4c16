//! The tools of a check: near misses between controls, and findings.

use super::attempt::Purse;
use super::refusal::Weight;
use super::{
    Aging, Answer, Attempt, Baseline, Credentials, Finding, Kind, Link, NoReply, Options, Refusal, Reply, Stop,
    TokenRequest,
};
use crate::catalogue::{Level, Severity, Weighed, Worth, statement, worth};
use crate::check::Check;
use crate::snapshot;
use crate::target::{Client, Role, Target};
use crate::wire::{Form, Request, escaped, readable};
use jiff::Timestamp;

/// What a check works with.
#[derive(Debug)]
pub struct Probe<'r> {
    /// The check.
    pub check: &'static Check,
    /// The way to the server.
    pub link: &'r Link<'r>,
    /// The server.
    pub target: &'r Target,
    /// What works.
    pub baseline: &'r Baseline,
    /// The token that grows old.
    pub aging: Option<&'r Aging>,
    /// The choices of the run.
    pub options: &'r Options,
    pub(super) purse: &'r Purse,
    /// What was found so far.
    pub findings: Vec<Finding>,
    /// The statements of the check that could not be judged here, and why, while its others could.
    pub left: Vec<(&'static str, Stop)>,
    /// The snapshot, if the check follows one.
    pub snapshot: Option<snapshot::Snapshot>,
    /// The numbers of the exchanges.
    pub exchanges: Vec<usize>,
    controlled: bool,
    /// The numbers of the controls that worked.
    controls: Vec<usize>,
}

impl<'r> Probe<'r> {
    pub(super) fn new(
        check: &'static Check,
        (link, target, baseline): (&'r Link<'r>, &'r Target, &'r Baseline),
        aging: Option<&'r Aging>,
        options: &'r Options,
        purse: &'r Purse,
    ) -> Self {
        Self {
            check,
            link,
            target,
            baseline,
            aging,
            options,
            purse,
            findings: Vec::new(),
            left: Vec::new(),
            snapshot: None,
            exchanges: Vec::new(),
            controlled: false,
            controls: Vec::new(),
        }
    }

    /// The request that works, to be mutated.
    pub fn request(&self) -> TokenRequest {
        self.baseline.request.clone().at(self.now())
    }

    /// The request that works, without its scope or for another client.
    pub fn request_of(&self, client: &Client) -> TokenRequest {
        let target = self.target;
        TokenRequest::baseline(target.token_endpoint_of(client), client, target.resource.as_deref(), target.audience())
            .at(self.now())
    }

    /// The moment, by our clock.
    pub fn now(&self) -> Timestamp {
        self.link.clock().now()
    }

    /// A request of the main client to another endpoint, with this one parameter.
    pub fn ask(&self, endpoint: &str, name: &str, value: &str) -> TokenRequest {
        let mut request = self.request();
        endpoint.clone_into(&mut request.endpoint);
        request.form = Form::default();
        request.form.append(name, value);
        request
    }

    /// The companion in this role; the needs of the check say that it is there.
    pub fn companion(&self, role: Role) -> Result<&'r Client, Stop> {
        self.target.companions.get(&role).ok_or_else(|| Stop::unconfigured(role))
    }

    /// Whether the profiles of the run have this statement judged at all.
    pub fn judges(&self, id: &str) -> bool {
        worth(id, &self.target.profiles) != Worth::Unjudged
    }

    /// A control that succeeds, the attempt, a control that succeeds again: else nothing is known.
    pub async fn near_miss(&mut self, attempt: impl Into<Attempt>) -> Result<Answer, Stop> {
        if !self.controlled {
            self.control().await?;
        }
        let answer = self.attempt(attempt).await?;
        self.control().await?;
        Ok(answer)
    }

    /// Sends the request that works.
    pub async fn control(&mut self) -> Result<Answer, Stop> {
        let attempt = Attempt::from(self.request());
        let reply = self.deliver(&attempt).await?.ok_or_else(|| self.refused_by_tls(&attempt.request))?;
        let answer = Answer::of(reply);
        self.controlled = answer.grant().is_some();
        if self.controlled {
            self.controls.push(answer.reply.exchange);
            return Ok(answer);
        }
        Err(Stop::Inconclusive(format!("the control request, which had worked, got {}", answer.describe())))
    }

    /// Sends an attempt without controls around it: for cases that come in series.
    pub async fn attempt(&mut self, attempt: impl Into<Attempt>) -> Result<Answer, Stop> {
        let attempt = attempt.into();
        let request = attempt.request.clone();
        self.attempt_over_tls(attempt).await?.ok_or_else(|| self.refused_by_tls(&request))
    }

    /// The same, where TLS may refuse before the endpoint sees the request: none, if it does (RFC 8705 §2).
    pub async fn attempt_over_tls(&mut self, attempt: impl Into<Attempt>) -> Result<Option<Answer>, Stop> {
        let attempt = attempt.into();
        self.purse.pay(attempt.cost, self.target.limits.max_failed_authentications)?;
        self.controlled = false;
        let Some(mut reply) = self.deliver(&attempt).await? else { return Ok(None) };
        // Once may be chance; twice on the same input is an answer. What is good once, or fails a login, is asked once.
        let failed = reply.response.status >= 500 && attempt.is_free();
        if let Some(again) = failed.then(|| attempt.again(true, self.now())).flatten() {
            reply = self.send(&again).await?;
        }
        if self.is_foreign(&reply) {
            let described = reply.response.describe();
            return Err(Stop::Inconclusive(format!("something in front of the server seems to answer: {described}")));
        }
        let answer = Answer::of(reply);
        if answer.grant().is_some() {
            self.purse.refund(attempt.cost);
        }
        Ok(Some(answer))
    }

    /// Sends an attempt that is paid for; each further time costs as much.
    async fn deliver(&mut self, attempt: &Attempt) -> Result<Option<Reply>, Stop> {
        let (clock, purse, most) = (self.link.clock(), self.purse, self.target.limits.max_failed_authentications);
        let again = |was_read| {
            let next = attempt.again(was_read, clock.now())?;
            purse.pay(attempt.cost, most).ok().map(|()| next)
        };
        self.through_tls(&attempt.request, again).await
    }

    /// Sends any request; no reply is no verdict.
    pub async fn send(&mut self, request: &Request) -> Result<Reply, Stop> {
        self.send_over_tls(request).await?.ok_or_else(|| self.refused_by_tls(request))
    }

    /// The same; none, if the server refuses in the handshake.
    pub async fn send_over_tls(&mut self, request: &Request) -> Result<Option<Reply>, Stop> {
        self.through_tls(request, |was_read| request.once_more(was_read)).await
    }

    /// None, if the server refuses in the handshake: once may be chance; twice is an answer.
    async fn through_tls(
        &mut self,
        request: &Request,
        mut again: impl FnMut(bool) -> Option<Request>,
    ) -> Result<Option<Reply>, Stop> {
        for is_first in [true, false] {
            match self.link.send_anew(request.clone(), &mut again).await {
                Ok(reply) => {
                    self.exchanges.push(reply.exchange);
                    return Ok(Some(reply));
                }
                Err(NoReply::Failed(failure)) if failure.is_refusal() => {
                    self.exchanges.push(self.link.requests());
                    if !is_first {
                        return Ok(None);
                    }
                }
                Err(reason) => return Err(Stop::Inconclusive(reason.to_string())),
            }
        }
        Ok(None)
    }

    /// Where [client] needs its certificate for any answer at all, nothing is known about requests without it.
    fn refused_by_tls(&self, request: &Request) -> Stop {
        let reason = "TLS refuses a connection without the client certificate before the endpoint sees the request";
        match (&request.identity, &self.target.client.identity) {
            (None, Some(_)) => Stop::NotApplicable(reason.into()),
            (_, _) => Stop::Inconclusive("the server refuses the connection in the TLS handshake".into()),
        }
    }

    /// Sends a request where nobody may be; none, if there is no response. The error: the run may not send more.
    pub async fn knock(&mut self, request: &Request) -> Result<Option<Reply>, Stop> {
        self.controlled = false;
        let reply = self.link.knock(request).await.map_err(|reason| Stop::Inconclusive(reason.to_string()))?;
        self.exchanges.push(self.link.requests());
        Ok(reply)
    }

    /// An HTML page from another `Server` than the one that issues tokens.
    fn is_foreign(&self, reply: &Reply) -> bool {
        let server = |reply: &Reply| reply.response.fields.get("Server").map(str::to_owned);
        let page = reply.response.media_type().is_some_and(|media_type| media_type == "text/html");
        page && reply.response.status >= 400 && server(reply) != server(&self.baseline.answer.reply)
    }

    /// Holds an answer against the refusal that is demanded, and records what it breaks.
    pub fn judge(&mut self, answer: &Answer, refusal: &Refusal) {
        let finding = self.unless_refused(answer, refusal);
        self.record(finding);
    }

    /// Records a finding, if there is one that counts.
    pub fn record(&mut self, finding: Option<Finding>) {
        let finding = finding.filter(|finding| self.counts(finding));
        self.findings.extend(finding);
    }

    /// Whether the profiles of the run have the statement of a finding judged at all.
    pub fn counts(&self, finding: &Finding) -> bool {
        finding.requirement.as_ref().is_none_or(|id| self.judges(id))
    }

    /// The finding, if the answer is not the refusal that is demanded.
    pub fn unless_refused(&self, answer: &Answer, refusal: &Refusal) -> Option<Finding> {
        let level = match &answer.kind {
            Kind::Token(_) => refusal.token.or_else(|| Some(statement(refusal.statement)?.keyword.level(true))),
            Kind::Refusal { error } => match refusal.weight(answer.status(), error) {
                Weight::Right => return None,
                Weight::Tolerated => Some(Level::Should),
                Weight::Wrong => None,
            },
            Kind::Neither => None,
        };
        Some(self.finding(refusal.statement, level, &refusal.describe(), &answer.describe(), answer.reply.exchange))
    }

    /// Records a broken statement, if the profiles have it judged; without a level it is as bad as its keyword says.
    pub fn broken(&mut self, id: &str, level: Option<Level>, expected: &str, actual: &str, exchange: usize) {
        self.record(Some(self.finding(id, level, expected, actual, exchange)));
    }

    /// Says that this statement could not be judged, though the check goes on: what nobody looked at is not met.
    pub fn leave(&mut self, id: &'static str, reason: Stop) {
        debug_assert!(self.check.statements.contains(&id), "{} does not judge {id}", self.check.id);
        self.left.push((id, reason));
    }

    /// Records a broken statement unless it holds.
    pub fn demand(&mut self, holds: bool, id: &str, expected: &str, actual: &str, exchange: usize) {
        if !holds {
            self.broken(id, None, expected, actual, exchange);
        }
    }

    /// A broken statement as a value.
    pub fn finding(&self, id: &str, level: Option<Level>, expected: &str, actual: &str, exchange: usize) -> Finding {
        let statement = statement(id);
        let level = level.or_else(|| Some(statement?.keyword.level(false))).unwrap_or(Level::Must);
        let Weighed { level, newer } = self.target.statements.weigh(self.check.id, id, level);
        Finding {
            requirement: Some(id.to_owned()),
            level: if worth(id, &self.target.profiles) == Worth::Counts { level } else { Level::May },
            newer,
            severity: statement.map_or(Severity::Info, |statement| statement.severity),
            expected: readable(&self.link.redact(expected)), // It may name what the server said before.
            actual: readable(&self.link.redact(actual)),
            minimal: readable(&self.link.request_line(exchange)),
            curl: self.link.curl(exchange),
            control: self.control_of(exchange),
            reproduce: self.reproduce(),
            exchanges: vec![exchange],
            cause: None,
        }
    }

    fn reproduce(&self) -> String {
        format!("{} --only {} --seed {}", self.options.invocation, self.check.id, self.options.seed)
    }

    /// The last control before this exchange.
    fn control_of(&self, exchange: usize) -> Option<usize> {
        self.controls.iter().copied().rfind(|control| *control < exchange)
    }

    /// The text without any secret.
    pub fn redact(&self, text: &str) -> String {
        self.link.redact(text)
    }

    /// Holds what was seen against the snapshot of an earlier run, if there is one.
    pub fn follow(&mut self, body: &str, exchange: usize) {
        // Names and values are the server's; the lines of the snapshot are ours.
        let body = self.link.redact(body).lines().map(escaped).collect::<Vec<_>>().join("\n");
        let seen = snapshot::Snapshot::new(self.check.id, &body);
        if let Some(difference) = seen.difference(&self.options.snapshots) {
            self.findings.push(Finding {
                requirement: None,
                level: Level::May,
                newer: false,
                severity: Severity::Info,
                expected: format!("as in {}.snap", seen.name),
                actual: escaped(&difference),
                minimal: readable(&self.link.request_line(exchange)),
                curl: self.link.curl(exchange),
                control: None,
                reproduce: self.reproduce(),
                exchanges: vec![exchange],
                cause: None,
            });
        }
        self.snapshot = Some(seen);
    }

    /// The main client's credentials, if it has a secret.
    pub fn secret_client(&self) -> Credentials {
        Credentials::of(&self.target.client, self.target.audience())
    }
}
