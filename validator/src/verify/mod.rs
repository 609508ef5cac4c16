//! The one path to a verdict, whoever does the arithmetic (RFC 7519 §7.2, RFC 9068 §4).
//!
//! Statements: RFC8725-3.3-10, RFC7519-11.1-20, RFC8725-3.8-10, RFC9068-4-31, RFC9068-4-33.

mod pending;
mod verified;

use std::sync::Arc;

pub use self::{
    pending::{Pending, Remember},
    verified::VerifiedToken,
};
use crate::{
    KeySet, Policy, Presentation, Refusal, RequiredScopes, Requirements, UnixTime,
    rule::{self, HeaderCase},
    token::UntrustedToken,
};

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

/// Begins with a token that came by scheme `Bearer` (RFC 6750 §2.1) and with nothing else: see [`begin_presented`].
pub fn begin(token: &[u8], policy: &Arc<Policy>, keys: &KeySet, required: &RequiredScopes) -> Step {
    begin_presented(token, policy, keys, &required.clone().into(), &Presentation::bearer())
}

/// Decides all that needs no signature: form, issuer, header, keys (RFC 7515 §5.2, RFC 9068 §4).
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
    match Pending::first(token, keys, required, presentation) {
        Ok(pending) => Step::CheckSignature(Box::new(pending)),
        Err(refusal) => Step::Verdict(Err(refusal)),
    }
}

/// Verifies a bearer token with this crate's own arithmetic (RFC 7515 §5.2, RFC 7519 §7.2, RFC 9068 §4). `now` is the time
/// of the verdict.
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
            Step::Remember(remember) => remember.finish(None, now),
        }
    }
}
