//! No critical extensions, and none of the encodings that would change what was signed.
//!
//! No extension is implemented, so every `crit` is one that is not understood, however it is formed (RFC 7515 §4.1.11).
//! `b64` is refused with or without `crit` (RFC 7797 §7), `zip` because only JWE defines it (RFC 7516 §4.1.3).

use super::{HeaderCase, OnHeader, Rule};
use crate::Refusal;

pub(super) const RULE: OnHeader =
    Rule { name: "critical", statements: &["RFC7515-4.1.11-10", "RFC7515-4.1.11-11"], check };

fn check(case: &HeaderCase<'_>) -> Result<(), Refusal> {
    if case.header.carries("crit") {
        return Err(Refusal::CriticalExtension);
    }
    match ["b64", "zip"].into_iter().find(|name| case.header.carries(name)) {
        Some(name) => Err(Refusal::UnsupportedEncoding(name)),
        None => Ok(()),
    }
}
