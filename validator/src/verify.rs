//! The one path to a verdict, whoever does the arithmetic (RFC 7519 §7.2, RFC 9068 §4).

use std::sync::Arc;

use crate::{
    Algorithm, Claims, KeySet, Policy, Refusal, RequiredScopes, UnixTime, cache,
    key::Key,
    rule::{self, ClaimsCase, HeaderCase},
    token::UntrustedToken,
};

/// A token that has passed everything. Only [`Pending::finish`] makes one, and nothing else gives access to claims.
///
/// A clone shares the texts and claims of the original.
#[derive(Clone)]
pub struct VerifiedToken(Arc<Content>);

struct Content {
    header_json: String,
    claims_json: String,
    claims: Claims,
}

impl VerifiedToken {
    /// The header as JSON text, strict and without duplicate members.
    pub fn header_json(&self) -> &str {
        &self.0.header_json
    }

    /// All claims as JSON text, strict and without duplicate members.
    pub fn claims_json(&self) -> &str {
        &self.0.claims_json
    }

    /// The claims that decide, typed.
    pub fn claims(&self) -> &Claims {
        &self.0.claims
    }

    /// The verdict on a token that is seen again: every rule on claims, for this request and this time.
    pub(crate) fn seen_again(self, policy: &Policy, required: &RequiredScopes, now: UnixTime) -> Result<Self, Refusal> {
        rule::check_claims(&ClaimsCase { claims: self.claims(), policy, required, now })?;
        Ok(self)
    }

    /// Of texts that nobody signed.
    #[cfg(test)]
    pub(crate) fn for_tests(header_json: &str, claims_json: &str) -> Self {
        let document = crate::json::parse(claims_json.as_bytes(), crate::json::TOKEN_LIMITS).unwrap();
        let policy = Policy::new("https://as.example", ["x"]).unwrap();
        let claims = Claims::read(document.value.as_object().unwrap(), &policy).unwrap();
        Self(Arc::new(Content { header_json: header_json.to_owned(), claims_json: claims_json.to_owned(), claims }))
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
}

/// All that has passed so far, and the signature that is asked about. It is used once: `finish` takes it.
pub struct Pending {
    token: UntrustedToken,
    required: RequiredScopes,
    algorithm: Algorithm,
    /// The key that is asked about.
    key: (u32, Arc<Key>),
    /// Keys to ask about if this one did not sign.
    others: std::vec::IntoIter<(u32, Arc<Key>)>,
    /// Under which a good verdict is remembered, if it is to be.
    name: Option<cache::Name>,
}

/// A token's parts are credentials: `Debug` shows the algorithm only.
impl core::fmt::Debug for Pending {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Pending").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

/// Decides all that needs no signature: form, issuer, header, keys.
///
/// Decides before the signature: `malformed_token`, `token_too_large`, `encrypted_token`, `invalid_issuer`,
/// `unsupported_critical`, `invalid_type`, `unsupported_algorithm`, `key_not_found`, `unsuitable_key`.
pub fn begin(token: &[u8], policy: &Arc<Policy>, keys: &KeySet, required: &RequiredScopes) -> Step {
    match read_own(token, policy) {
        Ok(token) => ask(token, keys, required),
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
pub(crate) fn ask(token: UntrustedToken, keys: &KeySet, required: &RequiredScopes) -> Step {
    match first_question(token, keys, required) {
        Ok(pending) => Step::CheckSignature(Box::new(pending)),
        Err(refusal) => Step::Verdict(Err(refusal)),
    }
}

fn first_question(token: UntrustedToken, keys: &KeySet, required: &RequiredScopes) -> Result<Pending, Refusal> {
    let name = token.header.algorithm.as_deref().unwrap_or_default();
    let algorithm = Algorithm::from_name(name).ok_or(Refusal::AlgorithmNotAllowed)?;
    let candidates = keys.candidates(token.header.kid.as_deref(), algorithm)?;
    let numbered: Vec<_> = candidates.into_iter().map(|key| (keys.key_id(&key), key)).collect();
    let mut candidates = numbered.into_iter();
    let key = candidates.next().ok_or(Refusal::NoKey)?;
    Ok(Pending { token, required: required.clone(), algorithm, key, others: candidates, name: None })
}

impl Pending {
    pub(crate) fn remember_as(&mut self, name: Option<cache::Name>) {
        self.name = name;
    }

    pub(crate) const fn policy(&self) -> &Arc<Policy> {
        &self.token.policy
    }

    pub(crate) const fn name(&self) -> Option<cache::Name> {
        self.name
    }

    /// The algorithm of the signature.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// A number for the key, unique among all keys that the policy's key source has ever had.
    pub const fn key_id(&self) -> u32 {
        self.key.0
    }

    /// The public key as JWK text with the members that make it, and no other (RFC 7638 §3.2).
    /// A shared secret has no such text: `None`.
    pub fn jwk(&self) -> Option<String> {
        self.key.1.jwk()
    }

    /// The bytes that were signed, as they came (RFC 7515 §5.2).
    pub fn input(&self) -> &[u8] {
        self.token.signed()
    }

    /// The signature over them.
    pub fn signature(&self) -> &[u8] {
        self.token.signature()
    }

    /// Whether the key made the signature, by this crate's own arithmetic; `None` if it has none for this algorithm
    /// ([`Algorithm::has_arithmetic`]).
    pub fn check_signature(&self) -> Option<bool> {
        self.algorithm.has_arithmetic().then(|| self.key.1.verify(self.algorithm, self.input(), self.signature()))
    }

    /// Gives the verdict, or asks about another key of the same name. `now` is the time of the verdict. `None` says that
    /// nobody could check the signature; the verdict is `unsupported_algorithm` then.
    pub fn finish(mut self, signature_is_valid: impl Into<Option<bool>>, now: UnixTime) -> Step {
        match signature_is_valid.into() {
            Some(true) => Step::Verdict(self.after_signature(now)),
            Some(false) => match self.others.next() {
                Some(key) => Step::CheckSignature(Box::new(Self { key, ..self })),
                None => Step::Verdict(Err(Refusal::BadSignature)),
            },
            None => Step::Verdict(Err(Refusal::NoArithmetic)),
        }
    }

    fn after_signature(self, now: UnixTime) -> Result<VerifiedToken, Refusal> {
        let claims = self.token.claims().clone()?;
        rule::check_claims(&ClaimsCase { claims: &claims, policy: &self.token.policy, required: &self.required, now })?;
        let (header_json, claims_json) = self.token.into_json();
        Ok(VerifiedToken(Arc::new(Content { header_json, claims_json, claims })))
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
    settle(begin(token, &Arc::new(policy.clone()), keys, required), |pending, valid| pending.finish(valid, now))
}

/// Answers every question about signatures by this crate's own arithmetic until there is a verdict.
pub(crate) fn settle(
    mut step: Step,
    mut finish: impl FnMut(Box<Pending>, Option<bool>) -> Step,
) -> Result<VerifiedToken, Refusal> {
    loop {
        step = match step {
            Step::Verdict(verdict) => return verdict,
            Step::CheckSignature(pending) => {
                let valid = pending.check_signature();
                finish(pending, valid)
            }
        }
    }
}
