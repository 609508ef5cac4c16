//! What is demanded of a token: one rule, one file; the order of the lists is the order of decisions.
//!
//! Rules on the header run before the signature is checked, rules on the claims after it (RFC 7519 §11.1: claims count
//! only then), the rule on the binding after those, rules on what the request needs last. The first refusal decides.

mod algorithm;
mod audience;
mod authentication;
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

pub(crate) use self::binding::{Possession, Proven, Unproven};
use crate::{Claims, Policy, Presentation, Refusal, Requirements, UnixTime, digest::Digest, jose_header::JoseHeader};

/// What a rule on the header sees.
pub(crate) struct HeaderCase<'a> {
    pub(crate) header: &'a JoseHeader,
    pub(crate) policy: &'a Policy,
}

/// What a rule on the claims sees. The signature has been verified.
pub(crate) struct ClaimsCase<'a> {
    pub(crate) claims: &'a Claims,
    pub(crate) policy: &'a Policy,
    pub(crate) now: UnixTime,
}

/// What the rule on the binding sees. The claims are good.
pub(crate) struct BindingCase<'a> {
    /// SHA-256 of the token's text; asked for where a proof names it.
    pub(crate) token_hash: &'a dyn Fn() -> Digest,
    pub(crate) claims: &'a Claims,
    pub(crate) policy: &'a Policy,
    pub(crate) presentation: &'a Presentation,
    pub(crate) now: UnixTime,
}

/// What a rule on the request sees. The token is good and its keys are proved.
pub(crate) struct RequestCase<'a> {
    pub(crate) claims: &'a Claims,
    pub(crate) policy: &'a Policy,
    pub(crate) required: &'a Requirements,
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
type OnBinding = Rule<fn(&BindingCase<'_>) -> Result<Possession, Refusal>>;
type OnRequest = Rule<fn(&RequestCase<'_>) -> Result<(), Refusal>>;

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
];

/// After the claims. It may ask for another signature, that of the proof.
const BINDING: OnBinding = binding::RULE;

/// Last: what the request needs of a good token.
const REQUEST: &[OnRequest] = &[scope::RULE, authentication::RULE];

pub(crate) fn check_header(case: &HeaderCase<'_>) -> Result<(), Refusal> {
    HEADER.iter().try_for_each(|rule| (rule.check)(case))
}

pub(crate) fn check_claims(case: &ClaimsCase<'_>) -> Result<(), Refusal> {
    CLAIMS.iter().try_for_each(|rule| (rule.check)(case))
}

pub(crate) fn check_binding(case: &BindingCase<'_>) -> Result<Possession, Refusal> {
    (BINDING.check)(case)
}

pub(crate) fn check_request(case: &RequestCase<'_>) -> Result<(), Refusal> {
    REQUEST.iter().try_for_each(|rule| (rule.check)(case))
}

/// Name and statements of every rule in the order of decisions: the statement ids are those of the project's catalogue.
pub fn all() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    let header = HEADER.iter().map(|rule| (rule.name, rule.statements));
    let claims = CLAIMS.iter().map(|rule| (rule.name, rule.statements));
    let request = REQUEST.iter().map(|rule| (rule.name, rule.statements));
    header.chain(claims).chain([(BINDING.name, BINDING.statements)]).chain(request)
}
