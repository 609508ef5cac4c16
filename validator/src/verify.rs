//! The one path to a verdict, whoever does the arithmetic (RFC 7519 §7.2, RFC 9068 §4).

use std::sync::Arc;

use crate::{
    Algorithm, Claims, KeySet, Policy, Presentation, Refusal, RequiredScopes, Requirements, UnixTime, cache,
    digest::Digest,
    dpop::{Fault, ReplayKey},
    key::Key,
    rule::{self, BindingCase, ClaimsCase, HeaderCase, Possession, Proven, RequestCase, Unproven},
    token::UntrustedToken,
};

/// A token that has passed everything. Only [`Pending::finish`] and [`Remember::finish`] make one, and nothing else gives
/// access to claims.
///
/// A clone shares the texts and claims of the original.
#[derive(Clone)]
pub struct VerifiedToken {
    content: Arc<Content>,
    /// The keys that the token is bound to have been proved.
    _proven: Proven,
}

struct Content {
    header_json: String,
    claims_json: String,
    claims: Claims,
}

impl VerifiedToken {
    /// The header as JSON text, strict and without duplicate members.
    pub fn header_json(&self) -> &str {
        &self.content.header_json
    }

    /// All claims as JSON text, strict and without duplicate members.
    pub fn claims_json(&self) -> &str {
        &self.content.claims_json
    }

    /// The claims that decide, typed.
    pub fn claims(&self) -> &Claims {
        &self.content.claims
    }

    /// The verdict on a token that is seen again: every rule but those on the header, for this request and this time.
    /// `token` is its text, as it came.
    pub(crate) fn seen_again(
        self,
        token: &[u8],
        policy: &Policy,
        required: &Requirements,
        presentation: &Presentation,
        now: UnixTime,
    ) -> Result<Self, Refusal> {
        let claims = self.claims();
        rule::check_claims(&ClaimsCase { claims, policy, now })?;
        let token_hash = &|| Digest::of(token);
        match rule::check_binding(&BindingCase { token_hash, claims, policy, presentation, now })? {
            Possession::Proven(proven) => {
                rule::check_request(&RequestCase { claims, policy, required, now })?;
                Ok(Self { content: self.content, _proven: proven })
            }
            // What is bound is not remembered, so it is not seen again; were it, nothing here could check its proof.
            Possession::Unproven(_) => Err(Refusal::BoundToken),
        }
    }

    /// Of texts that nobody signed.
    #[cfg(test)]
    pub(crate) fn for_tests(header_json: &str, claims_json: &str) -> Self {
        let document = crate::json::parse(claims_json.as_bytes(), crate::json::TOKEN_LIMITS).unwrap();
        let policy = Policy::new("https://as.example", ["x"]).unwrap();
        let claims = Claims::read(document.value.as_object().unwrap(), &policy).unwrap();
        let content = Content { header_json: header_json.to_owned(), claims_json: claims_json.to_owned(), claims };
        Self { content: Arc::new(content), _proven: Proven::for_tests() }
    }
}

/// `Debug` shows nothing of a token.
impl core::fmt::Debug for VerifiedToken {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("VerifiedToken").finish_non_exhaustive()
    }
}

/// Where a verification stands.
#[allow(clippy::large_enum_variant, reason = "moved once a request, never stored in numbers; on wasm32 it is small")]
#[derive(Debug)]
pub enum Step {
    /// Decided.
    Verdict(Result<VerifiedToken, Refusal>),
    /// This signature is to be checked; the answer goes to [`Pending::finish`].
    CheckSignature(Box<Pending>),
    /// Whether this proof has come before; the answer goes to [`Remember::finish`].
    Remember(Box<Remember>),
}

/// What one verification is about.
struct Case {
    token: UntrustedToken,
    required: Requirements,
    presentation: Presentation,
    /// Under which a good verdict is remembered, if it is to be.
    name: Option<cache::Name>,
}

/// All that has passed so far, and the signature that is asked about: that of the token, then that of the proof, if it is
/// bound to one (RFC 9449 §7). It is used once: `finish` takes it.
pub struct Pending {
    case: Case,
    question: Question,
}

/// The signature that is asked about.
enum Question {
    Token {
        algorithm: Algorithm,
        key: (u32, Arc<Key>),
        /// Keys to ask about if this one did not sign.
        others: std::vec::IntoIter<(u32, Arc<Key>)>,
    },
    Proof {
        unproven: Box<Unproven>,
        claims: Box<Claims>,
    },
}

/// A request that is good if its proof has not come before (RFC 9449 §11.1). It is used once: `finish` takes it.
pub struct Remember {
    case: Case,
    claims: Claims,
    proven: Proven,
    replay: ReplayKey,
}

/// A token's parts are credentials: `Debug` shows the algorithm only.
impl core::fmt::Debug for Pending {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Pending").field("algorithm", &self.algorithm()).finish_non_exhaustive()
    }
}

