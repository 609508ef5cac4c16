//! A client cannot revoke the tokens of another.
//!
//! **Sent.** The request that works; the revocation of its token by `[companion.second]`, and then by its own client;
//! the introspection of the token for some seconds after each.
//!
//! **Demanded.** The token lives on until its own client revokes it (RFC 7009 §2.1). Whether the answer to the other is
//! an error or 200 is left to the server. Where its own client cannot end it either, nothing is judged.
//!
//! **Why it matters.** Clients of one server do not trust each other.
//!
//! **The attack.** One client that learns the token of another, as a resource server does, ends its work.
//!
//! **How servers went wrong.** The token is looked up and deleted; whose it was is not compared.

use super::{State, end, is_unsupported, revocation, revoke, settled, state, taken, unsupported};
use crate::checks::prelude::*;
use crate::property::outlives;
use std::time::Duration;

pub(crate) const CHECK: Check = Check {
    id: "revocation/other-client",
    source: include_str!("other_client.rs"),
    statements: &["RFC7009-2.1-04"],
    needs: &[Need::Revocation, Need::SecondClient, Need::Introspection],
    faults: &[Fault::new(
        "any-client",
        "revokes for any client",
        Deviation::Reads(|request, registry| {
            if request.path() == "/revoke" {
                authenticate_as(request, registry.main());
            }
        }),
    )],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let second = probe.companion(Role::Second)?;
    let own = probe.request_of(second);
    works(probe, &own, Role::Second).await?;
    let credentials = Credentials::of(second, probe.target.audience());
    let strange = revocation(probe, "countersign-no-token")?.authenticated(credentials.clone());
    taken(probe.attempt(strange).await?)?;
    let answer = probe.control().await?;
    let Some(grant) = answer.grant() else { return Ok(()) };
    if state(probe, grant).await? != State::Active {
        return Err(Stop::NotApplicable("introspection does not tell this client of its live token".into()));
    }
    let token = grant.access_token.expose_secret();
    let foreign = revocation(probe, token)?.authenticated(credentials);
    let exchange = probe.attempt(foreign).await?.reply.exchange;
    let until = end(&answer, grant);
    match settled(probe, grant, until).await? {
        State::Inactive if outlives(until, probe.now(), Duration::ZERO) => {
            let actual = "dead after another client revoked it";
            probe.broken("RFC7009-2.1-04", None, "a token that lives on", actual, exchange);
            return Ok(());
        }
        State::Active => {}
        State::Inactive | State::Unknown => {
            return Err(Stop::Inconclusive("nothing says whether another client ended the token".into()));
        }
    }
    // Who revokes nothing has refused nothing.
    if is_unsupported(&revoke(probe, token, None).await?) {
        return Err(unsupported());
    }
    let reason =
        || Stop::Inconclusive("its own client did not end the token either: that it lived on says nothing".into());
    if settled(probe, grant, until).await? == State::Inactive { Ok(()) } else { Err(reason()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock as _, ManualClock};
    use crate::testing::*;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, Mutex};

    /// A server with one token, and what its revocation endpoint does for its owner and for the second client: the
    /// answer, and after how many looks of introspection the token is dead. What introspection says of a dead token is
    /// the last.
    async fn verdict(own: (Response, Option<usize>), foreign: (Response, Option<usize>), dead: Response) -> String {
        let left = Mutex::new(None);
        let server = canned(move |request| {
            let mut left = left.lock().unwrap();
            match request.path() {
                "/introspect" if *left == Some(0) => Some(dead.clone()),
                "/introspect" => {
                    *left = left.map(|left: usize| left - 1);
                    Some(Response::json(200, &json!({"active": true})))
                }
                "/revoke" => {
                    let basic = request.fields.get("Authorization").and_then(basic_id);
                    let (reply, looks) = if basic.as_deref() == Some("second") { &foreign } else { &own };
                    if request.form().get("token") == Some("opaque-0123456789") {
                        *left = left.or(*looks);
                    }
                    Some(reply.clone())
                }
                _ => None,
            }
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        let ok = || Response::empty(200);
        let inactive = || Response::json(200, &json!({"active": false}));
        let foreign = async |reply, looks| verdict((ok(), Some(0)), (reply, looks), inactive()).await;
        assert_eq!(foreign(ok(), None).await, "pass");
        assert_eq!(foreign(refusal(400, "invalid_grant"), None).await, "pass");
        assert_eq!(foreign(ok(), Some(0)).await, "fail must RFC7009-2.1-04");
        // It takes a moment until every machine knows.
        assert_eq!(foreign(ok(), Some(2)).await, "fail must RFC7009-2.1-04");
        assert_eq!(foreign(busy(503), None).await, "inconclusive");
        assert_eq!(foreign(refusal(401, "invalid_client"), None).await, "skip");
    }

    /// Only who revokes at all can have refused to.
    #[tokio::test]
    async fn the_owner_can_do_what_another_client_cannot() {
        let inactive = || Response::json(200, &json!({"active": false}));
        for (reply, looks, expected) in [
            (Response::empty(200), Some(3), "pass"),
            (Response::empty(200), None, "inconclusive"),
            (refusal(400, "unsupported_token_type"), None, "skip"),
            (refusal(401, "invalid_client"), None, "skip"),
        ] {
            assert_eq!(verdict((reply, looks), (Response::empty(200), None), inactive()).await, expected, "{looks:?}");
        }
    }

    /// A token that lives for two seconds is looked at while it does.
    #[tokio::test]
    async fn the_looks_at_a_token_end_before_it_does() {
        let clock = Arc::new(ManualClock::new(jiff::Timestamp::UNIX_EPOCH));
        let (time, revoked) = (Arc::clone(&clock), AtomicBool::new(false));
        let mut server = canned(move |request| match request.path() {
            "/token" => Some(token_with("expires_in", 2)),
            "/introspect" => {
                let active = time.now().as_second() < 2 && !revoked.load(Ordering::Relaxed);
                Some(Response::json(200, &json!({"active": active})))
            }
            "/revoke" => {
                let own = request.fields.get("Authorization").and_then(basic_id).as_deref() == Some("job");
                revoked.fetch_or(own, Ordering::Relaxed);
                Some(Response::empty(200))
            }
            _ => None,
        });
        server.clock = clock;
        assert_eq!(server.verdict(&CHECK).await, "pass");
    }

    /// An introspection that fails says nothing of a token.
    #[tokio::test]
    async fn a_token_is_dead_when_introspection_says_so() {
        let ok = || (Response::empty(200), Some(0));
        assert_eq!(verdict(ok(), ok(), page(500)).await, "inconclusive");
    }
}
