//! A token that is a JWT is signed with a key that the server publishes.
//!
//! **Sent.** The request that works, and a GET of the JWK Set.
//!
//! **Demanded.** The set answers with 200 and a JSON object that holds `keys`; the signature verifies with one of
//! them, under the algorithm that the header names (RFC 7515 §4.1.1, RFC 7517 §5, RFC 8414 §2). An opaque token
//! is not judged.
//!
//! **Why it matters.** A resource server that cannot verify the tokens will refuse them all, or be told to stop
//! verifying.
//!
//! **The attack.** Keys that nobody can check invite the setting that switches the check off, and then anybody
//! signs.
//!
//! **How servers went wrong.** A new key is used before it is published; `kid` names none of the keys; tokens of
//! a test environment are signed with the key of another one.

use super::REGISTERED;
use crate::checks::prelude::*;
use crate::token_signature::{Unverified, verify};
use countersign_validator::KeySet;
use countersign_validator::key::KeySetError;
use serde_json::Value;

pub(crate) const CHECK: Check = Check {
    id: "token/signature",
    source: include_str!("signature.rs"),
    statements: &["RFC7515-4.1.1-01", "RFC7517-5-01", "RFC8414-2-34"],
    needs: &[Need::Jwks],
    faults: &[
        Fault::new(
            "unpublished-key",
            "signs with a key that it does not publish",
            Deviation::Sets(|settings| settings.hidden_key = true),
        ),
        grant_fault!("altered", "alters the token after it has signed it", |response| {
            response.edit_object(|object| {
                let token = object.get("access_token").and_then(Value::as_str).unwrap_or_default();
                let (input, signature) = token.rsplit_once('.').unwrap_or_default();
                let altered = format!("{input}.{}", signature.chars().rev().collect::<String>());
                object.insert("access_token".into(), altered.into());
            });
        }),
        Fault::new(
            "no-keys",
            "publishes a set without `keys`",
            Deviation::Answers(|request, response| {
                if request.path() == "/jwks" {
                    response.edit_object(|object| _ = object.remove("keys"));
                }
            }),
        ),
        Fault::new(
            "jwks-not-found",
            "names a set that is not there",
            Deviation::Answers(|request, response| {
                if request.path() == "/jwks" {
                    *response = Response::empty(404);
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let Some(uri) = &probe.target.jwks_uri else { return Ok(()) };
    let set = probe.send(&Request::get(uri)).await?;
    let members = set.response.object().filter(|_| set.response.status == 200);
    let described = set.response.describe();
    if members.is_none() {
        // Unless it has begun to fail altogether.
        probe.control().await?;
        probe.broken("RFC8414-2-34", None, "status 200 and a JSON object", &described, set.exchange);
        probe.leave("RFC7517-5-01", Stop::Inconclusive("no JWK Set came".into()));
        probe.leave("RFC7515-4.1.1-01", Stop::Inconclusive("no keys came".into()));
        return Ok(());
    }
    let keys = match KeySet::from_json(&set.response.body) {
        Ok(keys) => keys,
        Err(reason @ KeySetError::TooLarge) => return Err(Stop::Inconclusive(reason.to_string())),
        Err(reason) => {
            probe.broken("RFC7517-5-01", None, "a JWK Set", &reason.to_string(), set.exchange);
            probe.leave("RFC7515-4.1.1-01", Stop::Inconclusive("no keys came".into()));
            return Ok(());
        }
    };
    let answer = probe.control().await?;
    let Some(grant) = answer.grant() else { return Ok(()) };
    let exchange = answer.reply.exchange;
    match verify(grant.access_token.expose_secret(), &keys) {
        Ok(()) => Ok(()),
        Err(reason @ (Unverified::NotAJwt | Unverified::SharedSecret)) => Err(Stop::NotApplicable(reason.to_string())),
        Err(Unverified::UnknownAlgorithm(name)) if REGISTERED.contains(&name.as_str()) => {
            Err(Stop::Skip(format!("this version cannot verify {name}")))
        }
        Err(reason @ Unverified::UnknownAlgorithm(_)) => Err(Stop::Inconclusive(reason.to_string())),
        Err(reason @ (Unverified::NoKey | Unverified::WrongSignature)) => {
            let expected = "a signature that a published key verifies";
            probe.broken("RFC7515-4.1.1-01", None, expected, &reason.to_string(), exchange);
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Status;
    use crate::testing::*;
    use serde_json::json;

    /// The example of RFC 7515 appendix A.3: ES256 with its key.
    const TOKEN: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    fn key() -> Value {
        json!({
            "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
        })
    }

    async fn verdict(keys: Option<Response>, signed: &str) -> String {
        let signed = signed.to_owned();
        let server = canned(move |request| match request.path() {
            "/jwks" => keys.clone(),
            "/token" => {
                let mut response = token();
                response.edit_object(|object| _ = object.insert("access_token".into(), signed.clone().into()));
                Some(response)
            }
            _ => None,
        });
        server.verdict(&CHECK).await
    }

    /// Without keys nobody looked at a signature, and without a set at no keys.
    #[tokio::test]
    async fn what_was_not_looked_at_is_not_met() {
        let usual = |keys: Option<Response>| {
            canned(move |request| match request.path() {
                "/jwks" => keys.clone(),
                "/token" => Some(token_with("access_token", TOKEN)),
                _ => None,
            })
        };
        for (keys, id, status) in [
            (None, "RFC8414-2-34", Status::Broken),
            (None, "RFC7517-5-01", Status::Inconclusive),
            (None, "RFC7515-4.1.1-01", Status::Inconclusive),
            (Some(json!({})), "RFC8414-2-34", Status::Met),
            (Some(json!({})), "RFC7517-5-01", Status::Broken),
            (Some(json!({})), "RFC7515-4.1.1-01", Status::Inconclusive),
            (Some(json!({"keys": [key()]})), "RFC7515-4.1.1-01", Status::Met),
        ] {
            let set = keys.as_ref().map(|keys| Response::json(200, keys));
            assert_eq!(usual(set).status(&CHECK, id).await, status, "{id} of {keys:?}");
        }
    }

    #[tokio::test]
    async fn canned_replies() {
        let set = |key: Value| Some(Response::json(200, &json!({"keys": [key]})));
        let mut other = key();
        other["kid"] = "other".into();
        other["use"] = "enc".into();
        assert_eq!(verdict(set(key()), TOKEN).await, "pass");
        assert_eq!(verdict(set(other), TOKEN).await, "fail must RFC7515-4.1.1-01");
        assert_eq!(verdict(set(key()), &TOKEN.replace("DtEh", "DtEi")).await, "fail must RFC7515-4.1.1-01");
        assert_eq!(verdict(set(key()), "opaque").await, "skip");
        assert_eq!(verdict(set(key()), "eyJhbGciOiJYIn0.e30.AAAA").await, "inconclusive");
        assert_eq!(verdict(set(key()), "eyJhbGciOiJFUzI1NksifQ.e30.AAAA").await, "skip");
        assert_eq!(verdict(Some(Response::json(200, &json!({}))), TOKEN).await, "fail must RFC7517-5-01");
        assert_eq!(verdict(Some(page(200)), TOKEN).await, "fail must RFC8414-2-34");
        assert_eq!(verdict(None, TOKEN).await, "fail must RFC8414-2-34");
    }
}
