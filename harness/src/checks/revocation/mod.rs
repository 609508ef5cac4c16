//! What revocation does (RFC 7009).

pub(super) mod effect;
pub(super) mod other_client;
pub(super) mod refused;
pub(super) mod unknown;

use super::prelude::*;
use crate::property::{LOOKS, outlives};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

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

/// The state of a token that may have been revoked, when it has settled: a second apart for some seconds, while it is
/// active and does not end before, because several machines need a moment to hear of it (RFC 7009 §2.1).
async fn settled(probe: &mut Probe<'_>, grant: &Grant, until: Option<Timestamp>) -> Result<State, Stop> {
    let pause = Duration::from_secs(1);
    for _ in 1..LOOKS {
        let seen = state(probe, grant).await?;
        if seen != State::Active || !outlives(until, probe.now(), pause) {
            return Ok(seen);
        }
        probe.link.wait(pause, "a revocation to take effect").await;
    }
    state(probe, grant).await
}

/// When a token ends by itself, if anything says so: the sooner of what its answer and what it itself says.
fn end(answer: &Answer, grant: &Grant) -> Option<Timestamp> {
    let lifetime = grant.expires_in.and_then(|seconds| i64::try_from(seconds).ok()).map(SignedDuration::from_secs);
    let announced = lifetime.and_then(|lifetime| answer.reply.received.checked_add(lifetime).ok());
    let exp = Jwt::parse(grant.access_token.expose_secret()).and_then(|jwt| jwt.claims.get("exp")?.as_f64());
    let signed = exp.and_then(|exp| Timestamp::from_second(exp as i64).ok());
    announced.into_iter().chain(signed).min()
}

/// The request to revoke this token.
fn revocation(probe: &Probe<'_>, token: &str) -> Result<TokenRequest, Stop> {
    let endpoint = probe.target.revocation_endpoint.as_deref();
    let missing = || Stop::NotApplicable("the server names no `revocation_endpoint`".into());
    endpoint.map(|endpoint| probe.ask(endpoint, "token", token)).ok_or_else(missing)
}

/// Asks the endpoint to revoke this token.
async fn revoke(probe: &mut Probe<'_>, token: &str, hint: Option<&str>) -> Result<Answer, Stop> {
    let request = revocation(probe, token)?;
    let request = hint.into_iter().fold(request, |request, hint| request.with("token_type_hint", hint));
    taken(probe.attempt(request).await?)
}

/// The endpoint may take other clients than the token endpoint, or other methods of authentication (RFC 8414 §2).
fn taken(answer: Answer) -> Result<Answer, Stop> {
    let unknown =
        answer.status() >= 400 && matches!(&answer.kind, Kind::Refusal { error } if error == "invalid_client");
    let reason = || Stop::NotApplicable("this client may not use the revocation endpoint".into());
    if unknown { Err(reason()) } else { Ok(answer) }
}

/// Whether the endpoint says that it revokes no tokens of this type (RFC 7009 §2.2.1).
fn is_unsupported(answer: &Answer) -> bool {
    matches!(&answer.kind, Kind::Refusal { error } if error == "unsupported_token_type")
}

/// Nothing is judged then.
fn unsupported() -> Stop {
    Stop::NotApplicable("the server does not revoke access tokens".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    /// The endpoint may take other methods of authentication than the token endpoint (RFC 8414 §2,
    /// `revocation_endpoint_auth_methods_supported`).
    #[tokio::test]
    async fn a_client_that_the_endpoint_does_not_take_says_nothing_of_it() {
        for check in [&effect::CHECK, &unknown::CHECK, &refused::CHECK, &other_client::CHECK] {
            let server = canned(|request| match request.path() {
                "/introspect" => Some(Response::json(200, &json!({"active": true}))),
                "/revoke" => Some(refusal(401, "invalid_client")),
                _ => None,
            });
            assert_eq!(server.verdict(check).await, "skip", "{}", check.id);
        }
    }
}
