//! A request that names two clients gets a token for neither.
//!
//! **Sent.** Basic credentials of the client with the `client_id` of another in the body; and with the credentials
//! of `[companion.second]` in the body. Then the client's own id beside its Basic credentials.
//!
//! **Demanded.** `invalid_request` or `invalid_client` for two clients; a token for the same one twice, whose
//! refusal is a warning (RFC 6749 §2.3 and §3.2.1).
//!
//! **Why it matters.** One of the two is logged, the other one gets the token.
//!
//! **The attack.** A client borrows the name of another for the log, or for a gateway's rules.
//!
//! **How servers went wrong.** The header wins without a word.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "client-authentication/two-identities",
    source: include_str!("two_identities.rs"),
    statements: &["RFC6749-2.3-02", "RFC6749-3.2.1-01"],
    needs: &[],
    faults: &[
        Fault::new(
            "header-wins",
            "does not look at the body when there is a header",
            Deviation::Reads(|request, _| {
                if request.fields.get("Authorization").is_some() {
                    request.edit_form(|form| {
                        form.remove("client_id");
                        form.remove("client_secret");
                    });
                }
            }),
        ),
        Fault::warning(
            "own-id",
            "refuses the client's own id beside its credentials",
            Deviation::Reads(|request, _| {
                if request.fields.get("Authorization").is_some() && request.form().count("client_id") > 0 {
                    request.edit_form(|form| form.set("client_id", "nobody"));
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const REFUSAL: Refusal = Refusal {
    statement: "RFC6749-2.3-02",
    codes: &["invalid_request", "invalid_client"],
    tolerated: &["invalid_grant", "unauthorized_client"],
    token: Some(Level::Must),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    if !matches!(probe.request().credentials, Credentials::Basic(..)) {
        return Err(Stop::NotApplicable("the client does not authenticate by Basic".into()));
    }
    let mut cases = vec![probe.request().with("client_id", "countersign-nobody").to_request()];
    if let Some(second) = probe.target.companions.get(&Role::Second) {
        cases.push(probe.request().with("client_id", &second.id).to_request());
        if let Some(secret) = &second.secret {
            let both = probe.request().with("client_id", &second.id).with("client_secret", secret.expose_secret());
            cases.push(both.to_request());
        }
    }
    let cases = cases.into_iter().map(|request| Attempt::from(request).fails_authentication());
    all_refused(probe, cases.collect::<Vec<_>>(), &REFUSAL).await?;
    let own = probe.request().with("client_id", &probe.target.client.id);
    let answer = probe.near_miss(own).await?;
    if answer.grant().is_none() {
        let (described, exchange) = (answer.describe(), answer.reply.exchange);
        let expected = "a token, as without the id";
        probe.broken("RFC6749-3.2.1-01", Some(Level::Should), expected, &described, exchange);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    async fn verdict(other: Response, own: Response) -> String {
        let server = canned(move |request| match request.form().get("client_id") {
            Some("job") => Some(own.clone()),
            Some(_) => Some(other.clone()),
            None => None,
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        assert_eq!(verdict(refusal(400, "invalid_request"), token()).await, "pass");
        assert_eq!(verdict(refusal(401, "invalid_client"), token()).await, "pass");
        assert_eq!(verdict(refusal(400, "invalid_grant"), token()).await, "fail should RFC6749-2.3-02");
        assert_eq!(verdict(token(), token()).await, "fail must RFC6749-2.3-02");
        assert_eq!(
            verdict(refusal(400, "invalid_request"), refusal(400, "invalid_request")).await,
            "fail should RFC6749-3.2.1-01"
        );
        assert_eq!(verdict(busy(503), token()).await, "inconclusive");
    }
}
