//! `now` is before `exp` plus the tolerance; at that very time the token has expired (RFC 7519 §4.1.4).
//!
//! A token without `exp` would live for ever: it is refused in every profile (RFC 9068 §2.2).

use super::{ClaimsCase, OnClaims, Rule};
use crate::Refusal;

pub(super) const RULE: OnClaims = Rule {
    name: "expiry",
    statements: &["RFC7519-4.1.4-20", "RFC9068-2.2-20", "RFC9068-4-34", "RFC7519-4.1.4-21"],
    check,
};

fn check(case: &ClaimsCase<'_>) -> Result<(), Refusal> {
    let expires_at = case.claims.expires_at().ok_or(Refusal::ClaimMissing("exp"))?;
    let tolerance = i64::from(case.policy.tolerance_seconds());
    if case.now < expires_at.plus_seconds(tolerance) { Ok(()) } else { Err(Refusal::Expired) }
}
