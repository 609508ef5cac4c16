//! A scope of one client is not granted to another.
//!
//! **Sent.** The request of `[companion.read_only]`, with a scope that the main client may have and this one may
//! not.
//!
//! **Demanded.** `error=invalid_scope`, or a token without that scope (RFC 6749 §3.3: the server decides; §10.3:
//! least privilege).
//!
//! **Why it matters.** Scopes are what keeps a job that reads reports from deleting them.
//!
//! **The attack.** The secret of the least important client is found in a build log; it asks for the scopes of
//! the most important one.
//!
//! **How servers went wrong.** Servers that know scopes, and not which client may have which; one granted every
//! registered scope when none was asked for.

use super::{granted, untold};
use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "scope/reserved",
    source: include_str!("reserved.rs"),
    statements: &["RFC6749-5.2-31"],
    needs: &[Need::ReadOnlyClient, Need::Scope],
    faults: &[Fault::new(
        "granted",
        "grants every client every scope",
        Deviation::Sets(|settings| settings.excessive_scopes = ExcessiveScopes::Granted),
    )],
    run: |probe| Box::pin(run(probe)),
};

const STATEMENT: &str = "RFC6749-5.2-31";

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let reader = probe.companion(Role::ReadOnly)?;
    if reader.scopes.is_empty() {
        // What this client may have is not for us to guess: a scope that it may have after all would look like a breach.
        return Err(Stop::Skip("name the `scopes` of [companion.read_only]".into()));
    }
    let Some(reserved) = probe.target.client.scopes.iter().find(|scope| !reader.scopes.contains(scope)) else {
        return Err(Stop::Skip("give [companion.read_only] fewer `scopes` than [client]".into()));
    };
    let request = probe.request_of(reader);
    works(probe, &request, Role::ReadOnly).await?;
    let answer = probe.near_miss(request.set("scope", reserved)).await?;
    let grant = match &answer.kind {
        Kind::Token(grant) => grant,
        // Whatever its code, a refusal grants nothing.
        Kind::Refusal { .. } => return Ok(()),
        Kind::Neither => {
            return Err(Stop::Inconclusive(format!("neither a token nor an error: {}", answer.describe())));
        }
    };
    match granted(probe, grant).await? {
        Some(granted) if granted.contains(reserved) => {
            let actual = format!("a token with scope `{reserved}`");
            probe.broken(STATEMENT, Some(Level::Must), "no token with this scope", &actual, answer.reply.exchange);
            Ok(())
        }
        Some(_) => Ok(()),
        None => Err(untold()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn a_client_whose_scopes_are_not_named_is_not_judged() {
        let mut server = canned(|request| (request.form().get("scope") == Some("read")).then(token));
        server.edit = |config| config.companion.values_mut().for_each(|client| client.scopes.clear());
        let checked = server.checked(&CHECK).await;
        assert_eq!(checked.outcome, crate::report::Judgement::Skip, "{:?}", checked.reason);
        assert_eq!(checked.reason.as_deref(), Some("name the `scopes` of [companion.read_only]"));
    }

    #[tokio::test]
    async fn canned_replies() {
        let mut narrowed = token();
        narrowed.edit_object(|object| _ = object.insert("scope".into(), "read".into()));
        for (reply, verdict) in [
            (refusal(400, "invalid_scope"), "pass"),
            (narrowed, "pass"),
            (token(), "fail must RFC6749-5.2-31"),
            (refusal(400, "access_denied"), "pass"),
            (page(403), "inconclusive"),
            (busy(503), "inconclusive"),
        ] {
            assert_eq!(
                verdict_on(&CHECK, |request| request.form().get("scope") == Some("write"), &reply).await,
                verdict
            );
        }
    }
}
