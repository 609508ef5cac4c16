//! What revocation does (RFC 7009).

pub(super) mod effect;
pub(super) mod other_client;
pub(super) mod refused;
pub(super) mod unknown;

use super::prelude::*;

/// What introspection says of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Active,
    Inactive,
    /// It does not say.
    Unknown,
}

async fn state(probe: &mut Probe<'_>, grant: &Grant) -> Result<State, Stop> {
    let told = introspect(probe, grant).await?;
    Ok(match told.and_then(|told| told.get("active")?.as_bool()) {
        Some(true) => State::Active,
        Some(false) => State::Inactive,
        None => State::Unknown,
    })
}

/// Asks the endpoint to revoke this token.
async fn revoke(probe: &mut Probe<'_>, token: &str, hint: Option<&str>) -> Result<Answer, Stop> {
    let Some(endpoint) = probe.target.revocation_endpoint.clone() else {
        return Err(Stop::NotApplicable("the server names no `revocation_endpoint`".into()));
    };
    let request = probe.ask(&endpoint, "token", token);
    let request = hint.into_iter().fold(request, |request, hint| request.with("token_type_hint", hint));
    probe.attempt(request).await
}
