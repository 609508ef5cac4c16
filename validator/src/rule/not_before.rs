//! `now` is not before `nbf` less the tolerance; at that very time the token is valid (RFC 7519 §4.1.5).

use super::{ClaimsCase, OnClaims, Rule};
use crate::Refusal;

pub(super) const RULE: OnClaims = Rule { name: "not_before", statements: &["RFC7519-4.1.5-20"], check };

fn check(case: &ClaimsCase<'_>) -> Result<(), Refusal> {
    let tolerance = i64::from(case.policy.tolerance_seconds());
    match case.claims.not_before() {
        Some(not_before) if case.now.plus_seconds(tolerance) < not_before => Err(Refusal::NotYetValid),
        _ => Ok(()),
    }
}
