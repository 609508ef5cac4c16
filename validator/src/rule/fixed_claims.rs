//! The claims by which the profile's server marks an access token have their value: what `typ` says elsewhere
//! (RFC 8725 §3.12).

use super::{ClaimsCase, OnClaims, Rule};
use crate::Refusal;

pub(super) const RULE: OnClaims = Rule { name: "fixed_claims", statements: &["RFC8725-3.12-20"], check };

fn check(case: &ClaimsCase<'_>) -> Result<(), Refusal> {
    if case.claims.has_fixed_claims() { Ok(()) } else { Err(Refusal::OtherKindOfToken) }
}
