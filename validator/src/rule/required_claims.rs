//! The claims that the profile requires are there (RFC 9068 §2.2).

use super::{ClaimsCase, OnClaims, Rule};
use crate::Refusal;

pub(super) const RULE: OnClaims = Rule { name: "required_claims", statements: &["RFC9068-2.2-21"], check };

fn check(case: &ClaimsCase<'_>) -> Result<(), Refusal> {
    let profile = case.policy.profile();
    if let Some(name) = profile.required_claims().iter().find(|name| !case.claims.has_required(name)) {
        return Err(Refusal::ClaimMissing(name));
    }
    match profile.client_claims().first() {
        Some(name) if profile.client_is_required() && case.claims.client_id().is_none() => {
            Err(Refusal::ClaimMissing(name))
        }
        _ => Ok(()),
    }
}
