//! The token's scope covers what the request needs (RFC 6749 §7, RFC 6750 §3.1). Last: only a good token gets a 403.

use super::{OnRequest, RequestCase, Rule};
use crate::Refusal;

pub(super) const RULE: OnRequest =
    Rule { name: "scope", statements: &["RFC6749-7-30", "RFC6749-3.3-30", "RFC6749-3.3-31", "RFC6750-3.1-23"], check };

fn check(case: &RequestCase<'_>) -> Result<(), Refusal> {
    case.required.scopes().judge(case.claims.scopes())
}
