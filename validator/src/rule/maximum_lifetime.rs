//! From `iat` to `exp` is no longer than the policy's maximum lifetime: short-lived tokens are what limits a theft.
//!
//! No text sets the number; RFC 9700 §2.2 asks for tokens that are short-lived where they are bearer tokens.

use super::{ClaimsCase, OnClaims, Rule};
use crate::Refusal;

pub(super) const RULE: OnClaims = Rule { name: "maximum_lifetime", statements: &[], check };

fn check(case: &ClaimsCase<'_>) -> Result<(), Refusal> {
    let Some(lifetime) = case.policy.max_lifetime_seconds() else {
        return Ok(());
    };
    let issued_at = case.claims.issued_at().ok_or(Refusal::ClaimMissing("iat"))?;
    let expires_at = case.claims.expires_at().ok_or(Refusal::ClaimMissing("exp"))?;
    if expires_at > issued_at.plus_seconds(lifetime.into()) { Err(Refusal::LivesTooLong) } else { Ok(()) }
}
