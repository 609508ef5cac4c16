//! What is asked on the way to a verdict: whether a signature is right, and whether a proof came for the first time.

use std::sync::Arc;

use super::{Step, VerifiedToken};
use crate::{
    Algorithm, Claims, KeySet, Policy, Presentation, Refusal, Requirements, UnixTime, algorithm, cache,
    dpop::{Fault, ReplayKey},
    key::Key,
    rule::{self, BindingCase, ClaimsCase, Possession, Proven, RequestCase, Unproven},
    token::UntrustedToken,
};

/// What one verification is about.
struct Case {
    token: UntrustedToken,
    required: Requirements,
    presentation: Presentation,
    /// Under what a good verdict is remembered, if it is to be.
    note: Option<cache::Note>,
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
        key: (u64, Arc<Key>),
        /// Keys to ask about if this one did not sign.
        others: std::vec::IntoIter<(u64, Arc<Key>)>,
    },
    Proof {
        unproven: Box<Unproven>,
        claims: Box<Claims>,
    },
}

/// A request that is good if its proof has not come before (RFC 9449 §11.1). It is used once: `finish` takes it.
pub struct Remember {
    case: Case,
    claims: Box<Claims>,
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

impl Pending {
    /// The first question about a token, unless there is no key for it.
    pub(super) fn first(
        token: UntrustedToken,
        keys: &KeySet,
        required: &Requirements,
        presentation: &Presentation,
    ) -> Result<Self, Refusal> {
        let name = token.header.algorithm.as_deref().unwrap_or_default();
        let algorithm = Algorithm::from_name(name).ok_or(Refusal::AlgorithmNotAllowed)?;
        let candidates = keys.candidates(token.header.kid.as_deref(), algorithm)?;
        let numbered: Vec<_> = candidates.into_iter().map(|key| (keys.key_id(&key), key)).collect();
        let mut candidates = numbered.into_iter();
        let key = candidates.next().ok_or(Refusal::NoKey)?;
        let case = Case { token, required: required.clone(), presentation: presentation.clone(), note: None };
        Ok(Self { case, question: Question::Token { algorithm, key, others: candidates } })
    }

    pub(crate) const fn remember_as(&mut self, note: cache::Note) {
        self.case.note = Some(note);
    }

    pub(crate) const fn policy(&self) -> &Arc<Policy> {
        &self.case.token.policy
    }

    pub(crate) const fn note(&self) -> Option<cache::Note> {
        self.case.note
    }

    /// The algorithm of the signature, one that the policy allows (RFC 7515 §4.1.1).
    pub fn algorithm(&self) -> Algorithm {
        match &self.question {
            Question::Token { algorithm, .. } => *algorithm,
            Question::Proof { unproven, .. } => unproven.algorithm(),
        }
    }

    /// A number for the key, unique among all keys that the resource server has ever had of any of its issuers; below
    /// 2^53. `None` for the key of a proof, which came with the request: it must not be kept for another one.
    pub const fn key_id(&self) -> Option<u64> {
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

    /// The signature over them, decoded; of any length (RFC 7515 §5.2).
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
    ///
    /// An answer that a signature is right counts only where the key can have made it: hosts are not alike in that.
    pub fn finish(self, signature_is_valid: impl Into<Option<bool>>, now: UnixTime) -> Step {
        let valid = signature_is_valid.into().map(|valid| valid && self.can_be_right());
        self.answered(valid, now).unwrap_or_else(|refusal| Step::Verdict(Err(refusal)))
    }

    fn can_be_right(&self) -> bool {
        match &self.question {
            Question::Token { key, .. } => key.1.can_have_made(self.signature()),
            Question::Proof { unproven, .. } => algorithm::can_have_made(unproven.key(), self.signature()),
        }
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
                (proven, None) => case.accept_later(claims, proven, now),
                (proven, Some(replay)) => Ok(Step::Remember(Box::new(Remember { case, claims, proven, replay }))),
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

    /// After a wait: what was in time when the question was asked need not be so any more.
    fn accept_later(self, claims: Box<Claims>, proven: Proven, now: UnixTime) -> Result<Step, Refusal> {
        rule::check_claims(&ClaimsCase { claims: &claims, policy: &self.token.policy, now })?;
        self.accept(*claims, proven, now)
    }

    fn accept(self, claims: Claims, proven: Proven, now: UnixTime) -> Result<Step, Refusal> {
        rule::check_request(&RequestCase {
            claims: &claims,
            policy: &self.token.policy,
            required: &self.required,
            now,
        })?;
        let (header_json, claims_json) = self.token.into_json();
        Ok(Step::Verdict(Ok(VerifiedToken::new(header_json, claims_json, claims, proven))))
    }
}

impl Remember {
    /// What to ask the store about, and to put there.
    pub const fn replay(&self) -> &ReplayKey {
        &self.replay
    }

    /// Gives the verdict. `None` says that the store gave no answer; the verdict is `store_unavailable` then.
    pub fn finish(self, is_first_time: impl Into<Option<bool>>, now: UnixTime) -> Step {
        let Self { case, claims, proven, replay } = self;
        let verdict = match is_first_time.into() {
            // Later, the store may have forgotten that it knew the proof.
            Some(true) if now > replay.good_until() => Err(Refusal::ProofInvalid(Fault::TooOld)),
            Some(true) => case.accept_later(claims, proven, now),
            Some(false) => Err(Refusal::ProofInvalid(Fault::Repeated)),
            None => Err(Refusal::MemoryUnavailable),
        };
        verdict.unwrap_or_else(|refusal| Step::Verdict(Err(refusal)))
    }
}