/// What a token says is nobody's business: `Debug` shows nothing of it.
impl core::fmt::Debug for Remember {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Remember").finish_non_exhaustive()
    }
}

/// Begins with a token that came by scheme `Bearer` and with nothing else: see [`begin_presented`].
pub fn begin(token: &[u8], policy: &Arc<Policy>, keys: &KeySet, required: &RequiredScopes) -> Step {
    begin_presented(token, policy, keys, &required.clone().into(), &Presentation::bearer())
}

/// Decides all that needs no signature: form, issuer, header, keys.
///
/// Decides before the signature: `malformed_token`, `token_too_large`, `encrypted_token`, `invalid_issuer`,
/// `unsupported_critical`, `invalid_type`, `unsupported_algorithm`, `key_not_found`, `unsuitable_key`.
pub fn begin_presented(
    token: &[u8],
    policy: &Arc<Policy>,
    keys: &KeySet,
    required: &Requirements,
    presentation: &Presentation,
) -> Step {
    match read_own(token, policy) {
        Ok(token) => ask(token, keys, required, presentation),
        Err(refusal) => Step::Verdict(Err(refusal)),
    }
}

/// [`read`] for one issuer.
pub(crate) fn read_own(token: &[u8], policy: &Arc<Policy>) -> Result<UntrustedToken, Refusal> {
    let choose = |issuer: &str| if issuer == policy.issuer() { Ok(policy) } else { Err(Refusal::UnknownIssuer) };
    read(token, policy.max_token_bytes(), choose)
}

/// Form, issuer and header: what needs no keys.
pub(crate) fn read<'a>(
    token: &[u8],
    max_bytes: usize,
    choose: impl FnOnce(&str) -> Result<&'a Arc<Policy>, Refusal>,
) -> Result<UntrustedToken, Refusal> {
    let token = UntrustedToken::parse(token, max_bytes, choose)?;
    rule::check_header(&HeaderCase { header: &token.header, policy: &token.policy })?;
    Ok(token)
}

/// The first signature to check, unless there is no key for it.
pub(crate) fn ask(token: UntrustedToken, keys: &KeySet, required: &Requirements, presentation: &Presentation) -> Step {
    match first_question(token, keys, required, presentation) {
        Ok(pending) => Step::CheckSignature(Box::new(pending)),
        Err(refusal) => Step::Verdict(Err(refusal)),
    }
}

fn first_question(
    token: UntrustedToken,
    keys: &KeySet,
    required: &Requirements,
    presentation: &Presentation,
) -> Result<Pending, Refusal> {
    let name = token.header.algorithm.as_deref().unwrap_or_default();
    let algorithm = Algorithm::from_name(name).ok_or(Refusal::AlgorithmNotAllowed)?;
    let candidates = keys.candidates(token.header.kid.as_deref(), algorithm)?;
    let numbered: Vec<_> = candidates.into_iter().map(|key| (keys.key_id(&key), key)).collect();
    let mut candidates = numbered.into_iter();
    let key = candidates.next().ok_or(Refusal::NoKey)?;
    let case = Case { token, required: required.clone(), presentation: presentation.clone(), name: None };
    Ok(Pending { case, question: Question::Token { algorithm, key, others: candidates } })
}

impl Pending {
    pub(crate) fn remember_as(&mut self, name: Option<cache::Name>) {
        self.case.name = name;
    }

    pub(crate) const fn policy(&self) -> &Arc<Policy> {
        &self.case.token.policy
    }

    pub(crate) const fn name(&self) -> Option<cache::Name> {
        self.case.name
    }

    /// The algorithm of the signature.
    pub fn algorithm(&self) -> Algorithm {
        match &self.question {
            Question::Token { algorithm, .. } => *algorithm,
            Question::Proof { unproven, .. } => unproven.algorithm(),
        }
    }

    /// A number for the key, unique among all keys that the policy's key source has ever had. `None` for the key of a
    /// proof, which came with the request: it must not be kept for another one.
    pub const fn key_id(&self) -> Option<u32> {
        match &self.question {
            Question::Token { key, .. } => Some(key.0),
            Question::Proof { .. } => None,
        }
    }

    /// The public key as JWK text with the members that make it, and no other (RFC 7638 §3.2).
    /// A shared secret has no such text: `None`.
    pub fn jwk(&self) -> Option<String> {
        match &self.question {
            Question::Token { key, .. } => key.1.jwk(),
            Question::Proof { unproven, .. } => Some(unproven.key().jwk()),
        }
    }

    /// The bytes that were signed, as they came (RFC 7515 §5.2).
    pub fn input(&self) -> &[u8] {
        match &self.question {
            Question::Token { .. } => self.case.token.signed(),
            Question::Proof { unproven, .. } => unproven.input(),
        }
    }

    /// The signature over them.
    pub fn signature(&self) -> &[u8] {
        match &self.question {
            Question::Token { .. } => self.case.token.signature(),
            Question::Proof { unproven, .. } => unproven.signature(),
        }
    }

