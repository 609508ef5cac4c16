//! `aud` names this resource server, octet by octet (RFC 7519 §4.1.3, RFC 9068 §4).

use super::{ClaimsCase, OnClaims, Rule};
use crate::{Audience, Refusal};

pub(super) const RULE: OnClaims = Rule {
    name: "audience",
    statements: &["RFC7519-4.1.3-20", "RFC9068-4-32", "RFC8725-3.9-20", "RFC7519-2-21"],
    check,
};

fn check(case: &ClaimsCase<'_>) -> Result<(), Refusal> {
    let Audience::AnyOf(expected) = case.policy.audience() else {
        return Ok(());
    };
    let named = case.claims.audience().ok_or(Refusal::ClaimMissing(case.policy.profile().audience_claim()))?;
    if named.iter().any(|value| expected.contains(value)) { Ok(()) } else { Err(Refusal::WrongAudience) }
}
