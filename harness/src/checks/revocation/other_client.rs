//! A client cannot revoke the tokens of another.
//!
//! **Sent.** The request that works; the revocation of its token by `[companion.second]`; the introspection of the
//! token.
//!
//! **Demanded.** The token lives on (RFC 7009 §2.1). Whether the answer is an error or 200 is left to the server.
//!
//! **Why it matters.** Clients of one server do not trust each other.
//!
//! **The attack.** One client that learns the token of another, as a resource server does, ends its work.
//!
//! **How servers went wrong.** The token is looked up and deleted; whose it was is not compared.

use super::{State, state};
use crate::checks::prelude::*;

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
    let Some(endpoint) = probe.target.revocation_endpoint.clone() else { return Ok(()) };
    let own = probe.request_of(second);
    works(probe, &own, Role::Second).await?;
    let answer = probe.control().await?;
    let Some(grant) = answer.grant() else { return Ok(()) };
    if state(probe, grant).await? != State::Active {
        return Err(Stop::NotApplicable("introspection does not tell this client of its live token".into()));
    }
    let credentials = Credentials::of(second, probe.target.audience());
    let foreign = probe.ask(&endpoint, "token", grant.access_token.expose_secret()).authenticated(credentials);
    let reply = probe.send(&foreign.to_request()).await?;
    if state(probe, grant).await? != State::Active {
        let actual = "dead after another client revoked it";
        probe.broken("RFC7009-2.1-04", None, "a token that lives on", actual, reply.exchange);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    async fn verdict(reply: Response, dies: bool) -> String {
        let dead = AtomicBool::new(false);
        let server = canned(move |request| match request.path() {
            "/introspect" => Some(Response::json(200, &json!({"active": !dead.load(Ordering::Relaxed)}))),
            "/revoke" => {
                dead.store(dies, Ordering::Relaxed);
                Some(reply.clone())
            }
            _ => None,
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        assert_eq!(verdict(Response::empty(200), false).await, "pass");
        assert_eq!(verdict(refusal(400, "invalid_grant"), false).await, "pass");
        assert_eq!(verdict(Response::empty(200), true).await, "fail must RFC7009-2.1-04");
        assert_eq!(verdict(busy(503), false).await, "inconclusive");
    }
}
