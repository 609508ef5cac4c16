//! Credentials in the URI do not authenticate.
//!
//! **Sent.** The request of `[companion.disposable]`, with `client_id` and `client_secret` in the query of the
//! endpoint and the rest in the body.
//!
//! **Demanded.** `error=invalid_client`, or `invalid_request` (RFC 6749 §2.3.1: these parameters are for the body
//! alone).
//!
//! **Why it matters.** The query of a URI is written into the logs of every machine that it passes.
//!
//! **The attack.** Somebody who may read the access log of a proxy, and nothing else, reads secrets.
//!
//! **How servers went wrong.** Frameworks merge query and body, and then the server cannot tell them apart; five
//! of seventeen servers that were tried took them or answered wrongly.

use crate::checks::prelude::*;
use secrecy::ExposeSecret as _;

pub(crate) const CHECK: Check = Check {
    id: "client-authentication/in-uri",
    source: include_str!("in_uri.rs"),
    statements: &["RFC6749-2.3.1-01"],
    needs: &[Need::DisposableClient],
    faults: &[Fault::new(
        "merged",
        "merges the query into the body",
        Deviation::Reads(|request, _| {
            let query = request.query();
            request.edit_form(|form| query.iter().for_each(|(name, value)| form.append(name, value)));
        }),
    )],
    run: |probe| Box::pin(run(probe)),
};

const REFUSAL: Refusal = Refusal {
    statement: "RFC6749-2.3.1-01",
    codes: &["invalid_client", "invalid_request"],
    tolerated: &[],
    token: None,
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let client = probe.companion(Role::Disposable)?;
    let Some(secret) = &client.secret else {
        return Err(Stop::Skip("[companion.disposable] has no secret".into()));
    };
    let request = probe.request_of(client);
    works(probe, &request, Role::Disposable).await?;
    let mut query = Form::default();
    query.append("client_id", &client.id);
    query.append("client_secret", secret.expose_secret());
    let mut in_uri = request.authenticated(Credentials::Nothing).to_request();
    let mark = if in_uri.uri.contains('?') { '&' } else { '?' };
    in_uri.uri = format!("{}{mark}{}", in_uri.uri, query.encode());
    let answer = probe.near_miss(Attempt::from(in_uri).fails_authentication()).await?;
    probe.judge(&answer, &REFUSAL);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        for (reply, verdict) in [
            (refusal(400, "invalid_client"), "pass"),
            (refusal(401, "invalid_client"), "pass"),
            (refusal(400, "invalid_request"), "pass"),
            (refusal(400, "invalid_grant"), "fail must RFC6749-2.3.1-01"),
            (token(), "fail must RFC6749-2.3.1-01"),
            (busy(429), "inconclusive"),
        ] {
            assert_eq!(verdict_on(&CHECK, |request| request.query().count("client_secret") > 0, &reply).await, verdict);
        }
    }
}
