//! `iat` is not longer ago than the policy's maximum age; at that very time the token is too old.

use super::{ClaimsCase, OnClaims, Rule};
use crate::Refusal;

pub(super) const RULE: OnClaims = Rule { name: "maximum_age", statements: &[], check };

fn check(case: &ClaimsCase<'_>) -> Result<(), Refusal> {
    let Some(age) = case.policy.max_age_seconds() else {
        return Ok(());
    };
    let issued_at = case.claims.issued_at().ok_or(Refusal::ClaimMissing("iat"))?;
    let tolerance = i64::from(case.policy.tolerance_seconds());
    let limit = issued_at.plus_seconds(i64::from(age)).plus_seconds(tolerance);
    if case.now < limit { Ok(()) } else { Err(Refusal::TooOld) }
}
