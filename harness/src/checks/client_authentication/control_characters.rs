//! A secret ends where it ends, not at a control character.
//!
//! **Sent.** The secret of `[companion.disposable]` followed by NUL and junk, and by a line break, by Basic.
//!
//! **Demanded.** No token (RFC 7617 §2, RFC 6749 §10.10).
//!
//! **Why it matters.** What is compared up to a NUL is compared by a library in C.
//!
//! **The attack.** A prefix of a secret is all that must be guessed.
//!
//! **How servers went wrong.** White space is trimmed; strings end at NUL.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "client-authentication/control-characters",
    source: include_str!("control_characters.rs"),
    statements: &["RFC7617-2-04"],
    needs: &[Need::DisposableClient],
    faults: &[Fault::new(
        "ends-at-nul",
        "reads a secret up to NUL",
        Deviation::Reads(|request, registry| {
            let Some((id, secret)) = basic_pair(request.fields.get("Authorization").unwrap_or_default()) else {
                return;
            };
            let same = |client: &&'static Registered| {
                secret.split('\0').next() == Some(client.secret) && !client.secret.is_empty()
            };
            if let Some(client) = registry.find(&id).filter(same) {
                authenticate_as(request, client);
            }
        }),
    )],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let client = probe.companion(Role::Disposable)?;
    let request = probe.request_of(client);
    let Credentials::Basic(id, secret, encoding) = &request.credentials else {
        return Err(Stop::Skip("[companion.disposable] does not authenticate by Basic".into()));
    };
    works(probe, &request, Role::Disposable).await?;
    for junk in ["\0junk", "\r\n"] {
        let longer = format!("{}{junk}", secret.expose_secret());
        let credentials = Credentials::Basic(id.clone(), longer.into(), *encoding);
        let attempt = request.clone().authenticated(credentials).to_request();
        let answer = probe.near_miss(Attempt::from(attempt).wrong_secret()).await?;
        let (exchange, described) = (answer.reply.exchange, answer.describe());
        let refused = answer.grant().is_none() && (400..500).contains(&answer.status());
        probe.demand(refused, "RFC7617-2-04", "a refusal", &described, exchange);
    }
    works(probe, &request, Role::Disposable).await
}

#[cfg(test)]
crate::testing::canned_replies!(
    |request: &Request| basic_pair(request.fields.get("Authorization").unwrap_or_default())
        .is_some_and(|(_, secret)| secret.contains(['\0', '\n'])),
    [
        (refusal(401, "invalid_client"), "pass"),
        (refusal(400, "invalid_request"), "pass"),
        (token(), "fail must RFC7617-2-04"),
        (Response::empty(500), "fail must RFC7617-2-04"),
        (busy(503), "inconclusive"),
    ]
);
