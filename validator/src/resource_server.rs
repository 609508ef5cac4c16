//! A policy, its key source and its realm together: what a protected API asks for every request.

use std::sync::Arc;

use crate::{
    ConfigurationError, KeySet, Policy, Presentation, Refusal, Request, RequiredScopes, Requirements, Scheme, UnixTime,
    VerifiedToken, bearer,
    cache::{DEFAULT_CACHE_BYTES, LIMIT_CACHE_BYTES, TokenCache},
    challenge::{self, Answer, Challenges},
    key_source::{Fetch, KeySource, Need, Purpose},
    verify::{self, Pending, Remember, Step},
};

/// What comes next for one request.
#[allow(clippy::large_enum_variant, reason = "moved once a request, never stored in numbers; on wasm32 it is small")]
#[derive(Debug)]
pub enum Next {
    /// Decided.
    Verdict(Result<VerifiedToken, Refusal>),
    /// Check this signature, give the answer to [`ResourceServer::finish`].
    CheckSignature(Box<Pending>),
    /// Whether this proof has come before; the answer goes to [`Remember::finish`].
    Remember(Box<Remember>),
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
            Step::Remember(remember) => Self::Remember(remember),
        }
    }
}

/// One resource server (RFC 6749 §1.1) that accepts the tokens of one authorization server.
#[derive(Debug)]
pub struct ResourceServer {
    policy: Arc<Policy>,
    challenges: Challenges,
    source: KeySource,
    no_keys: KeySet,
    cache: TokenCache,
}

impl ResourceServer {
    /// Puts the parts together. A [`challenge::Realm`] alone makes plain challenges.
    pub fn new(policy: Policy, source: KeySource, challenges: impl Into<Challenges>) -> Self {
        let challenges = challenges.into().for_policy(&policy);
        Self {
            policy: Arc::new(policy),
            challenges,
            source,
            no_keys: KeySet::default(),
            cache: TokenCache::new(DEFAULT_CACHE_BYTES),
        }
    }

    /// How much memory verified tokens may take, in bytes by an estimate; 0 remembers none. [`DEFAULT_CACHE_BYTES`] if it
    /// is not said.
    ///
    /// # Errors
    /// [`ConfigurationError`] above [`LIMIT_CACHE_BYTES`].
    pub fn with_cache_bytes(mut self, bytes: usize) -> Result<Self, ConfigurationError> {
        if bytes > LIMIT_CACHE_BYTES {
            return Err(ConfigurationError::new("cacheBytes", "is over 67108864, half of the memory of a Worker"));
        }
        self.cache = TokenCache::new(bytes);
        Ok(self)
    }

    /// Begins with a request: by scheme `Bearer`, or by scheme `DPoP` where the policy has it (RFC 9449 §7).
    pub fn begin_presented(&mut self, request: &Request<'_>, required: &Requirements, now: UnixTime) -> Next {
        match request.presented(&self.policy) {
            Ok((token, presentation)) => self.begin_with(token, required, &presentation, now),
            Err(refusal) => Next::Verdict(Err(refusal)),
        }
    }

    /// Begins with the values of the request's `Authorization` fields, scheme `Bearer` only.
    pub fn begin_request(&mut self, fields: &[&[u8]], required: &RequiredScopes, now: UnixTime) -> Next {
        match bearer::extract(fields) {
            Ok(token) => self.begin(token, required, now),
            Err(refusal) => Next::Verdict(Err(refusal)),
        }
    }

    /// Begins with a bare token. Form, header and issuer are decided first: a token that fails there causes no fetch.
    pub fn begin(&mut self, token: &[u8], required: &RequiredScopes, now: UnixTime) -> Next {
        self.begin_with(token, &required.clone().into(), &Presentation::bearer(), now)
    }

