//! A token that was revoked is dead.
//!
//! **Sent.** The request that works; the revocation of its token, with no hint, with a wrong one and with one that
//! nobody knows, each for a token of its own; the introspection of each.
//!
//! **Demanded.** 200, and `active: false` at once or within seconds, whatever the hint (RFC 7009 §2 and §2.1, RFC
//! 7662 §4); within a minute, if `max_wait_seconds` and the token last for it, it is a warning.
//! `unsupported_token_type` says that access tokens are not revoked here, and nothing is judged.
//!
//! **Why it matters.** Revocation is what is left when a token is stolen.
//!
//! **The attack.** A token that was reported stolen, and goes on working.
//!
//! **How servers went wrong.** The hint decides which table is searched; caches of introspection that nobody
//! clears.

use super::{State, end, is_unsupported, revoke, settled, state, unsupported};
use crate::checks::prelude::*;
use crate::property::{LATER, outlives};
use std::time::Duration;

pub(crate) const CHECK: Check = Check {
    id: "revocation/effect",
    source: include_str!("effect.rs"),
    statements: &["RFC7009-2-01", "RFC7009-2.1-01", "RFC7009-2.1-05", "RFC7009-2.2-02", "RFC7662-4-11"],
    needs: &[Need::Revocation, Need::Introspection],
    faults: &[
        Fault::new(
            "without-effect",
            "answers 200 and revokes nothing",
            Deviation::Reads(|request, _| {
                if request.path() == "/revoke" {
                    request.edit_form(|form| form.set("token", "none"));
                }
            }),
        ),
        Fault::new(
            "hint-decides",
            "looks only where the hint points",
            Deviation::Reads(|request, _| {
                if request.path() == "/revoke" && request.form().get("token_type_hint") == Some("refresh_token") {
                    request.edit_form(|form| form.set("token", "none"));
                }
            }),
        ),
        Fault::new(
            "unknown-hint",
            "refuses hints that it does not know",
            Deviation::Reads(|request, _| {
                if request.path() == "/revoke" && request.form().get("token_type_hint") == Some("x_countersign") {
                    request.edit_form(|form| form.remove("token"));
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

/// A hint, and the statement that a lost revocation breaks.
const HINTS: [(Option<&str>, &str); 3] =
    [(None, "RFC7009-2.1-01"), (Some("refresh_token"), "RFC7009-2.1-05"), (Some("x_countersign"), "RFC7009-2.2-02")];

async fn run(probe: &mut Probe<'_>) -> Outcome {
    // Once no wait has helped, none is begun any more.
    let mut rest = Duration::from_secs(probe.target.limits.max_wait_seconds);
    for (hint, statement) in HINTS {
        let answer = probe.control().await?;
        let Some(grant) = answer.grant() else { return Ok(()) };
        if state(probe, grant).await? != State::Active {
            return Err(Stop::NotApplicable("introspection does not tell this client of its live token".into()));
        }
        let revoked = revoke(probe, grant.access_token.expose_secret(), hint).await?;
        let (exchange, described) = (revoked.reply.exchange, revoked.describe());
        if is_unsupported(&revoked) {
            return Err(unsupported());
        }
        if revoked.status() != 200 {
            let missing = if hint.is_none() { "RFC7009-2-01" } else { statement };
            probe.broken(missing, None, "status 200", &described, exchange);
            if hint.is_none() {
                for effect in [statement, "RFC7662-4-11"] {
                    probe.leave(effect, Stop::Inconclusive(format!("the token was not revoked: {described}")));
                }
            }
            continue;
        }
        let mut seen = settled(probe, grant, None).await?;
        let (until, is_late) = (end(&answer, grant), seen == State::Active);
        for pause in LATER.map(Duration::from_secs) {
            if seen != State::Active {
                break;
            }
            let Some(left) = rest.checked_sub(pause).filter(|_| outlives(until, probe.now(), pause)) else { break };
            rest = left;
            probe.link.wait(pause, "a revocation to take effect").await;
            seen = state(probe, grant).await?;
        }
        match seen {
            State::Inactive if is_late => {
                let actual = "dead, but not some seconds after its revocation";
                probe.broken(statement, Some(Level::Should), "a token that is dead at once", actual, exchange);
            }
            State::Inactive if outlives(until, probe.now(), Duration::ZERO) => {}
            State::Inactive => {
                let reason = "the token ends so early that its end cannot be told from its revocation";
                return Err(Stop::Inconclusive(reason.into()));
            }
            State::Active => {
                rest = Duration::ZERO;
                let actual = "still active at the last look after its revocation";
                probe.broken(statement, None, "a token that is dead", actual, exchange);
                if hint.is_none() {
                    probe.broken("RFC7662-4-11", None, "`active`: false for a revoked token", actual, exchange);
                }
            }
            State::Unknown => {
                let reason = "introspection does not say any more whether the token is active";
                return Err(Stop::Inconclusive(reason.into()));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Status;
    use crate::testing::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    async fn verdict(reply: Response, works: fn(Option<&str>) -> bool) -> String {
        let dead = AtomicBool::new(false);
        let server = canned(move |request| match request.path() {
            "/token" => {
                dead.store(false, Ordering::Relaxed);
                None
            }
            "/introspect" => Some(Response::json(200, &json!({"active": !dead.load(Ordering::Relaxed)}))),
            "/revoke" => {
                dead.store(works(request.form().get("token_type_hint")), Ordering::Relaxed);
                Some(reply.clone())
            }
            _ => None,
        });
        server.verdict(&CHECK).await
    }

    /// Where the server refuses to revoke, nothing took effect or failed to.
    #[tokio::test]
    async fn the_effect_of_a_refused_revocation_is_not_judged() {
        let server = canned(|request| match request.path() {
            "/introspect" => Some(Response::json(200, &json!({"active": true}))),
            "/revoke" => Some(refusal(400, "invalid_request")),
            _ => None,
        });
        assert_eq!(server.status(&CHECK, "RFC7009-2-01").await, Status::Broken);
        for id in ["RFC7009-2.1-01", "RFC7662-4-11"] {
            assert_eq!(server.status(&CHECK, id).await, Status::Inconclusive, "{id}");
        }
    }

    #[tokio::test]
    async fn canned_replies() {
        assert_eq!(verdict(Response::empty(200), |_| true).await, "pass");
        assert_eq!(verdict(Response::empty(200), |_| false).await, "fail must RFC7662-4-11");
        assert_eq!(
            verdict(Response::empty(200), |hint| hint != Some("refresh_token")).await,
            "fail must RFC7009-2.1-05"
        );
        assert_eq!(verdict(refusal(400, "invalid_request"), |_| false).await, "fail must RFC7009-2.1-05");
        assert_eq!(verdict(refusal(400, "unsupported_token_type"), |_| false).await, "skip");
        assert_eq!(verdict(busy(503), |_| false).await, "inconclusive");
    }

    /// The hint is optional (RFC 7009 §2.1), and without one the request is refused here.
    #[tokio::test]
    async fn a_revocation_needs_no_hint() {
        let dead = AtomicBool::new(false);
        let server = canned(move |request| match request.path() {
            "/token" => {
                dead.store(false, Ordering::Relaxed);
                None
            }
            "/introspect" => Some(Response::json(200, &json!({"active": !dead.load(Ordering::Relaxed)}))),
            "/revoke" if request.form().get("token_type_hint").is_none() => Some(refusal(400, "invalid_request")),
            "/revoke" => {
                dead.store(true, Ordering::Relaxed);
                Some(Response::empty(200))
            }
            _ => None,
        });
        assert_eq!(server.verdict(&CHECK).await, "fail should RFC7009-2-01");
    }
}
