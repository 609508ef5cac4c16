//! Not another kind of JWT: an ID token, a logout token, a DPoP proof, a security event (RFC 8725 §3.12, RFC 9068 §5).
//!
//! Where `typ` is that of an access token, it says so. Where the profile takes tokens without a type of their own, the
//! claims that only the other kinds have must be absent, and those by which servers name the kind must name this one.

use super::{ClaimsCase, OnClaims, Rule};
use crate::Refusal;

pub(super) const RULE: OnClaims = Rule { name: "other_kind", statements: &["RFC8725-3.12-20", "RFC9068-5-20"], check };

const ONLY_IN_OTHERS: &[&str] =
    &["nonce", "at_hash", "c_hash", "s_hash", "events", "htm", "htu", "token_introspection", "code", "response_type"];

fn check(case: &ClaimsCase<'_>) -> Result<(), Refusal> {
    if case.policy.profile().tells_access_tokens() {
        return Ok(());
    }
    let is_marked = ONLY_IN_OTHERS.iter().any(|name| case.claims.is_marked(name));
    if is_marked || case.claims.says_other_kind() { Err(Refusal::OtherKindOfToken) } else { Ok(()) }
}
