//! A bound token is worth nothing without its certificate.
//!
//! **Sent.** The token of a client with a certificate to `protected_url`: over a connection with that certificate, with
//! that of each other client, with a forgery that says the same, and with none.
//!
//! **Demanded.** Accepted with the certificate; else 401 with `error="invalid_token"`, or the end of the connection
//! (RFC 8705 §3). Where every other connection ends, or gets a page of what ends TLS, nobody compared anything, and
//! nothing is judged.
//!
//! **Why it matters.** This comparison is all that makes a bound token worth more than a bearer token.
//!
//! **The attack.** A token out of a log works from anywhere.
//!
//! **How servers went wrong.** The resource server asks for no certificate, or takes that it got one for enough.

use super::{Certified, binding, is_turned_away, unseen};
use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "certificate/protected-resource",
    source: include_str!("protected_resource.rs"),
    statements: &["RFC8705-3-01"],
    needs: &[Need::ClientCertificate, Need::ProtectedUrl],
    faults: &[Fault::new(
        "not-compared",
        "accepts bound tokens from everybody",
        Deviation::Sets(|settings| settings.unchecked = Some("bound certificate")),
    )],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let client = Certified::any(probe)?;
    let Some(uri) = probe.target.protected_url.clone() else { return Ok(()) };
    let answer = client.works(probe).await?;
    let Some(grant) = answer.grant() else { return Ok(()) };
    let claims = jwt(grant).map(|jwt| Value::Object(jwt.claims))?;
    if binding(&claims).is_none() {
        return Err(Stop::NotApplicable("the token is not bound to the certificate".into()));
    }
    let mut call = Request::get(&uri);
    call.fields.set("Authorization", format!("Bearer {}", grant.access_token.expose_secret()));
    call.identity = Some(client.identity.clone());
    accepted(probe, &call).await?;
    let forged = client.forged()?;
    let others = client.others(probe.target).into_iter().filter_map(|client| client.identity.clone());
    let (mut is_seen, mut findings) = (false, Vec::new());
    for identity in others.chain([forged]).map(Some).chain([None]) {
        let says = if identity.is_some() { "another certificate" } else { "no certificate" };
        let request = Request { identity, ..call.clone() };
        let Some(reply) = probe.send_over_tls(&request).await?.filter(|reply| !is_turned_away(reply)) else { continue };
        is_seen = true;
        let challenge = reply.response.fields.list("WWW-Authenticate");
        let (refused, named) = (reply.response.status == 401, challenge.contains("invalid_token"));
        let level = if (400..500).contains(&reply.response.status) { Level::Should } else { Level::Must };
        if !refused || !named {
            let expected = "status 401, error=\"invalid_token\"";
            let actual = format!("status {} for a bound token with {says}", reply.response.status);
            findings.push(probe.finding("RFC8705-3-01", Some(level), expected, &actual, reply.exchange));
        }
    }
    accepted(probe, &call).await?;
    findings.into_iter().for_each(|finding| probe.record(Some(finding)));
    if is_seen { Ok(()) } else { Err(unseen("the resource server compared nothing")) }
}

async fn accepted(probe: &mut Probe<'_>, call: &Request) -> Outcome {
    let reply = probe.send(call).await?;
    let described = reply.response.describe();
    let reason =
        || Stop::Inconclusive(format!("`protected_url` does not accept a token with its certificate: {described}"));
    if reply.response.status < 300 { Ok(()) } else { Err(reason()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::certificate::tests::server;
    use crate::testing::*;

    /// The verdict on a resource server that answers so to the wrong certificate.
    async fn verdict(reply: Response) -> String {
        let server = server(move |request| {
            let own = request.identity.as_ref().map(crate::wire::Identity::thumbprint);
            match request.path() {
                "/token" if own.is_some() => Some(jwt_token(&json!({}), &json!({"cnf": {"x5t#S256": own}}))),
                "/api" => {
                    let token = request.fields.get("Authorization").and_then(|value| Jwt::parse(value.get(7..)?));
                    let bound = token.map(|token| token.claims["cnf"]["x5t#S256"].clone());
                    Some(if bound == own.map(Value::from) { Response::empty(200) } else { reply.clone() })
                }
                _ => None,
            }
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        let challenge = |status: u16, value: &str| {
            let mut response = Response::empty(status);
            response.fields.set("WWW-Authenticate", value);
            response
        };
        assert_eq!(verdict(challenge(401, "Bearer error=\"invalid_token\"")).await, "pass");
        assert_eq!(verdict(Response::empty(HANDSHAKE_REFUSED)).await, "skip");
        assert_eq!(verdict(page(400)).await, "skip");
        assert_eq!(verdict(page(403)).await, "skip");
        assert_eq!(verdict(page(404)).await, "fail should RFC8705-3-01");
        assert_eq!(verdict(challenge(401, "Bearer")).await, "fail should RFC8705-3-01");
        assert_eq!(verdict(Response::empty(403)).await, "fail should RFC8705-3-01");
        assert_eq!(verdict(Response::empty(200)).await, "fail must RFC8705-3-01");
        assert_eq!(verdict(busy(503)).await, "inconclusive");
    }
}
