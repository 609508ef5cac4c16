//! A token that is asked for without a certificate is bound to none.
//!
//! **Sent.** The request of a client with a certificate, and at once the same, and the one of `[client]` if it is
//! another, over connections that present none.
//!
//! **Demanded.** An error, or a token without `cnf.x5t#S256`: which of the two is left to the server (RFC 8705 §3.4).
//!
//! **Why it matters.** The certificate belongs to the connection. One that was remembered belongs to somebody else.
//!
//! **The attack.** A token that is bound to the certificate of the client before is one that this client can use and
//! the other cannot.
//!
//! **How servers went wrong.** A proxy keeps connections to the server open, and the certificate stays with them.

use super::{Certified, binding, is_turned_away, shown, unseen};
use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "certificate/unbound",
    source: include_str!("unbound.rs"),
    statements: &["RFC8705-3.4-01"],
    needs: &[Need::ClientCertificate],
    faults: &[Fault::new(
        "remembered",
        "binds tokens to the certificate that it saw last",
        Deviation::Sets(|settings| settings.unchecked = Some("fresh certificate")),
    )],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let client = Certified::any(probe)?;
    let mut main = probe.request().to_request();
    main.identity = None;
    let mut nothing = unseen("no token is asked for without it");
    let mut is_judged = false;
    for request in [client.over(None), main] {
        client.works(probe).await?;
        let Some(answer) = probe.attempt_over_tls(request).await? else { continue };
        match &answer.kind {
            Kind::Refusal { .. } => is_judged = true,
            Kind::Token(grant) => match Jwt::parse(grant.access_token.expose_secret()) {
                Some(jwt) => {
                    is_judged = true;
                    let claims = Value::Object(jwt.claims);
                    let found = binding(&claims);
                    let expected = "an error, or a token that is bound to no certificate";
                    probe.demand(found.is_none(), "RFC8705-3.4-01", expected, &shown(found), answer.reply.exchange);
                }
                None => nothing = Stop::NotApplicable("a token that is no JWT does not tell what binds it".into()),
            },
            Kind::Neither if is_turned_away(&answer.reply) => {}
            Kind::Neither => return Err(Stop::Inconclusive(format!("neither token nor error: {}", answer.describe()))),
        }
    }
    client.works(probe).await?;
    if is_judged { Ok(()) } else { Err(nothing) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::certificate::tests::server;
    use crate::testing::*;

    /// Of a server that answers so to the client with a certificate; that of `[client]` has its usual token, if this
    /// is none.
    async fn verdict(reply: Response) -> String {
        let server = server(move |request| {
            let plain = request.path() == "/token" && request.identity.is_none();
            let usual = request.fields.get("Authorization").is_some() && reply.status != 200;
            (plain && !usual).then(|| reply.clone())
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        assert_eq!(verdict(refusal(401, "invalid_client")).await, "pass");
        assert_eq!(verdict(token()).await, "skip");
        assert_eq!(verdict(page(400)).await, "skip");
        assert_eq!(verdict(page(302)).await, "inconclusive");
        assert_eq!(verdict(jwt_token(&json!({}), &json!({}))).await, "pass");
        let bound = jwt_token(&json!({}), &json!({"cnf": {"x5t#S256": "AAAA"}}));
        assert_eq!(verdict(bound).await, "fail must RFC8705-3.4-01");
        assert_eq!(verdict(busy(503)).await, "inconclusive");
    }
}
