//! A policy, its key source and its realm together: what a protected API asks for every request.

use std::sync::Arc;

use crate::{
    KeySet, Policy, Refusal, RequiredScopes, UnixTime, VerifiedToken, bearer,
    challenge::{self, Answer, Realm},
    key_source::{Fetch, KeySource, Need, Purpose},
    verify::{self, Pending, Step},
};

/// What comes next for one request.
#[allow(clippy::large_enum_variant, reason = "moved once a request, never stored in numbers; on wasm32 it is small")]
#[derive(Debug)]
pub enum Next {
    /// Decided.
    Verdict(Result<VerifiedToken, Refusal>),
    /// Check this signature, give the answer to [`ResourceServer::finish`].
    CheckSignature(Box<Pending>),
    /// Make this request, report it to [`ResourceServer::received`], begin again; or begin again at once, if it is one for
    /// the [`Fetch::background`].
    Fetch(Fetch),
    /// Another request is fetching: begin again after so many milliseconds.
    Wait(u32),
}

impl From<Step> for Next {
    fn from(step: Step) -> Self {
        match step {
            Step::Verdict(verdict) => Self::Verdict(verdict),
            Step::CheckSignature(pending) => Self::CheckSignature(pending),
        }
    }
}

/// One resource server (RFC 6749 §1.1) that accepts the tokens of one authorization server.
#[derive(Debug)]
pub struct ResourceServer {
    policy: Arc<Policy>,
    realm: Realm,
    source: KeySource,
    no_keys: KeySet,
}

impl ResourceServer {
    /// Puts the parts together.
    pub fn new(policy: Policy, source: KeySource, realm: Realm) -> Self {
        Self { policy: Arc::new(policy), realm, source, no_keys: KeySet::default() }
    }

    /// Begins with the values of the request's `Authorization` fields.
    pub fn begin_request(&mut self, fields: &[&[u8]], required: &RequiredScopes, now: UnixTime) -> Next {
        match bearer::extract(fields) {
            Ok(token) => self.begin(token, required, now),
            Err(refusal) => Next::Verdict(Err(refusal)),
        }
    }

    /// Begins with a bare token. Form, header and issuer are decided first: a token that fails there causes no fetch.
    pub fn begin(&mut self, token: &[u8], required: &RequiredScopes, now: UnixTime) -> Next {
        let token = match verify::read_own(token, &self.policy) {
            Ok(token) => token,
            Err(refusal) => return Next::Verdict(Err(refusal)),
        };
        let keys = self.source.keys(now);
        let kid = token.header.kid.clone();
        let step = verify::ask(token, keys.as_deref().unwrap_or(&self.no_keys), required);
        let need = match (&step, keys) {
            (Step::CheckSignature(_), _) | (Step::Verdict(Err(Refusal::NoKey)), None) => {
                self.source.need(Purpose::Use, now)
            }
            (Step::Verdict(Err(Refusal::NoKey)), Some(_)) => self.source.need(Purpose::UnknownKey(kid.as_deref()), now),
            (Step::Verdict(_), _) => return step.into(),
        };
        match need {
            Need::Nothing => step.into(),
            Need::Fetch(fetch) => Next::Fetch(fetch),
            Need::Wait(milliseconds) => Next::Wait(milliseconds),
            Need::Unavailable { retry_after_seconds } => {
                Next::Verdict(Err(Refusal::KeysUnavailable { retry_after_seconds }))
            }
        }
    }

    /// Takes the answer to [`Next::CheckSignature`]: whether the key made the signature. `now` is the time of the verdict.
    /// `None` says that nobody could check it: see [`Pending::finish`].
    pub fn finish(
        &mut self,
        pending: Box<Pending>,
        signature_is_valid: impl Into<Option<bool>>,
        now: UnixTime,
    ) -> Next {
        pending.finish(signature_is_valid, now).into()
    }

    /// The whole verdict with the keys at hand and this crate's own arithmetic; causes no fetch.
    ///
    /// # Errors
    /// The first [`Refusal`] in the order of decisions; `jwks_unavailable` if there are no keys at hand.
    pub fn verify_at_hand(
        &self,
        token: &[u8],
        required: &RequiredScopes,
        now: UnixTime,
    ) -> Result<VerifiedToken, Refusal> {
        let keys = self.source.keys(now);
        let step = verify::begin(token, &self.policy, keys.as_deref().unwrap_or(&self.no_keys), required);
        match (verify::settle(step, now), keys) {
            (Err(Refusal::NoKey), None) => Err(Refusal::KeysUnavailable { retry_after_seconds: 1 }),
            (verdict, _) => verdict,
        }
    }

    /// Takes the answer to a [`Fetch`]: see [`KeySource::received`].
    pub fn received(
        &mut self,
        ticket: u32,
        status: u16,
        body: &[u8],
        now: UnixTime,
        cache_control: Option<&str>,
        age: Option<&str>,
    ) {
        self.source.received(ticket, status, body, now, cache_control, age);
    }

    /// The HTTP answer to a refusal (RFC 6750 §3).
    pub fn answer(&self, refusal: &Refusal, required: &RequiredScopes) -> Answer {
        challenge::answer(refusal, required, &self.realm)
    }
}
