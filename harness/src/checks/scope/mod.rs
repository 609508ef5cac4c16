//! What a token is good for.

pub(super) mod characters;
pub(super) mod default;
pub(super) mod near_misses;
pub(super) mod order;
pub(super) mod reserved;
pub(super) mod subset;
pub(super) mod unknown;

use super::prelude::*;
use std::collections::BTreeSet;

/// The scopes of a token: by the answer, else by its claim, else by introspection.
pub(super) async fn granted(probe: &mut Probe<'_>, grant: &Grant) -> Result<Option<BTreeSet<String>>, Stop> {
    match &grant.scope {
        Some(scope) => Ok(Some(scope.clone())),
        None => effective(probe, grant).await,
    }
}

/// The scopes of a token by its claim, else by introspection: what the answer says of them aside.
async fn effective(probe: &mut Probe<'_>, grant: &Grant) -> Result<Option<BTreeSet<String>>, Stop> {
    let named = |members: &Map<String, Value>| members.get("scope").and_then(Value::as_str).map(scopes);
    let jwt = Jwt::parse(grant.access_token.expose_secret());
    if let Some(claimed) = jwt.as_ref().and_then(|jwt| named(&jwt.claims)) {
        return Ok(Some(claimed));
    }
    if let Some(told) = introspect(probe, grant).await?.as_ref().and_then(named) {
        return Ok(Some(told));
    }
    // A JWT of the profile without the claim has no scope (RFC 9068 §2.2.3). Any other may have it under another name.
    let has_none = jwt.is_some_and(|jwt| names_profile(&jwt) && !jwt.claims.contains_key("scope"));
    Ok(has_none.then(BTreeSet::new))
}

/// RFC 6749 §3.3.
fn is_scope(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| matches!(c, '!' | '#'..='[' | ']'..='~'))
}

/// Where a token came, and nothing says for what.
fn untold() -> Stop {
    Stop::Inconclusive("a token came without `scope`, and neither it nor introspection tells more".into())
}
