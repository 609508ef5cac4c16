//! The token endpoint does not answer over plain http.
//!
//! **Sent.** The request of a client that nobody registered to the same host and path over http, if the endpoint is
//! on the usual port of https.
//!
//! **Demanded.** No connection, a redirect, or an answer that is not the endpoint's (RFC 6749 §3.2). A redirect is
//! a warning: what was sent is on the wire already.
//!
//! **Why it matters.** A client with a wrong configuration works, and nobody notices.
//!
//! **The attack.** Whoever is on the path reads the secret.
//!
//! **How servers went wrong.** A listener for http that was meant for health checks serves everything.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "transport/plaintext",
    source: include_str!("plaintext.rs"),
    statements: &["RFC6749-3.2-01"],
    needs: &[],
    faults: &[Fault::new("answers", "answers over plain http", Deviation::Sets(|settings| settings.plaintext = true))],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let endpoint = &probe.target.token_endpoint;
    let (Some(rest), false) = (endpoint.strip_prefix("https://"), is_loopback(endpoint)) else {
        return Err(Stop::NotApplicable("a server on loopback may be tested over plain http".into()));
    };
    if rest.split('/').next().unwrap_or_default().contains(':') {
        return Err(Stop::NotApplicable("the endpoint has a port of its own, which has no twin for http".into()));
    }
    let made_up = Credentials::Post("countersign-nobody".into(), "countersign-no-secret".to_owned().into());
    let mut request = probe.request().authenticated(made_up).to_request();
    request.uri = format!("http://{rest}");
    // Silence there says something only of a server that answers here.
    probe.control().await?;
    // Nobody there is what is demanded, and no reason to ask again.
    let Some(reply) = probe.knock(&request).await? else { return Ok(()) };
    let answer = Answer::of(reply);
    let (exchange, described) = (answer.reply.exchange, answer.describe());
    match (&answer.kind, answer.status()) {
        (Kind::Neither, 300..=399) => {
            probe.broken("RFC6749-3.2-01", Some(Level::Should), "no connection", &described, exchange);
        }
        (Kind::Neither, _) => {}
        _ => probe.broken("RFC6749-3.2-01", None, "no answer of the endpoint", &described, exchange),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        let mut redirect = Response::empty(301);
        redirect.fields.set("Location", "https://as.example/token");
        for (reply, expected) in [
            (Response::empty(HANDSHAKE_REFUSED), "pass"),
            (Response::empty(404), "pass"),
            (redirect, "fail should RFC6749-3.2-01"),
            (refusal(401, "invalid_client"), "fail must RFC6749-3.2-01"),
            (token(), "fail must RFC6749-3.2-01"),
        ] {
            let mut server = canned(move |request| request.uri.starts_with("http://").then(|| reply.clone()));
            server.over_tls = true;
            assert_eq!(server.verdict(&CHECK).await, expected);
        }
    }

    #[tokio::test]
    async fn on_loopback_nothing_is_judged() {
        assert_eq!(canned(|_| None).verdict(&CHECK).await, "skip");
    }
}
