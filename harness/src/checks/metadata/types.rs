//! Members of the metadata have their types.
//!
//! **Sent.** A GET of the metadata.
//!
//! **Demanded.** `tls_client_certificate_bound_access_tokens` is a boolean; `protected_resources` are https URIs
//! without a fragment; `scopes_supported` are strings of the letters of a scope; `signed_metadata` is a JWT with `iss`
//! (RFC 8705 §3.3, RFC 9728 §4, RFC 8414 §2 and §2.1).
//!
//! **Why it matters.** A typed client fails on the whole document for one wrong member.
//!
//! **The attack.** None of its own.
//!
//! **How servers went wrong.** `"true"` as a string, and scopes in one string.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "metadata/types",
    source: include_str!("types.rs"),
    statements: &["RFC8705-3.3-01", "RFC9728-4-01", "RFC8414-2-20", "RFC8414-2.1-01"],
    needs: &[Need::Metadata],
    faults: &[
        document_fault!(
            "/.well-known/oauth-authorization-server",
            "text-boolean",
            "writes a boolean as a string",
            |object| {
                object.insert("tls_client_certificate_bound_access_tokens".into(), "true".into());
            }
        ),
        document_fault!(
            "/.well-known/oauth-authorization-server",
            "resource-fragment",
            "names a resource with a fragment",
            |object| {
                object.insert("protected_resources".into(), json!(["https://a.example/#b"]));
            }
        ),
        Fault::warning(
            "one-string",
            "names its scopes in one string",
            Deviation::Answers(|request, response| {
                if request.path() == "/.well-known/oauth-authorization-server" {
                    response.edit_object(|object| _ = object.insert("scopes_supported".into(), "read write".into()));
                }
            }),
        ),
        document_fault!(
            "/.well-known/oauth-authorization-server",
            "signed-by-nobody",
            "has signed metadata without an issuer",
            |object| {
                object.insert("signed_metadata".into(), "e30.e30.AAAA".into());
            }
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let metadata = metadata(probe)?;
    let members = &metadata.members;
    let exchange = probe.send(&Request::get(&metadata.uri)).await?.exchange;
    let is_token = |scope: &Value| {
        scope
            .as_str()
            .is_some_and(|text| !text.is_empty() && text.chars().all(|c| matches!(c, '!' | '#'..='[' | ']'..='~')))
    };
    let is_resource = |uri: &Value| uri.as_str().is_some_and(|uri| uri.starts_with("https://") && !uri.contains('#'));
    let is_signed = |value: &Value| {
        value.as_str().and_then(Jwt::parse).is_some_and(|jwt| jwt.claims.get("iss").is_some_and(Value::is_string))
    };
    let each = |value: &Value, sound: &dyn Fn(&Value) -> bool| {
        value.as_array().is_some_and(|several| several.iter().all(sound))
    };
    for (name, statement, expected, sound) in [
        (
            "tls_client_certificate_bound_access_tokens",
            "RFC8705-3.3-01",
            "a boolean",
            &Value::is_boolean as &dyn Fn(&Value) -> bool,
        ),
        ("protected_resources", "RFC9728-4-01", "https URIs without a fragment", &|value| each(value, &is_resource)),
        ("scopes_supported", "RFC8414-2-20", "an array of scopes", &|value| each(value, &is_token)),
        ("signed_metadata", "RFC8414-2.1-01", "a JWT with `iss`", &is_signed),
    ] {
        let Some(value) = members.get(name) else { continue };
        probe.demand(sound(value), statement, expected, &format!("`{name}`: {value}"), exchange);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        for (members, verdict) in [
            (json!({}), "pass"),
            (json!({"tls_client_certificate_bound_access_tokens": true, "scopes_supported": ["a:b"]}), "pass"),
            (json!({"tls_client_certificate_bound_access_tokens": 1}), "fail must RFC8705-3.3-01"),
            (json!({"protected_resources": ["http://a.example"]}), "fail must RFC9728-4-01"),
            (json!({"scopes_supported": ["a b"]}), "fail should RFC8414-2-20"),
            (json!({"signed_metadata": "x"}), "fail must RFC8414-2.1-01"),
        ] {
            assert_eq!(verdict_on_document(&CHECK, WELL_KNOWN, &document(&members)).await, verdict, "{members}");
        }
    }

    #[tokio::test]
    async fn without_a_document_there_is_no_verdict() {
        assert_eq!(canned(|_| None).verdict(&CHECK).await, "skip");
    }
}
