//! An unknown client and a wrong secret look the same.
//!
//! **Sent.** A client that nobody registered, and `[companion.disposable]` with a wrong secret, both by Basic.
//!
//! **Demanded.** The same status, code and description. This is a note: client ids are public by definition, and no
//! specification demands it.
//!
//! **Why it matters.** Two different texts are a list of clients for whoever asks often enough.
//!
//! **The attack.** Ids are collected, and then their secrets guessed.
//!
//! **How servers went wrong.** Descriptions that say which of the two was wrong.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "client-authentication/indistinguishable",
    source: include_str!("indistinguishable.rs"),
    statements: &["HARNESS-02"],
    needs: &[Need::DisposableClient],
    faults: &[Fault::note(
        "tells",
        "says that a client is unknown",
        Deviation::Answers(|request, response| {
            let unknown = basic_id(request.fields.get("Authorization").unwrap_or_default())
                .is_some_and(|id| id.contains("nobody"));
            refusals(request, response, |response| {
                if unknown {
                    response
                        .edit_object(|object| _ = object.insert("error_description".into(), "unknown client".into()));
                }
            });
        }),
    )
    .of("D29")],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let client = probe.companion(Role::Disposable)?;
    let wrong = |id: &str| {
        Credentials::Basic(id.to_owned(), "countersign-wrong-secret".to_owned().into(), client.basic_encoding)
    };
    let unknown = probe.request_of(client).authenticated(wrong("countersign-nobody"));
    let known = probe.request_of(client).authenticated(wrong(&client.id)).to_request();
    let unknown = probe.near_miss(unknown).await?;
    let known = probe.near_miss(Attempt::from(known).wrong_secret()).await?;
    let seen = |answer: &Answer| {
        let text = |name: &str| answer.reply.response.text(name).unwrap_or_default();
        (answer.status(), text("error"), text("error_description"))
    };
    if unknown.grant().is_some() || known.grant().is_some() {
        return Err(Stop::Inconclusive("a token came for a wrong secret".into()));
    }
    if seen(&unknown) != seen(&known) {
        let expected = format!("the answer to a wrong secret: {:?}", seen(&known));
        let actual = format!("{:?}", seen(&unknown));
        probe.broken("HARNESS-02", Some(Level::May), &expected, &actual, unknown.reply.exchange);
    }
    Ok(())
}

#[cfg(test)]
crate::testing::canned_replies!(
    |request: &Request| basic_pair(request.fields.get("Authorization").unwrap_or_default())
        .is_some_and(|(id, secret)| { id == "countersign-nobody" || secret == "countersign-wrong-secret" }),
    [
        (refusal(401, "invalid_client"), "pass"),
        (refusal(400, "invalid_client"), "pass"),
        (token(), "inconclusive"),
        (busy(503), "inconclusive"),
    ]
);
