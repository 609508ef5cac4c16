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
    // Where the usual token has the claim, one without it has no scope. Else rights may stand under another name, also in
    // a JWT of the profile (RFC 9068 §2.2.3).
    let usual = Jwt::parse(probe.baseline.grant.access_token.expose_secret());
    let claims = usual.is_some_and(|usual| named(&usual.claims).is_some());
    Ok((claims && jwt.is_some()).then(BTreeSet::new))
}

/// What the server grants for a scope that nobody knows: it may ignore that, and fall back to a default if it says so (RFC
/// 6749 §3.3). Nothing, if it refuses.
async fn fallback(probe: &mut Probe<'_>) -> Result<BTreeSet<String>, Stop> {
    let answer = probe.near_miss(probe.request().set("scope", "x_countersign_unregistered")).await?;
    match answer.grant() {
        Some(grant) => Ok(granted(probe, grant).await?.unwrap_or_default()),
        None => Ok(BTreeSet::new()),
    }
}

/// RFC 6749 §3.3.
fn is_scope(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| matches!(c, '!' | '#'..='[' | ']'..='~'))
}

/// Where a token came, and nothing says for what.
fn untold() -> Stop {
    Stop::Inconclusive("a token came without `scope`, and neither it nor introspection tells more".into())
}
