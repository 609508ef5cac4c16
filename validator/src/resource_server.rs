//! Policies, their key sources and a realm together: what a protected API asks for every request.

mod issuers;

use std::sync::Arc;

pub use self::issuers::MAX_ISSUERS;
use self::issuers::{Issuer, Issuers};
use crate::{
    ConfigurationError, KeySet, Policy, Presentation, Refusal, Request, RequiredScopes, Requirements, Scheme, UnixTime,
    VerifiedToken, bearer,
    cache::{DEFAULT_CACHE_BYTES, Keys, Known, LIMIT_CACHE_BYTES, Note, TokenCache},
    challenge::{self, Answer, Challenges},
    key_source::{Fetch, KeySource, Need, Purpose, Received},
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

/// One resource server (RFC 6749 §1.1) and the authorization servers whose tokens it accepts, each by its own policy and
/// its own keys: a token is judged by those of the issuer that it names, and by no other's.
#[derive(Debug)]
pub struct ResourceServer {
    issuers: Issuers,
    challenges: Challenges,
    no_keys: KeySet,
    cache: TokenCache,
}

/// Whose token a step is about.
#[derive(Debug)]
struct About {
    issuer: usize,
    has_keys: bool,
    kid: Option<String>,
}

impl ResourceServer {
    /// For the tokens of one issuer, by its policy and with its keys (RFC 9068 §4). A [`challenge::Realm`] alone makes plain
    /// challenges (RFC 6750 §3).
    pub fn new(policy: Policy, source: KeySource, challenges: impl Into<Challenges>) -> Self {
        Self::of(Issuers::one(policy, source), challenges.into())
    }

    /// For the tokens of several issuers, at most [`MAX_ISSUERS`]; their order does not matter. Everything in a policy is for
    /// its issuer alone; only DPoP is one for all ([`Policy::with_dpop`]), since a request is read before its token.
    ///
    /// # Errors
    /// [`ConfigurationError`] if there is none or there are too many, if two are the same octet by octet, or if one has
    /// another [`crate::dpop::Dpop`] than the others.
    pub fn for_issuers(
        issuers: impl IntoIterator<Item = (Policy, KeySource)>,
        challenges: impl Into<Challenges>,
    ) -> Result<Self, ConfigurationError> {
        Ok(Self::of(Issuers::several(issuers)?, challenges.into()))
    }

    fn of(issuers: Issuers, challenges: Challenges) -> Self {
        let challenges = challenges.for_policy(issuers.common());
        Self { issuers, challenges, no_keys: KeySet::default(), cache: TokenCache::new(DEFAULT_CACHE_BYTES) }
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

    /// What verified tokens may take of memory, in bytes.
    pub const fn cache_bytes(&self) -> usize {
        self.cache.limit()
    }

    /// Begins with a request: by scheme `Bearer`, or by scheme `DPoP` where the policy has it (RFC 9449 §7).
    pub fn begin_presented(&mut self, request: &Request<'_>, required: &Requirements, now: UnixTime) -> Next {
        match request.presented(self.issuers.common()) {
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

    /// Begins with a bare token that came as `presentation` says.
    pub fn begin_with(
        &mut self,
        token: &[u8],
        required: &Requirements,
        presentation: &Presentation,
        now: UnixTime,
    ) -> Next {
        let (step, about) = self.step(token, required, presentation, now);
        let Some(about) = about else { return step.into() };
        let Some(issuer) = self.issuers.get_mut(about.issuer) else { return step.into() };
        let need = match (&step, about.has_keys) {
            // A token that was seen before asks for fresh keys as any other does, or a withdrawn key would live on in it.
            (Step::CheckSignature(_) | Step::Verdict(Ok(_)), _) | (Step::Verdict(Err(Refusal::NoKey)), false) => {
                issuer.source.need(Purpose::Use, now)
            }
            // A `kid` may have been given to a key of another kind since.
            (Step::Verdict(Err(Refusal::NoKey | Refusal::UnsuitableKey)), true) => {
                issuer.source.need(Purpose::UnknownKey(about.kid.as_deref()), now)
            }
            (Step::Verdict(_) | Step::Remember(_), _) => return step.into(),
        };
        match need {
            Need::Nothing => step.into(),
            Need::Fetch(fetch) => Next::Fetch(fetch),
            Need::Wait(milliseconds) => Next::Wait(milliseconds),
            Need::Unavailable { retry_after_seconds } => {
                Next::Verdict(Err(issuer.source.unavailable(retry_after_seconds)))
            }
        }
    }

    /// Where a token stands by the keys of its issuer; decided, if it was verified by them before. A token that is refused
    /// before its keys matter is about no issuer.
    fn step(
        &mut self,
        token: &[u8],
        required: &Requirements,
        presentation: &Presentation,
        now: UnixTime,
    ) -> (Step, Option<About>) {
        let within_limit = token.len() <= self.issuers.max_token_bytes();
        let name = within_limit.then(|| self.cache.name(token)).flatten();
        if let Some(known) = name.and_then(|name| self.cache.get(&name))
            && let Some(issuer) = self.issuers.get(known.keys.issuer)
            && issuer.source.usable_generation(now) == Some(known.keys.generation)
        {
            let about = About { issuer: known.keys.issuer, has_keys: true, kid: None };
            return (Step::Verdict(judged(known, issuer, required, presentation, now)), Some(about));
        }
        let mut chosen = None;
        let choose = |name: &str| {
            let (place, issuer) = self.issuers.find(name).ok_or(Refusal::UnknownIssuer)?;
            chosen = Some((place, issuer));
            Ok(&issuer.policy)
        };
        // The largest limit of all before the issuer is known, its own after that.
        let read = verify::read(token, self.issuers.max_token_bytes(), choose);
        let (token, (place, issuer)) = match (read, chosen) {
            (Ok(token), Some(chosen)) => (token, chosen),
            (Ok(_), None) => return (Step::Verdict(Err(Refusal::UnknownIssuer)), None),
            (Err(refusal), _) => return (Step::Verdict(Err(refusal)), None),
        };
        let keys = issuer.source.keys(now);
        let about = About { issuer: place, has_keys: keys.is_some(), kid: token.header.kid.clone() };
        let keys = keys.as_deref().unwrap_or(&self.no_keys);
        let mut step = verify::ask(token, keys, required, presentation);
        if let (Step::CheckSignature(pending), Some(name)) = (&mut step, name) {
            pending.remember_as(Note { name, keys: Keys { issuer: place, generation: keys.generation() } });
        }
        (step, Some(about))
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
        let (note, policy) = (pending.note(), Arc::clone(pending.policy()));
        match (pending.finish(signature_is_valid, now), note) {
            (Step::Verdict(Ok(token)), Some(note))
                if self.issuers.get(note.keys.issuer).is_some_and(|issuer| is_in_force(issuer, &policy, note.keys)) =>
            {
                let number = self.cache.put(note, &token);
                Step::Verdict(Ok(token.numbered(number)))
            }
            (step, _) => step,
        }
    }

    /// The verdict on a token by its [`VerifiedToken::number`], sent again as a bearer token, without reading it: every rule
    /// on claims, binding and request runs for this time. `None` if the shortcut does not lead to a good verdict, for any
    /// reason: forgotten, refused, keys no longer fresh. Then [`ResourceServer::begin`] gives the verdict.
    ///
    /// The caller vouches that the text is the same octet by octet.
    pub fn judge_again(&mut self, number: u64, required: &Requirements, now: UnixTime) -> Option<VerifiedToken> {
        let known = self.cache.get_numbered(number)?;
        let issuer = self.issuers.get(known.keys.issuer)?;
        if issuer.source.fresh_generation(now)? != known.keys.generation {
            return None;
        }
        judged(known, issuer, required, &Presentation::bearer(), now).ok()
    }

    /// Begins with a bare token and the keys at hand: a [`Next::CheckSignature`] or a [`Next::Verdict`], never a fetch or a
    /// wait. Without keys at hand, a token that gets as far as needing one is refused with `jwks_unavailable`.
    pub fn begin_at_hand(
        &mut self,
        token: &[u8],
        required: &Requirements,
        presentation: &Presentation,
        now: UnixTime,
    ) -> Next {
        match self.step_at_hand(token, required, presentation, now) {
            Step::Remember(remember) => remember.finish(false, now).into(), // There is no store at hand.
            step => step.into(),
        }
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
        self.verify_at_hand_with(token, &required.clone().into(), &Presentation::bearer(), now)
    }

    /// The same for a token that came as `presentation` says. There is no store at hand: no proof that is to be remembered
    /// passes.
    ///
    /// # Errors
    /// As [`ResourceServer::verify_at_hand`].
    pub fn verify_at_hand_with(
        &mut self,
        token: &[u8],
        required: &Requirements,
        presentation: &Presentation,
        now: UnixTime,
    ) -> Result<VerifiedToken, Refusal> {
        let step = self.step_at_hand(token, required, presentation, now);
        verify::settle(step, now, |pending, valid| self.answered(pending, valid, now))
    }

    fn step_at_hand(
        &mut self,
        token: &[u8],
        required: &Requirements,
        presentation: &Presentation,
        now: UnixTime,
    ) -> Step {
        let (step, about) = self.step(token, required, presentation, now);
        match (step, about) {
            (Step::Verdict(Err(Refusal::NoKey)), Some(About { issuer, has_keys: false, .. })) => {
                let refusal = self.issuers.get(issuer).map_or(Refusal::NoKey, |issuer| issuer.source.unavailable(1));
                Step::Verdict(Err(refusal))
            }
            (step, _) => step,
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
    ) -> Received {
        self.told(ticket, |source| source.received(ticket, status, body, now, cache_control, age))
            .unwrap_or(Received::Ignored)
    }

    /// Takes what another machine has stored, in place of the request of a [`Fetch`]: see [`KeySource::stored`].
    pub fn stored(
        &mut self,
        ticket: u32,
        body: &[u8],
        at: UnixTime,
        now: UnixTime,
        cache_control: Option<&str>,
        age: Option<&str>,
    ) -> bool {
        self.told(ticket, |source| source.stored(ticket, body, at, now, cache_control, age)).unwrap_or(true)
    }

    /// Tells the source that asked with this ticket, and forgets the tokens that it vouches for no more.
    fn told<T>(&mut self, ticket: u32, tell: impl FnOnce(&mut KeySource) -> T) -> Option<T> {
        let place = self.issuers.place_of(ticket)?;
        let Issuer { source, .. } = self.issuers.get_mut(place)?;
        let generation = source.generation();
        let told = tell(source);
        if source.generation() != generation {
            self.cache.forget(place);
        }
        Some(told)
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
        self.issuers.common().dpop().and_then(|dpop| dpop.nonces()).map(|nonces| nonces.current(now))
    }
}

/// The verdict on a token that is remembered, by the policy of its issuer.
fn judged(
    known: Known,
    issuer: &Issuer,
    required: &Requirements,
    presentation: &Presentation,
    now: UnixTime,
) -> Result<VerifiedToken, Refusal> {
    let Known { number, name, token, .. } = known;
    token.numbered(Some(number)).seen_again(name.token_hash(), &issuer.policy, required, presentation, now)
}

/// Whether these are the issuer's policy and its newest keys. What another server began, or what began before a change of
/// keys, is not remembered.
fn is_in_force(issuer: &Issuer, policy: &Arc<Policy>, keys: Keys) -> bool {
    Arc::ptr_eq(&issuer.policy, policy) && issuer.source.generation() == Some(keys.generation)
}