    fn begin_with(
        &mut self,
        token: &[u8],
        required: &Requirements,
        presentation: &Presentation,
        now: UnixTime,
    ) -> Next {
        let keys = self.source.keys(now);
        let (step, kid) = self.step(token, keys.as_deref(), required, presentation, now);
        let need = match (&step, keys) {
            // A token that was seen before asks for fresh keys as any other does, or a withdrawn key would live on in it.
            (Step::CheckSignature(_) | Step::Verdict(Ok(_)), _) | (Step::Verdict(Err(Refusal::NoKey)), None) => {
                self.source.need(Purpose::Use, now)
            }
            // A `kid` may have been given to a key of another kind since.
            (Step::Verdict(Err(Refusal::NoKey | Refusal::UnsuitableKey)), Some(_)) => {
                self.source.need(Purpose::UnknownKey(kid.as_deref()), now)
            }
            (Step::Verdict(_) | Step::Remember(_), _) => return step.into(),
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

    /// Where a token stands by these keys; decided, if it was verified by them before. With it the `kid`, if it was read.
    fn step(
        &mut self,
        token: &[u8],
        keys: Option<&KeySet>,
        required: &Requirements,
        presentation: &Presentation,
        now: UnixTime,
    ) -> (Step, Option<String>) {
        let within_limit = token.len() <= self.policy.max_token_bytes();
        let name = keys.filter(|_| within_limit).and_then(|keys| self.cache.name(token, keys.generation()));
        if let Some(known) = name.and_then(|name| self.cache.get(&name, &self.policy)) {
            let verdict = known.seen_again(token, &self.policy, required, presentation, now);
            return (Step::Verdict(verdict), None);
        }
        let token = match verify::read_own(token, &self.policy) {
            Ok(token) => token,
            Err(refusal) => return (Step::Verdict(Err(refusal)), None),
        };
        let kid = token.header.kid.clone();
        let mut step = verify::ask(token, keys.unwrap_or(&self.no_keys), required, presentation);
        if let Step::CheckSignature(pending) = &mut step {
            pending.remember_as(name);
        }
        (step, kid)
    }

    /// Takes the answer to [`Next::CheckSignature`]: whether the key made the signature. `now` is the time of the verdict.
    /// `None` says that nobody could check it: see [`Pending::finish`].
    pub fn finish(
        &mut self,
        pending: Box<Pending>,
        signature_is_valid: impl Into<Option<bool>>,
        now: UnixTime,
    ) -> Next {
        self.answered(pending, signature_is_valid.into(), now).into()
    }

    /// The one place where a token is remembered: when it has passed everything.
    fn answered(&mut self, pending: Box<Pending>, signature_is_valid: Option<bool>, now: UnixTime) -> Step {
        let (name, policy) = (pending.name(), Arc::clone(pending.policy()));
        let step = pending.finish(signature_is_valid, now);
        if let (Some(name), Step::Verdict(Ok(token))) = (name, &step) {
            // By the policy that it began with: what another server began is never found here.
            self.cache.put(name, &policy, token);
        }
        step
    }

    /// The whole verdict with the keys at hand and this crate's own arithmetic; causes no fetch.
    ///
    /// # Errors
    /// The first [`Refusal`] in the order of decisions; `jwks_unavailable` if there are no keys at hand.
    pub fn verify_at_hand(
        &mut self,
        token: &[u8],
        required: &RequiredScopes,
        now: UnixTime,
    ) -> Result<VerifiedToken, Refusal> {
        let keys = self.source.keys(now);
        let (step, _) = self.step(token, keys.as_deref(), &required.clone().into(), &Presentation::bearer(), now);
        let verdict = verify::settle(step, now, |pending, valid| self.answered(pending, valid, now));
        match (verdict, keys) {
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
        let generation = self.source.generation();
        self.source.received(ticket, status, body, now, cache_control, age);
        if self.source.generation() != generation {
            self.cache.clear();
        }
    }

    /// The HTTP answer to a refusal (RFC 6750 §3) of a request by scheme `Bearer`, or by none.
    pub fn answer(&self, refusal: &Refusal, required: &RequiredScopes) -> Answer {
        self.answer_to(&[Scheme::Bearer], refusal, required)
    }

    /// The HTTP answer to a refusal of a request that used these schemes: see [`bearer::schemes_used`].
    pub fn answer_to(&self, used: &[Scheme], refusal: &Refusal, required: &RequiredScopes) -> Answer {
        challenge::answer(refusal, required, used, &self.challenges)
    }

    /// A nonce for the next proof, where they are demanded: the value of `DPoP-Nonce`, which any answer may carry
    /// (RFC 9449 §8.2).
    pub fn dpop_nonce(&self, now: UnixTime) -> Option<String> {
        self.policy.dpop().and_then(|dpop| dpop.nonces()).map(|nonces| nonces.current(now))
    }
}
