//! A token that is bound to a key does not come as a plain bearer token (RFC 9449 §7.2, RFC 8705 §3).
//!
//! RFC 7800 §3.1 lets unknown members of `cnf` be ignored; here every `cnf` without its proof is refused, because a
//! binding that is not checked protects nobody.

use super::{ClaimsCase, OnClaims, Rule};
use crate::Refusal;

pub(super) const RULE: OnClaims =
    Rule { name: "binding", statements: &["RFC9449-7.2-10", "RFC8705-3-10", "RFC7800-3.1-10"], check };

fn check(case: &ClaimsCase<'_>) -> Result<(), Refusal> {
    if case.claims.is_marked("cnf") { Err(Refusal::BoundToken) } else { Ok(()) }
}
