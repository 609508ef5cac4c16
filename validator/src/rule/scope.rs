//! The token's scope covers what the request needs (RFC 6749 §7, RFC 6750 §3.1). Last: only a good token gets a 403.

use super::{ClaimsCase, OnClaims, Rule};
use crate::{Refusal, Scopes};

pub(super) const RULE: OnClaims =
    Rule { name: "scope", statements: &["RFC6749-7-30", "RFC6749-3.3-30", "RFC6749-3.3-31", "RFC6750-3.1-23"], check };

fn check(case: &ClaimsCase<'_>) -> Result<(), Refusal> {
    let none = Scopes::default();
    let missing = case.required.missing_from(case.claims.scopes().unwrap_or(&none));
    if missing.is_empty() { Ok(()) } else { Err(Refusal::ScopeMissing { missing }) }
}
