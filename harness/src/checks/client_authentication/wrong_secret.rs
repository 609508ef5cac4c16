//! A wrong secret gets 401, `invalid_client` and a challenge, and never a token.
//!
//! **Sent.** The request of `[companion.disposable]` with a wrong secret by Basic: another one, the right one
//! with a letter more, and a random single change of it: a letter, its case or width, its end.
//!
//! **Demanded.** Status 401, `error=invalid_client`, and `WWW-Authenticate` with the Basic scheme and a realm
//! (RFC 6749 §5.2 and §10.10, RFC 9110 §11.6.1, RFC 7617 §2).
//!
//! **Why it matters.** The secret is all that stands between a public name and a token.
//!
//! **The attack.** Guessing; and every comparison that is not exact, such as one that stops after 72 octets,
//! makes guessing easier.
//!
//! **How servers went wrong.** Ten of seventeen servers that were tried answered with another status or code, or
//! without a challenge; one compared only a prefix.

use super::{BasicRefusal, judge_basic_refusal};
use crate::checks::prelude::*;
use crate::property::{Trial, applied, falsify_within, wrong_secrets};
use secrecy::{ExposeSecret as _, SecretString};

pub(crate) const CHECK: Check = Check {
    id: "client-authentication/wrong-secret",
    source: include_str!("wrong_secret.rs"),
    statements: &["RFC6749-10.10-02", "RFC6749-5.2-01", "RFC6749-5.2-03", "RFC9110-11.6.1-01", "RFC7617-2-02"],
    needs: &[Need::DisposableClient],
    faults: &[
        Fault::new(
            "any-secret",
            "does not compare secrets",
            Deviation::Reads(|request, registry| {
                let known = basic_id(request.fields.get("Authorization").unwrap_or_default());
                if let Some(client) = known.and_then(|id| registry.find(&id)).filter(|client| !client.secret.is_empty())
                {
                    authenticate_as(request, client);
                }
            }),
        ),
        Fault::new(
            "prefix",
            "compares only as many letters as the secret has",
            Deviation::Reads(|request, registry| {
                let Some((id, secret)) = basic_pair(request.fields.get("Authorization").unwrap_or_default()) else {
                    return;
                };
                let found = registry.find(&id).filter(|client| !client.secret.is_empty());
                if let Some(client) = found.filter(|client| secret.starts_with(client.secret)) {
                    authenticate_as(request, client);
                }
            }),
        ),
        Fault::new(
            "beginning",
            "compares only as many letters as it is sent",
            Deviation::Reads(|request, registry| {
                let Some((id, secret)) = basic_pair(request.fields.get("Authorization").unwrap_or_default()) else {
                    return;
                };
                let found = registry.find(&id).filter(|_| !secret.is_empty());
                if let Some(client) = found.filter(|client| client.secret.starts_with(&secret)) {
                    authenticate_as(request, client);
                }
            }),
        ),
        Fault::new(
            "invalid-grant",
            "answers invalid_grant",
            Deviation::Answers(|request, response| code(request, response, "invalid_client", "invalid_grant")),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

/// Each is a login that fails, which may lock a client out: none is made smaller.
const FEW: u32 = 1;

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let client = probe.companion(Role::Disposable)?;
    let request = probe.request_of(client);
    let Credentials::Basic(id, secret, encoding) = &request.credentials else {
        return Err(Stop::Skip("[companion.disposable] does not authenticate by Basic".into()));
    };
    works(probe, &request, Role::Disposable).await?;
    let with = |wrong: String| {
        let credentials = Credentials::Basic(id.clone(), SecretString::from(wrong), *encoding);
        Attempt::from(request.clone().authenticated(credentials)).wrong_secret()
    };
    for wrong in ["countersign-wrong-secret".to_owned(), format!("{}x", secret.expose_secret())] {
        let answer = probe.near_miss(with(wrong)).await?;
        judge_basic_refusal(probe, &answer, &BasicRefusal { token: "RFC6749-10.10-02" });
    }
    let wrong_secrets = applied(wrong_secrets(), secret.expose_secret().to_owned());
    falsify_within(probe, FEW, &wrong_secrets, async |probe, trial, wrong| {
        if trial == Trial::Shrink {
            return Ok(None);
        }
        let answer = probe.attempt(with(wrong)).await?;
        let (described, exchange) = (answer.describe(), answer.reply.exchange);
        let finding = || probe.finding("RFC6749-10.10-02", Some(Level::Must), "no token", &described, exchange);
        Ok(answer.grant().is_some().then(finding))
    })
    .await?;
    works(probe, &request, Role::Disposable).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        let mut challenged = refusal(401, "invalid_client");
        challenged.fields.set("WWW-Authenticate", "Basic realm=\"a\"");
        for (reply, verdict) in [
            (challenged, "pass"),
            (refusal(401, "invalid_client"), "fail must RFC6749-5.2-01"),
            (refusal(400, "invalid_client"), "fail must RFC6749-5.2-01"),
            (token(), "fail must RFC6749-10.10-02"),
            (busy(429), "inconclusive"),
            (gateway_page(403), "inconclusive"),
        ] {
            let wrong = |request: &Request| {
                basic_pair(request.fields.get("Authorization").unwrap_or_default())
                    .is_some_and(|(id, secret)| id == "disposable" && secret != "s3cret +/=&?")
            };
            assert_eq!(verdict_on(&CHECK, wrong, &reply).await, verdict);
        }
    }

    #[tokio::test]
    async fn a_companion_that_does_not_work_proves_nothing() {
        let refused = |request: &Request| {
            basic_id(request.fields.get("Authorization").unwrap_or_default()).as_deref() == Some("disposable")
        };
        assert_eq!(verdict_on(&CHECK, refused, &refusal(401, "invalid_client")).await, "inconclusive");
    }
}
