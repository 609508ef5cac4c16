//! For whom a token is (RFC 8707).

pub(super) mod audience;
pub(super) mod repeated;
pub(super) mod unknown;

use super::prelude::*;

/// Whom the token names as its audience, by its claim or by introspection, if one of them tells.
async fn audience(probe: &mut Probe<'_>, grant: &Grant) -> Result<Option<Vec<String>>, Stop> {
    let claims = match Jwt::parse(grant.access_token.expose_secret()) {
        Some(jwt) => Some(jwt.claims),
        None => introspect(probe, grant).await?,
    };
    Ok(claims.and_then(|claims| match claims.get("aud")? {
        Value::String(one) => Some(vec![one.clone()]),
        Value::Array(several) => Some(several.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
        _ => None,
    }))
}
