//! `iat` is not in the future, beyond the tolerance.
//!
//! No text makes a future `iat` invalid (RFC 7519 §4.1.6); a server whose clock runs ahead of ours issues tokens whose
//! lifetime cannot be judged, so they are refused until our clock has caught up.

use super::{ClaimsCase, OnClaims, Rule};
use crate::Refusal;

pub(super) const RULE: OnClaims = Rule { name: "issued_at", statements: &["RFC7519-4.1.6-20"], check };

fn check(case: &ClaimsCase<'_>) -> Result<(), Refusal> {
    let tolerance = i64::from(case.policy.tolerance_seconds());
    match case.claims.issued_at() {
        Some(issued_at) if issued_at > case.now.plus_seconds(tolerance) => Err(Refusal::IssuedInFuture),
        _ => Ok(()),
    }
}
