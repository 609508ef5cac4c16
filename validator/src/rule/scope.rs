//! The token's scope covers what the request needs (RFC 6749 §7, RFC 6750 §3.1). Last: only a good token gets a 403.

use super::{ClaimsCase, OnClaims, Rule};
use crate::Refusal;

pub(super) const RULE: OnClaims =
    Rule { name: "scope", statements: &["RFC6749-7-30", "RFC6749-3.3-30", "RFC6749-3.3-31", "RFC6750-3.1-23"], check };

fn check(case: &ClaimsCase<'_>) -> Result<(), Refusal> {
    case.required.judge(case.claims.scopes())
}
