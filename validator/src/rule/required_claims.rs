//! The claims that the profile requires are there (RFC 9068 §2.2).

use super::{ClaimsCase, OnClaims, Rule};
use crate::Refusal;

pub(super) const RULE: OnClaims = Rule { name: "required_claims", statements: &["RFC9068-2.2-21"], check };

fn check(case: &ClaimsCase<'_>) -> Result<(), Refusal> {
    match case.policy.profile().required_claims().iter().find(|name| !case.claims.has_required(name)) {
        Some(name) => Err(Refusal::ClaimMissing(name)),
        None => Ok(()),
    }
}
