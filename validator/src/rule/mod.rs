//! What is demanded of a token: one rule, one file; the order of the two lists is the order of decisions.
//!
//! Rules on the header run before the signature is checked, rules on the claims after it (RFC 7519 §11.1: claims count
//! only then). The first refusal decides.

mod algorithm;
mod audience;
mod binding;
mod critical;
mod expiry;
mod fixed_claims;
mod issued_at;
mod maximum_age;
mod maximum_lifetime;
mod nested;
mod not_before;
mod other_kind;
mod required_claims;
mod scope;
mod typ;

use crate::{Claims, Policy, Refusal, RequiredScopes, UnixTime, jose_header::JoseHeader};

/// What a rule on the header sees.
pub(crate) struct HeaderCase<'a> {
    pub(crate) header: &'a JoseHeader,
    pub(crate) policy: &'a Policy,
}

/// What a rule on the claims sees. The signature has been verified.
pub(crate) struct ClaimsCase<'a> {
    pub(crate) claims: &'a Claims,
    pub(crate) policy: &'a Policy,
    pub(crate) required: &'a RequiredScopes,
    pub(crate) now: UnixTime,
}

/// One demand, with the statements of the specifications that it implements.
#[derive(Debug)]
struct Rule<Case> {
    name: &'static str,
    statements: &'static [&'static str],
    check: Case,
}

type OnHeader = Rule<fn(&HeaderCase<'_>) -> Result<(), Refusal>>;
type OnClaims = Rule<fn(&ClaimsCase<'_>) -> Result<(), Refusal>>;

/// Before the signature.
const HEADER: &[OnHeader] = &[critical::RULE, nested::RULE, typ::RULE, algorithm::RULE];

/// After the signature.
const CLAIMS: &[OnClaims] = &[
    audience::RULE,
    expiry::RULE,
    not_before::RULE,
    issued_at::RULE,
    required_claims::RULE,
    fixed_claims::RULE,
    other_kind::RULE,
    maximum_age::RULE,
    maximum_lifetime::RULE,
    binding::RULE,
    scope::RULE,
];

pub(crate) fn check_header(case: &HeaderCase<'_>) -> Result<(), Refusal> {
    HEADER.iter().try_for_each(|rule| (rule.check)(case))
}

pub(crate) fn check_claims(case: &ClaimsCase<'_>) -> Result<(), Refusal> {
    CLAIMS.iter().try_for_each(|rule| (rule.check)(case))
}

/// Name and statements of every rule in the order of decisions: the statement ids are those of the project's catalogue.
pub fn all() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    HEADER.iter().map(|rule| (rule.name, rule.statements)).chain(CLAIMS.iter().map(|rule| (rule.name, rule.statements)))
}
