//! What a token is good for.

pub(super) mod characters;
pub(super) mod default;
pub(super) mod near_misses;
pub(super) mod order;
pub(super) mod reserved;
pub(super) mod subset;
pub(super) mod unknown;

use super::prelude::*;
use crate::jwt::Jwt;
use crate::run::Grant;
use serde_json::Value;
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
    let set = |value: &Value| value.as_str().map(|text| text.split(' ').map(str::to_owned).collect::<BTreeSet<_>>());
    if let Some(jwt) = Jwt::parse(grant.access_token.expose_secret()) {
        // RFC 9068 §2.2.3: a JWT without the claim has no scope.
        return Ok(jwt.claims.get("scope").map_or(Some(BTreeSet::new()), set));
    }
    let introspected = introspect(probe, grant).await?;
    Ok(introspected.and_then(|members| members.get("scope").and_then(set)))
}
