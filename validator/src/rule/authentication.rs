//! The user authenticated strongly and recently enough (RFC 9470 §3 and §6.1). Only a good token is told what is missing.

use super::{OnRequest, RequestCase, Rule};
use crate::Refusal;

pub(super) const RULE: OnRequest = Rule {
    name: "authentication",
    statements: &["RFC9470-3-10", "RFC9470-3-11", "RFC9470-6.1-10", "RFC9470-9-10"],
    check,
};

fn check(case: &RequestCase<'_>) -> Result<(), Refusal> {
    match case.required.authentication() {
        Some(required) => required.check(case.claims, case.policy.tolerance_seconds(), case.now),
        None => Ok(()),
    }
}
