//! Credentials that stand twice are refused.
//!
//! **Sent.** The request that works with its credentials in the body and `client_secret` once more: the same, and a
//! wrong one, before and after; then two lines of `Authorization`, of which one is wrong.
//!
//! **Demanded.** `invalid_request` or `invalid_client` (RFC 6749 §3.2, RFC 9110 §5.3). A token for two equal values
//! is a warning, for different ones a violation.
//!
//! **Why it matters.** One layer takes the first, the next one the last.
//!
//! **The attack.** Credentials that pass the gateway stand beside those that get the token.
//!
//! **How servers went wrong.** First or last wins, by the framework.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "client-authentication/repeated",
    source: include_str!("repeated.rs"),
    statements: &["RFC6749-3.2-06", "RFC9110-5.3-01"],
    needs: &[],
    faults: &[
        Fault::new(
            "first-wins",
            "takes the first of two secrets",
            Deviation::Reads(|request, _| request.edit_form(Form::keep_first)),
        )
        .of("D07"),
        Fault::new(
            "first-line",
            "takes the first of two lines",
            Deviation::Reads(|request, _| {
                if let Some(first) = request.fields.get("Authorization").map(str::to_owned) {
                    request.fields.set("Authorization", first);
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const REFUSAL: Refusal = Refusal {
    statement: "RFC6749-3.2-06",
    codes: &["invalid_request", "invalid_client"],
    tolerated: &["invalid_grant"],
    token: None,
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let client = &probe.target.client;
    let Some(secret) = client.secret.clone() else {
        return Err(Stop::NotApplicable("the client has no secret".into()));
    };
    let (own, wrong) = (secret.expose_secret(), "countersign-wrong-secret");
    let body = probe.request().authenticated(Credentials::Post(client.id.clone(), secret.clone()));
    let works = probe.near_miss(Attempt::from(body.to_request()).fails_authentication()).await?.grant().is_some();
    for (first, second, level) in [(own, own, Level::Should), (own, wrong, Level::Must), (wrong, own, Level::Must)] {
        if !works {
            break;
        }
        let twice = probe.request().authenticated(Credentials::Nothing).with("client_id", &client.id);
        let twice = twice.with("client_secret", first).with("client_secret", second).to_request();
        let answer = probe.near_miss(Attempt::from(twice).fails_authentication()).await?;
        probe.judge(&answer, &Refusal { token: Some(level), ..REFUSAL });
    }
    let good = basic_authorization(&client.id, own, client.basic_encoding);
    let bad = basic_authorization("countersign-nobody", wrong, client.basic_encoding);
    for (first, second) in [(&good, &bad), (&bad, &good)] {
        let mut request = probe.request().authenticated(Credentials::Nothing).to_request();
        request.fields.append("Authorization", first);
        request.fields.append("Authorization", second);
        let answer = probe.near_miss(Attempt::from(request).fails_authentication()).await?;
        let (exchange, described) = (answer.reply.exchange, answer.describe());
        if answer.grant().is_some() {
            probe.broken("RFC9110-5.3-01", Some(Level::Must), "no token", &described, exchange);
        } else {
            let refused = (400..500).contains(&answer.status());
            probe.demand(refused, "RFC9110-5.3-01", "a status 4xx", &described, exchange);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    async fn verdict(body: Response, header: Response) -> String {
        let server = canned(move |request| {
            let twice = request.form().count("client_secret") > 1;
            let lines = request.fields.all("Authorization").count() > 1;
            if twice { Some(body.clone()) } else { lines.then(|| header.clone()) }
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        let no = || refusal(400, "invalid_request");
        assert_eq!(verdict(no(), no()).await, "pass");
        assert_eq!(verdict(no(), Response::empty(400)).await, "pass");
        assert_eq!(verdict(refusal(401, "invalid_client"), refusal(401, "invalid_client")).await, "pass");
        assert_eq!(verdict(token(), no()).await, "fail must RFC6749-3.2-06");
        assert_eq!(verdict(refusal(400, "invalid_grant"), no()).await, "fail should RFC6749-3.2-06");
        assert_eq!(verdict(no(), token()).await, "fail must RFC9110-5.3-01");
        assert_eq!(verdict(no(), page(500)).await, "fail should RFC9110-5.3-01");
        assert_eq!(verdict(busy(503), no()).await, "inconclusive");
    }
}
