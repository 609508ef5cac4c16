//! `typ` is that of an access token of the profile (RFC 9068 §4, RFC 8725 §3.11).

use super::{HeaderCase, OnHeader, Rule};
use crate::{Profile, Refusal};

pub(super) const RULE: OnHeader =
    Rule { name: "typ", statements: &["RFC9068-4-30", "RFC8725-3.11-20", "RFC8725-3.12-20"], check };

fn check(case: &HeaderCase<'_>) -> Result<(), Refusal> {
    let typ = case.header.typ.as_deref();
    if case.policy.profile().accepts_type(typ) {
        return Ok(());
    }
    // The operator who meets this error mostly has a server with another profile: say which one.
    let fitting = Profile::ALL.iter().find(|profile| profile.accepts_type(typ)).map(|profile| profile.name());
    Err(Refusal::WrongType { fitting })
}
