//! `alg` is one of the allowed algorithms, octet by octet (RFC 7515 §4.1.1, RFC 8725 §3.1). `none` has no name here.

use super::{HeaderCase, OnHeader, Rule};
use crate::{Algorithm, Refusal};

pub(super) const RULE: OnHeader =
    Rule { name: "algorithm", statements: &["RFC7515-4.1.1-10", "RFC8725-3.1-11", "RFC7518-3.6-10"], check };

fn check(case: &HeaderCase<'_>) -> Result<(), Refusal> {
    let named = case.header.algorithm.as_deref().and_then(Algorithm::from_name);
    match named.is_some_and(|algorithm| case.policy.algorithms().contains(&algorithm)) {
        true => Ok(()),
        false => Err(Refusal::AlgorithmNotAllowed),
    }
}
