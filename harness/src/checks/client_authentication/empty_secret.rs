//! An empty secret is none.
//!
//! **Sent.** The id of the client with an empty secret: in the body, and by Basic; and a secret without an id.
//!
//! **Demanded.** `invalid_client`, or `invalid_request` (RFC 6749 §2.3.1).
//!
//! **Why it matters.** Everybody knows the id.
//!
//! **The attack.** A lookup that finds no secret and compares it with an empty one lets anybody in.
//!
//! **How servers went wrong.** Clients that were created by script have an empty secret until somebody sets one.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "client-authentication/empty-secret",
    source: include_str!("empty_secret.rs"),
    statements: &["RFC6749-2.3.1-05", "RFC6749-2.3.1-08"],
    needs: &[],
    faults: &[
        Fault::new(
            "accepted",
            "takes an empty secret for a good one",
            Deviation::Reads(|request, registry| {
                let form = request.form();
                let empty = form.get("client_secret") == Some("");
                if let Some(client) = form.get("client_id").and_then(|id| registry.find(id)).filter(|_| empty) {
                    authenticate_as(request, client);
                }
            }),
        )
        .of("D17"),
        Fault::new(
            "secret-suffices",
            "finds the client by its secret",
            Deviation::Reads(|request, registry| {
                let form = request.form();
                let alone = form.count("client_id") == 0 && request.fields.get("Authorization").is_none();
                let found = registry.all().iter().find(|client| Some(client.secret) == form.get("client_secret"));
                if let Some(client) = found.filter(|_| alone) {
                    authenticate_as(request, client);
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const REFUSAL: Refusal = Refusal {
    statement: "RFC6749-2.3.1-05",
    codes: &["invalid_client", "invalid_request"],
    tolerated: &[],
    token: Some(Level::Must),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let client = &probe.target.client;
    let nothing = || secrecy::SecretString::from(String::new());
    let body = probe.request().authenticated(Credentials::Post(client.id.clone(), nothing())).to_request();
    let header = Credentials::Basic(client.id.clone(), nothing(), client.basic_encoding);
    let header = probe.request().authenticated(header).to_request();
    let cases = [body, header].map(|request| Attempt::from(request).fails_authentication());
    all_refused(probe, cases, &REFUSAL).await?;
    if let Some(secret) = &client.secret {
        let request = probe.request().authenticated(Credentials::Nothing).with("client_secret", secret.expose_secret());
        let refusal = Refusal { statement: "RFC6749-2.3.1-08", ..REFUSAL };
        all_refused(probe, [request], &refusal).await?;
    } else {
        probe.leave("RFC6749-2.3.1-08", Stop::NotApplicable("the client has no secret".into()));
    }
    Ok(())
}

#[cfg(test)]
crate::testing::canned_replies!(
    |request: &Request| basic_pair(request.fields.get("Authorization").unwrap_or_default())
        .is_none_or(|(_, secret)| secret.is_empty()),
    [
        (refusal(401, "invalid_client"), "pass"),
        (refusal(400, "invalid_request"), "pass"),
        (refusal(400, "unauthorized_client"), "fail must RFC6749-2.3.1-08"),
        (token(), "fail must RFC6749-2.3.1-05"),
        (busy(429), "inconclusive"),
    ]
);
