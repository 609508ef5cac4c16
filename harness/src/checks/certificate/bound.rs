//! A token that is asked for with a certificate is bound to it.
//!
//! **Sent.** The request of a client with a certificate; the introspection of its token.
//!
//! **Demanded.** `cnf.x5t#S256`, in the token or by introspection, is the SHA-256 of the certificate in DER, as
//! base64url without padding (RFC 8705 §3.1). A JWT whose binding nothing names is a warning where the metadata
//! announces bound tokens (§3.3): whether a client wants them is part of its registration.
//!
//! **Why it matters.** The resource server compares the certificate of each call with this value.
//!
//! **The attack.** A token that is bound to nothing works for whoever steals it; one that is bound to another
//! certificate works for its owner.
//!
//! **How servers went wrong.** The digest is made of the PEM text, of the key, by SHA-1 or in hexadecimal; the
//! padding stays.

use super::{Certified, binding, shown};
use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "certificate/bound",
    source: include_str!("bound.rs"),
    statements: &["RFC8705-3.1-01", "RFC8705-3.1-02"],
    needs: &[Need::ClientCertificate],
    faults: &[
        token_fault!("padded", "pads the thumbprint", |_, claims| {
            if let Some(thumbprint) = claims.get_mut("cnf").and_then(|cnf| cnf.get_mut("x5t#S256")) {
                *thumbprint = format!("{}=", thumbprint.as_str().unwrap_or_default()).into();
            }
        }),
        Fault::warning(
            "unbound",
            "announces bound tokens and binds none",
            Deviation::Sets(|settings| settings.unchecked = Some("certificate binding")),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let client = Certified::any(probe)?;
    let answer = client.works(probe).await?;
    let Some(grant) = answer.grant() else { return Ok(()) };
    let jwt = Jwt::parse(grant.access_token.expose_secret()).map(|jwt| Value::Object(jwt.claims));
    let told = client.introspected(probe, grant).await?;
    let wanted = json!(client.identity.thumbprint());
    let expected = shown(Some(&wanted));
    let named =
        [jwt.as_ref().map(|claims| (claims, answer.reply.exchange)), told.as_ref().map(|(told, at)| (told, *at))];
    let bindings: Vec<_> =
        named.into_iter().flatten().filter_map(|(members, at)| Some((binding(members)?, at))).collect();
    for (binding, exchange) in &bindings {
        probe.demand(**binding == wanted, "RFC8705-3.1-02", &expected, &shown(Some(binding)), *exchange);
    }
    let announced = probe.target.metadata.as_ref().is_some_and(|metadata| {
        let member = metadata.members.get("tls_client_certificate_bound_access_tokens");
        metadata.is_own && member == Some(&Value::Bool(true))
    });
    match &jwt {
        Some(_) if bindings.is_empty() && announced => {
            probe.broken("RFC8705-3.1-01", None, &expected, &shown(None), answer.reply.exchange);
            probe.leave("RFC8705-3.1-02", Stop::NotApplicable("the token names no certificate".into()));
            Ok(())
        }
        _ if bindings.is_empty() => {
            Err(Stop::NotApplicable("no token of this client is bound to its certificate".into()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::certificate::tests::{server, verdict_on_binding};
    use crate::report::Status;
    use crate::testing::*;
    use crate::wire::Identity;

    /// A token that is bound to nothing names no wrong certificate, and no right one.
    #[tokio::test]
    async fn a_thumbprint_that_is_not_there_is_not_right() {
        let text = document(&json!({"tls_client_certificate_bound_access_tokens": true}));
        let text = text.to_string().replace("BASE", "https://as.example");
        let server = server(move |request| match request.path() {
            WELL_KNOWN => Some(Response::json(200, &serde_json::from_str(&text).unwrap())),
            "/token" if request.identity.is_some() => Some(jwt_token(&json!({}), &json!({}))),
            _ => None,
        });
        assert_eq!(server.status(&CHECK, "RFC8705-3.1-01").await, Status::Broken);
        assert_eq!(server.status(&CHECK, "RFC8705-3.1-02").await, Status::NotApplicable);
    }

    #[tokio::test]
    async fn canned_replies() {
        let bound = |thumbprint: &str| json!({"active": true, "cnf": {"x5t#S256": thumbprint}});
        let padded = |thumbprint: &str| json!({"active": true, "cnf": {"x5t#S256": format!("{thumbprint}=")}});
        let unbound = |_: &str| json!({"active": true});
        assert_eq!(verdict_on_binding(&CHECK, bound, bound).await, "pass");
        assert_eq!(verdict_on_binding(&CHECK, bound, unbound).await, "pass");
        assert_eq!(verdict_on_binding(&CHECK, unbound, bound).await, "pass");
        assert_eq!(verdict_on_binding(&CHECK, padded, bound).await, "fail must RFC8705-3.1-02");
        assert_eq!(verdict_on_binding(&CHECK, unbound, padded).await, "fail must RFC8705-3.1-02");
        assert_eq!(verdict_on_binding(&CHECK, unbound, unbound).await, "skip");
        let text = document(&json!({"tls_client_certificate_bound_access_tokens": true}));
        for (told, verdict) in [(unbound as fn(&str) -> Value, "fail should RFC8705-3.1-01"), (bound, "pass")] {
            let text = text.to_string().replace("BASE", "https://as.example");
            let announced = server(move |request| {
                let thumbprint = request.identity.as_ref().map(Identity::thumbprint).unwrap_or_default();
                match request.path() {
                    WELL_KNOWN => Some(Response::json(200, &serde_json::from_str(&text).unwrap())),
                    "/token" if request.identity.is_some() => Some(jwt_token(&json!({}), &json!({}))),
                    "/introspect" => Some(Response::json(200, &told(&thumbprint))),
                    _ => None,
                }
            });
            assert_eq!(announced.verdict(&CHECK).await, verdict);
        }
        let busy = server(|request| request.identity.is_some().then(|| busy(503)));
        assert_eq!(busy.verdict(&CHECK).await, "inconclusive");
    }
}
