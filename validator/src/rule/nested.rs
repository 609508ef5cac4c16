//! No token inside the token: `enc` marks a JWE (RFC 7516 §9), `cty` of `JWT` a nested one (RFC 7519 §5.2).
//!
//! Media types compare without case, and `application/` may be left out (RFC 7515 §4.1.10).

use super::{HeaderCase, OnHeader, Rule};
use crate::Refusal;

pub(super) const RULE: OnHeader = Rule { name: "nested", statements: &["RFC7516-9-10", "RFC7519-5.2-10"], check };

fn check(case: &HeaderCase<'_>) -> Result<(), Refusal> {
    // Claims need no content type (RFC 7519 §5.2 recommends none); one that is there says that they are something else.
    if case.header.carries("enc") || case.header.content_type.is_some() { Err(Refusal::NestedToken) } else { Ok(()) }
}
