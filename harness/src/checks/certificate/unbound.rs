//! A token that is asked for without a certificate is bound to none.
//!
//! **Sent.** The request of a client with a certificate, and at once the same, and the one of `[client]` if it is
//! another, over connections that present none; the introspection of tokens that name no binding themselves.
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
    let (mut is_judged, mut findings) = (false, Vec::new());
    for (request, of) in [(client.over(None), Some(&client)), (main, None)] {
        client.works(probe).await?;
        let Some(answer) = probe.attempt_over_tls(request).await? else { continue };
        match &answer.kind {
            Kind::Refusal { .. } => is_judged = true,
            Kind::Token(grant) => match telling(probe, of, grant).await? {
                Some(told) => {
                    is_judged = true;
                    let (found, expected) = (binding(&told), "an error, or a token that is bound to no certificate");
                    let (actual, exchange) = (shown(found), answer.reply.exchange);
                    let finding = || probe.finding("RFC8705-3.4-01", None, expected, &actual, exchange);
                    findings.extend(found.map(|_| finding()));
                }
                None => nothing = Stop::NotApplicable("nothing tells what binds the token".into()),
            },
            Kind::Neither if is_turned_away(&answer.reply) => {}
            Kind::Neither if (400..500).contains(&answer.status()) => is_judged = true,
            Kind::Neither => return Err(Stop::Inconclusive(format!("neither token nor error: {}", answer.describe()))),
        }
    }
    client.works(probe).await?;
    findings.into_iter().for_each(|finding| probe.record(Some(finding)));
    if is_judged { Ok(()) } else { Err(nothing) }
}

/// What tells the binding of a token of this client, else of the main one: the token, if it names one, else
/// introspection (RFC 8705 §3).
async fn telling(probe: &mut Probe<'_>, client: Option<&Certified>, grant: &Grant) -> Result<Option<Value>, Stop> {
    let claims = Jwt::parse(grant.access_token.expose_secret()).map(|jwt| Value::Object(jwt.claims));
    let naming = claims.filter(|claims| binding(claims).is_some());
    Ok(match (naming, client) {
        (Some(claims), _) => Some(claims),
        (None, Some(client)) => client.introspected(probe, grant).await?.map(|(told, _)| told),
        (None, None) => introspect(probe, grant).await?.map(Value::Object).filter(|told| told["active"] == true),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::certificate::tests::server;
    use crate::testing::*;

    /// Of a server that answers so to the client with a certificate, and by introspection; that of `[client]` has its
    /// usual token, if this is none.
    async fn verdict(reply: Response, told: Value) -> String {
        let server = server(move |request| {
            if request.path() == "/introspect" {
                return Some(Response::json(200, &told));
            }
            let plain = request.path() == "/token" && request.identity.is_none();
            let usual = request.fields.get("Authorization").is_some() && reply.status != 200;
            (plain && !usual).then(|| reply.clone())
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        let silent = || json!({"active": false});
        assert_eq!(verdict(refusal(401, "invalid_client"), silent()).await, "pass");
        assert_eq!(verdict(Response::json(401, &json!({"title": "no"})), silent()).await, "pass");
        assert_eq!(verdict(page(400), silent()).await, "skip");
        assert_eq!(verdict(page(302), silent()).await, "inconclusive");
        assert_eq!(verdict(busy(503), silent()).await, "inconclusive");
        let bound = jwt_token(&json!({}), &json!({"cnf": {"x5t#S256": "AAAA"}}));
        assert_eq!(verdict(bound, silent()).await, "fail must RFC8705-3.4-01");
    }

    /// What binds a token may stand in it, or be told by introspection alone (RFC 8705 §3).
    #[tokio::test]
    async fn who_names_no_binding_may_leave_it_to_introspection() {
        for reply in [token(), jwt_token(&json!({}), &json!({}))] {
            for (told, expected) in [
                (json!({"active": true}), "pass"),
                (json!({"active": true, "cnf": {"x5t#S256": "AAAA"}}), "fail must RFC8705-3.4-01"),
                (json!({"active": false}), "skip"),
            ] {
                assert_eq!(verdict(reply.clone(), told.clone()).await, expected, "{told}");
            }
        }
    }

    /// From the first request without a certificate on, nothing that the server says counts.
    #[tokio::test]
    async fn an_outage_is_no_answer() {
        let fails = std::sync::atomic::AtomicBool::new(false);
        let server = server(move |request| {
            use std::sync::atomic::Ordering::Relaxed;
            let named = request.form().get("client_id").is_some();
            if request.path() == "/token" && named && request.identity.is_none() {
                fails.store(true, Relaxed);
                return Some(jwt_token(&json!({}), &json!({"cnf": {"x5t#S256": "AAAA"}})));
            }
            fails.load(Relaxed).then(|| page(500))
        });
        assert_eq!(server.verdict(&CHECK).await, "inconclusive");
    }
}