    /// Whether the key made the signature, by this crate's own arithmetic; `None` if it has none for this algorithm
    /// ([`Algorithm::has_arithmetic`]).
    pub fn check_signature(&self) -> Option<bool> {
        let algorithm = self.algorithm();
        algorithm.has_arithmetic().then(|| match &self.question {
            Question::Token { key, .. } => key.1.verify(algorithm, self.input(), self.signature()),
            Question::Proof { unproven, .. } => algorithm.verify(unproven.key(), self.input(), self.signature()),
        })
    }

    /// Gives the verdict, or asks the next question: about another key of the same name, about the proof, about the
    /// memory. `now` is the time of the verdict. `None` says that nobody could check the signature; the verdict is
    /// `unsupported_algorithm` then, or `invalid_dpop_proof` for that of a proof.
    pub fn finish(self, signature_is_valid: impl Into<Option<bool>>, now: UnixTime) -> Step {
        self.answered(signature_is_valid.into(), now).unwrap_or_else(|refusal| Step::Verdict(Err(refusal)))
    }

    fn answered(self, signature_is_valid: Option<bool>, now: UnixTime) -> Result<Step, Refusal> {
        let Self { case, question } = self;
        match (question, signature_is_valid) {
            (Question::Token { .. }, Some(true)) => case.after_signature(now),
            (Question::Token { algorithm, mut others, .. }, Some(false)) => {
                let key = others.next().ok_or(Refusal::BadSignature)?;
                Ok(Step::CheckSignature(Box::new(Self { case, question: Question::Token { algorithm, key, others } })))
            }
            (Question::Token { .. }, None) => Err(Refusal::NoArithmetic),
            (Question::Proof { .. }, None) => Err(Refusal::ProofInvalid(Fault::Algorithm)),
            (Question::Proof { unproven, claims }, Some(valid)) => match unproven.finish(valid)? {
                (proven, None) => case.accept(*claims, proven, now),
                (proven, Some(replay)) => {
                    Ok(Step::Remember(Box::new(Remember { case, claims: *claims, proven, replay })))
                }
            },
        }
    }
}

impl Case {
    fn after_signature(self, now: UnixTime) -> Result<Step, Refusal> {
        let claims = self.token.claims().clone()?;
        let (policy, token) = (&*self.token.policy, &self.token);
        rule::check_claims(&ClaimsCase { claims: &claims, policy, now })?;
        let presentation = &self.presentation;
        let token_hash = &|| token.hash();
        match rule::check_binding(&BindingCase { token_hash, claims: &claims, policy, presentation, now })? {
            Possession::Proven(proven) => self.accept(claims, proven, now),
            Possession::Unproven(unproven) => {
                let question = Question::Proof { unproven, claims: Box::new(claims) };
                Ok(Step::CheckSignature(Box::new(Pending { case: self, question })))
            }
        }
    }

    fn accept(self, claims: Claims, proven: Proven, now: UnixTime) -> Result<Step, Refusal> {
        rule::check_request(&RequestCase {
            claims: &claims,
            policy: &self.token.policy,
            required: &self.required,
            now,
        })?;
        let (header_json, claims_json) = self.token.into_json();
        let content = Arc::new(Content { header_json, claims_json, claims });
        Ok(Step::Verdict(Ok(VerifiedToken { content, _proven: proven })))
    }
}

impl Remember {
    /// What to ask the store about, and to put there.
    pub const fn replay(&self) -> &ReplayKey {
        &self.replay
    }

    /// Gives the verdict. A store that gave no answer has not said that this is the first time: `false`.
    pub fn finish(self, is_first_time: bool, now: UnixTime) -> Step {
        let Self { case, claims, proven, .. } = self;
        let verdict =
            if is_first_time { case.accept(claims, proven, now) } else { Err(Refusal::ProofInvalid(Fault::Repeated)) };
        verdict.unwrap_or_else(|refusal| Step::Verdict(Err(refusal)))
    }
}

/// Verifies with this crate's own arithmetic.
///
/// # Errors
/// The first [`Refusal`] in the order of decisions.
pub fn verify(
    token: &[u8],
    policy: &Policy,
    keys: &KeySet,
    required: &RequiredScopes,
    now: UnixTime,
) -> Result<VerifiedToken, Refusal> {
    settle(begin(token, &Arc::new(policy.clone()), keys, required), now, |pending, valid| pending.finish(valid, now))
}

/// Answers every question about signatures by this crate's own arithmetic until there is a verdict. It has no store, so
/// that a proof which is to be remembered does not pass.
pub(crate) fn settle(
    mut step: Step,
    now: UnixTime,
    mut finish: impl FnMut(Box<Pending>, Option<bool>) -> Step,
) -> Result<VerifiedToken, Refusal> {
    loop {
        step = match step {
            Step::Verdict(verdict) => return verdict,
            Step::CheckSignature(pending) => {
                let valid = pending.check_signature();
                finish(pending, valid)
            }
            Step::Remember(remember) => remember.finish(false, now),
        }
    }
}
