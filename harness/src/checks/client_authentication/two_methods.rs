//! Two ways to authenticate in one request are refused.
//!
//! **Sent.** The request that works, with its credentials both in the Authorization field and in the body.
//!
//! **Demanded.** `error=invalid_request`, or `invalid_client` (RFC 6749 §2.3 and §5.2). A token is a warning: the
//! rule binds the client.
//!
//! **Why it matters.** If the two disagree, somebody has to decide which one counts, and a gateway may decide
//! otherwise than the server.
//!
//! **The attack.** Credentials in the header pass the gateway; other credentials in the body get the token.
//!
//! **How servers went wrong.** Thirteen of seventeen servers that were tried let the header win without a word.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "client-authentication/two-methods",
    source: include_str!("two_methods.rs"),
    statements: &["RFC6749-2.3-01"],
    needs: &[],
    faults: &[
        Fault::warning(
            "header-wins",
            "lets the header win",
            Deviation::Reads(|request, _| {
                if request.fields.get("Authorization").is_some() {
                    request.edit_form(|form| form.remove("client_secret"));
                }
            }),
        ),
        Fault::new(
            "server-error",
            "answers 500",
            Deviation::Answers(|request, response| {
                let both = request.fields.get("Authorization").is_some() && request.form().count("client_secret") > 0;
                if request.path() == "/token" && both {
                    *response = Response::empty(500);
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const REFUSAL: Refusal = Refusal {
    statement: "RFC6749-2.3-01",
    codes: &["invalid_request", "invalid_client"],
    tolerated: &[],
    token: Some(Level::Should),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let client = &probe.target.client;
    let Some(secret) = client.secret.clone() else {
        return Err(Stop::NotApplicable("the client has no secret".into()));
    };
    let body = probe.request().authenticated(Credentials::Post(client.id.clone(), secret.clone()));
    let header = probe.request().authenticated(Credentials::Basic(client.id.clone(), secret, client.basic_encoding));
    let mut both = header.to_request();
    both.body = body.to_request().body;
    let answer = probe.near_miss(Attempt::from(both).fails_authentication()).await?;
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
            (refusal(400, "invalid_request"), "pass"),
            (refusal(401, "invalid_client"), "pass"),
            (refusal(400, "invalid_grant"), "fail must RFC6749-2.3-01"),
            (token(), "fail should RFC6749-2.3-01"),
            (busy(503), "inconclusive"),
        ] {
            assert_eq!(verdict_on(&CHECK, |request| request.form().count("client_secret") > 0, &reply).await, verdict);
        }
    }
}
