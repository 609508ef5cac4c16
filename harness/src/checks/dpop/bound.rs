//! A token for a proof is bound to the key of the proof.
//!
//! **Sent.** The request that works with a proof of possession by a new key; the introspection of its token.
//!
//! **Demanded.** `token_type` is DPoP, and `cnf.jkt`, in the token or by introspection, is the thumbprint of that
//! key (RFC 9449 §5 and §6; introspection of a live token always names it, §6.2). A token without a binding is a
//! warning where the metadata announces DPoP.
//!
//! **Why it matters.** The resource server compares the key of each call with this thumbprint.
//!
//! **The attack.** A token that says DPoP and is bound to nothing is a bearer token that nobody guards.
//!
//! **How servers went wrong.** `token_type` stays Bearer; the thumbprint is made of the JWK as it came, with
//! members in another order.

use super::{present, proof_key};
use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "dpop/bound",
    source: include_str!("bound.rs"),
    statements: &["RFC9449-5-01", "RFC9449-6.1-01", "RFC9449-6.2-01"],
    needs: &[Need::Dpop],
    faults: &[
        Fault::warning(
            "bearer",
            "calls bound tokens bearer tokens",
            Deviation::Answers(|request, response| {
                grants(request, response, |response| {
                    response.edit_object(|object| _ = object.insert("token_type".into(), "Bearer".into()));
                });
            }),
        )
        .of("D27"),
        token_fault!("other-key", "binds tokens to another key", |_, claims| {
            if claims.contains_key("cnf") {
                claims.insert("cnf".into(), json!({"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}));
            }
        }),
        introspection_fault!("not-told", "does not tell of the binding", |object| _ = object.remove("cnf")),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let key = proof_key()?;
    let answer = present(probe, &key, &|_, _| ()).await?;
    let (exchange, described) = (answer.reply.exchange, answer.describe());
    let Some(grant) = answer.grant() else {
        probe.control().await?;
        probe.broken("RFC9449-5-01", None, "a token for a good proof", &described, exchange);
        return Err(Stop::Inconclusive("no token came back whose binding could be judged".into()));
    };
    let named = grant.token_type.as_deref().unwrap_or("none");
    let actual = format!("`token_type`: {named}");
    if named != "dpop" {
        probe.broken("RFC9449-5-01", Some(Level::Should), "`token_type`: DPoP", &actual, exchange);
        return Err(Stop::NotApplicable("the server binds no token to a good proof, as it may".into()));
    }
    let thumbprint = key.thumbprint();
    let bound = |members: &Map<String, Value>| {
        members.get("cnf").and_then(|cnf| cnf.get("jkt")).and_then(Value::as_str).map(str::to_owned)
    };
    let jwt = Jwt::parse(grant.access_token.expose_secret());
    let expected = format!("`cnf.jkt`: {thumbprint}");
    let told = introspect(probe, grant).await?.filter(|told| told.get("active") == Some(&Value::Bool(true)));
    // The token may leave it to introspection to name the key (§6).
    let is_told = told.as_ref().is_some_and(|told| bound(told).is_some());
    if let Some(jwt) = jwt.as_ref().filter(|jwt| bound(&jwt.claims).is_some() || !is_told) {
        let found = bound(&jwt.claims);
        let actual = format!("`cnf.jkt`: {}", found.as_deref().unwrap_or("none"));
        probe.demand(found.as_deref() == Some(&*thumbprint), "RFC9449-6.1-01", &expected, &actual, exchange);
    }
    if let Some(told) = &told {
        let found = bound(told);
        let kind = told.get("token_type").and_then(Value::as_str).unwrap_or("DPoP");
        let actual = format!("`cnf.jkt`: {}, `token_type`: {kind}", found.as_deref().unwrap_or("none"));
        let holds = found.as_deref() == Some(&*thumbprint) && kind.eq_ignore_ascii_case("dpop");
        probe.demand(holds, "RFC9449-6.2-01", &expected, &actual, exchange);
    }
    if jwt.is_none() && told.is_none() {
        return Err(Stop::NotApplicable("the token is opaque, and introspection does not tell of it".into()));
    }
    if jwt.is_none() {
        probe.leave("RFC9449-6.1-01", Stop::NotApplicable("the token is no JWT".into()));
    }
    if told.is_none() {
        probe.leave("RFC9449-6.2-01", Stop::NotApplicable("introspection does not tell of the token".into()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::dpop::tests::{proof_of, server, verdict};
    use crate::report::Status;
    use crate::testing::*;

    /// Binds the token to the key of the proof.
    fn bound(request: &Request) -> Response {
        let jwk = proof_of(request).unwrap().header.get("jwk").unwrap().clone();
        let keys = jwt_compact::jwk::JsonWebKey::clone(&serde_json::from_value(jwk).unwrap());
        use base64::Engine as _;
        let thumbprint = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(keys.thumbprint::<sha2::Sha256>());
        let mut response = jwt_token(&json!({}), &json!({"cnf": {"jkt": thumbprint}}));
        response.edit_object(|object| _ = object.insert("token_type".into(), "DPoP".into()));
        response
    }

    /// A server that names the binding in the token and by introspection, or leaves it out.
    async fn verdict_on_binding(named: bool, told: bool) -> String {
        let last = std::sync::Mutex::new(Value::Null);
        let server = canned(move |request| {
            let mut last = last.lock().unwrap();
            match request.path() {
                WELL_KNOWN => {
                    let text = document(&json!({"dpop_signing_alg_values_supported": ["ES256"]})).to_string();
                    Some(Response::json(200, &serde_json::from_str(&text.replace("BASE", &base(request))).unwrap()))
                }
                "/token" if request.fields.get("DPoP").is_some() => {
                    let mut response = bound(request);
                    let token = Jwt::parse(&response.text("access_token").unwrap()).unwrap();
                    *last = token.claims["cnf"].clone();
                    if !named {
                        let text = jwt_token(&json!({}), &json!({})).text("access_token").unwrap();
                        response.edit_object(|object| _ = object.insert("access_token".into(), text.into()));
                    }
                    Some(response)
                }
                "/introspect" => {
                    let cnf = if told { last.clone() } else { Value::Null };
                    Some(Response::json(200, &json!({"active": true, "cnf": cnf})))
                }
                _ => None,
            }
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        assert_eq!(verdict(&CHECK, bound).await, "pass");
        assert_eq!(verdict(&CHECK, |_| token()).await, "fail should RFC9449-5-01");
        assert_eq!(verdict(&CHECK, |_| refusal(400, "invalid_dpop_proof")).await, "fail must RFC9449-5-01");
        assert_eq!(verdict(&CHECK, |_| token_with("token_type", "DPoP")).await, "skip");
        let unbound = |_: &Request| {
            let mut response = jwt_token(&json!({}), &json!({}));
            response.edit_object(|object| _ = object.insert("token_type".into(), "dpop".into()));
            response
        };
        assert_eq!(verdict(&CHECK, unbound).await, "fail must RFC9449-6.1-01");
        // The binding is named in the token, by introspection, or in both.
        for (named, told, expected) in [
            (true, true, "pass"),
            (false, true, "pass"),
            (true, false, "fail must RFC9449-6.2-01"),
            (false, false, "fail must RFC9449-6.1-01"),
        ] {
            assert_eq!(verdict_on_binding(named, told).await, expected, "{named}, {told}");
        }
        assert_eq!(verdict(&CHECK, |_| busy(503)).await, "inconclusive");
    }

    /// A binding that did not come, or that nobody tells of, is not right.
    #[tokio::test]
    async fn no_binding_is_judged_that_was_not_seen() {
        let refused: fn(&Request) -> Response = |_| refusal(400, "invalid_dpop_proof");
        for (reply, claim, told) in [
            (refused, Status::Inconclusive, Status::Inconclusive),
            (|_| token(), Status::NotApplicable, Status::NotApplicable),
            (bound, Status::Met, Status::NotApplicable),
        ] {
            let server = server(&CHECK, reply);
            assert_eq!(server.status(&CHECK, "RFC9449-6.1-01").await, claim);
            assert_eq!(server.status(&CHECK, "RFC9449-6.2-01").await, told);
        }
    }
}
