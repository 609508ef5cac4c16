//! A token that was altered is no token.
//!
//! **Sent.** The request that works; its token with other claims under the same signature, with `alg` none and no
//! signature, and with an octet of the signature changed: to introspection, and to `protected_url`.
//!
//! **Demanded.** `active: false`; 401 (RFC 6749 §10.3). An opaque token is not judged.
//!
//! **Why it matters.** A signature protects what it covers only where it is verified.
//!
//! **The attack.** The end of a token is moved, or its client exchanged, with a text editor.
//!
//! **How servers went wrong.** Introspection that reads the claims and looks up nothing; `none` as an algorithm
//! like others.

use crate::checks::prelude::*;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub(crate) const CHECK: Check = Check {
    id: "token/altered",
    source: include_str!("altered.rs"),
    statements: &["RFC6749-10.3-03"],
    needs: &[],
    faults: &[
        Fault::new(
            "introspection",
            "introspects claims without their signature",
            Deviation::Answers(|request, response| {
                let form = request.form();
                let own = form.get("token").and_then(Jwt::parse).is_some_and(|jwt| jwt.claims.contains_key("exp"));
                if request.path() == "/introspect" && own && response.status == 200 {
                    response.edit_object(|object| _ = object.insert("active".into(), true.into()));
                }
            }),
        )
        .of("D26"),
        Fault::new(
            "resource",
            "accepts tokens that nobody signed",
            Deviation::Answers(|request, response| {
                let unsigned = request.fields.get("Authorization").is_some_and(|value| value.ends_with('.'));
                if request.path() == "/api" && unsigned {
                    *response = Response::json(200, &json!({}));
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let answer = probe.control().await?;
    let Some(grant) = answer.grant() else { return Ok(()) };
    let token = grant.access_token.expose_secret().to_owned();
    let Jwt { mut header, mut claims } = jwt(grant)?;
    let signature = token.rsplit_once('.').map(|(_, signature)| signature.to_owned()).unwrap_or_default();
    let write = |part: &Map<String, Value>| URL_SAFE_NO_PAD.encode(Value::Object(part.clone()).to_string());
    let mut octets = URL_SAFE_NO_PAD.decode(&signature).unwrap_or_default();
    octets.first_mut().into_iter().for_each(|octet| *octet ^= 1);
    let flipped = format!("{}.{}.{}", write(&header), write(&claims), URL_SAFE_NO_PAD.encode(octets));
    let end = claims.get("exp").and_then(Value::as_i64).unwrap_or_default();
    claims.insert("exp".into(), json!(end.saturating_add(1)));
    let longer = format!("{}.{}.{signature}", write(&header), write(&claims));
    header.insert("alg".into(), "none".into());
    let unsigned = format!("{}.{}.", write(&header), write(&claims));
    let (introspection, protected) = (probe.target.introspection_endpoint.clone(), probe.target.protected_url.clone());
    if introspection.is_none() && protected.is_none() {
        return Err(Stop::Skip("there is no introspection, and no `protected_url` in [target]".into()));
    }
    for altered in [flipped, longer, unsigned] {
        probe.link.hide(&altered);
        if let Some(endpoint) = &introspection {
            let reply = probe.send(&probe.ask(endpoint, "token", &altered).to_request()).await?;
            let active = reply.response.object().is_some_and(|body| body.get("active") == Some(&Value::Bool(true)));
            let actual = "`active`: true for an altered token";
            probe.demand(!active, "RFC6749-10.3-03", "`active`: false", actual, reply.exchange);
        }
        if let Some(uri) = &protected {
            let mut request = Request::get(uri);
            request.fields.set("Authorization", format!("Bearer {altered}"));
            let reply = probe.send(&request).await?;
            let accepted = (200..300).contains(&reply.response.status);
            let actual = format!("status {} for an altered token", reply.response.status);
            probe.demand(!accepted, "RFC6749-10.3-03", "status 401", &actual, reply.exchange);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    async fn verdict(active: bool, status: u16) -> String {
        let server = canned(move |request| match request.path() {
            "/token" => Some(jwt_token(&json!({"alg": "ES256"}), &json!({"exp": 60}))),
            "/introspect" => Some(Response::json(200, &json!({"active": active}))),
            "/api" => Some(Response::empty(status)),
            _ => None,
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        assert_eq!(verdict(false, 401).await, "pass");
        assert_eq!(verdict(true, 401).await, "fail must RFC6749-10.3-03");
        assert_eq!(verdict(false, 200).await, "fail must RFC6749-10.3-03");
        assert_eq!(verdict(false, 503).await, "inconclusive");
        assert_eq!(canned(|_| None).verdict(&CHECK).await, "skip");
    }
}
