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
    use crate::clock::{Clock as _, ManualClock};
    use crate::testing::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

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

    /// A server with several machines, that each hear of a revocation at this look.
    async fn verdict_at_look(number: usize, edit: fn(&mut crate::target::Config)) -> String {
        let looks = std::sync::Mutex::new(None);
        let mut server = canned(move |request| {
            let mut looks = looks.lock().unwrap();
            match request.path() {
                "/token" => {
                    *looks = None;
                    None
                }
                "/introspect" => {
                    *looks = looks.map(|looks| looks + 1);
                    Some(Response::json(200, &json!({"active": looks.is_none_or(|looks| looks < number)})))
                }
                "/revoke" => {
                    *looks = Some(0);
                    Some(Response::empty(200))
                }
                _ => None,
            }
        });
        server.edit = edit;
        server.verdict(&effect::CHECK).await
    }

    /// It takes seconds, or a minute at most; what the token does after its end says nothing.
    #[tokio::test]
    async fn a_late_death_is_a_warning() {
        let patient = |config: &mut crate::target::Config| config.limits.max_wait_seconds = 600;
        assert_eq!(verdict_at_look(5, patient).await, "pass");
        assert_eq!(verdict_at_look(6, patient).await, "fail should RFC7009-2.1-01");
        assert_eq!(verdict_at_look(8, patient).await, "fail should RFC7009-2.1-01");
        assert_eq!(verdict_at_look(9, patient).await, "fail must RFC7662-4-11");
        let hasty = |config: &mut crate::target::Config| config.limits.max_wait_seconds = 4;
        assert_eq!(verdict_at_look(6, hasty).await, "fail must RFC7662-4-11");
    }

    /// A token of three seconds dies during the looks, revoked or not.
    #[tokio::test]
    async fn a_natural_death_is_no_revocation() {
        let looks = AtomicUsize::new(0);
        let server = canned(move |request| match request.path() {
            "/token" => {
                looks.store(0, Ordering::Relaxed);
                Some(token_with("expires_in", 3))
            }
            // A look a second: the first is at the live token.
            "/introspect" => Some(Response::json(200, &json!({"active": looks.fetch_add(1, Ordering::Relaxed) < 4}))),
            "/revoke" => Some(Response::empty(200)),
            _ => None,
        });
        assert_eq!(server.verdict(&effect::CHECK).await, "inconclusive");
    }

    /// What introspection does not say, nobody knows.
    #[tokio::test]
    async fn a_token_of_which_introspection_stops_telling_is_not_known_to_be_dead() {
        let revoked = AtomicBool::new(false);
        let server = canned(move |request| match request.path() {
            "/introspect" if revoked.load(Ordering::Relaxed) => Some(refusal(400, "invalid_token")),
            "/introspect" => Some(Response::json(200, &json!({"active": true}))),
            "/revoke" => {
                revoked.store(true, Ordering::Relaxed);
                Some(Response::empty(200))
            }
            _ => None,
        });
        assert_eq!(server.verdict(&effect::CHECK).await, "inconclusive");
    }

    /// The end of a token may stand in itself alone.
    #[tokio::test]
    async fn a_token_that_ends_by_itself_was_not_revoked_late() {
        let token = || {
            let mut token = jwt_token(&json!({}), &json!({"exp": 12}));
            token.edit_object(|members| _ = members.remove("expires_in"));
            token
        };
        let clock = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH));
        let time = Arc::clone(&clock);
        let mut server = canned(move |request| match request.path() {
            "/token" => Some(token()),
            "/introspect" => Some(Response::json(200, &json!({"active": time.now().as_second() < 12}))),
            "/revoke" => Some(Response::empty(200)),
            _ => None,
        });
        server.clock = clock;
        server.edit = |config| config.limits.max_wait_seconds = 600;
        assert_eq!(server.verdict(&effect::CHECK).await, "fail must RFC7662-4-11");
    }
}
