//! The metadata offers what the best current practice recommends.
//!
//! **Sent.** A GET of the metadata.
//!
//! **Demanded.** A way to authenticate with a private key, and tokens that are bound to their sender (RFC 9700
//! §2.2.1 and §2.5). These are notes, warnings under the profile bcp9700.
//!
//! **Why it matters.** A shared secret lies on two sides, and a bearer token is good for whoever holds it.
//!
//! **The attack.** A secret or a token from a log or a backup is used by somebody else.
//!
//! **How servers went wrong.** Most servers can; few have it switched on.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "metadata/advice",
    source: include_str!("advice.rs"),
    statements: &["RFC9700-2.5-01", "RFC9700-2.2.1-01"],
    needs: &[Need::Metadata],
    faults: &[
        Fault::note(
            "secrets-only",
            "knows secrets alone",
            Deviation::Answers(|request, response| {
                if request.path() == "/.well-known/oauth-authorization-server" {
                    response.edit_object(|object| {
                        let methods = json!(["client_secret_basic", "client_secret_post"]);
                        object.insert("token_endpoint_auth_methods_supported".into(), methods);
                    });
                }
            }),
        ),
        Fault::note(
            "bearer-only",
            "binds no token",
            Deviation::Answers(|request, response| {
                if request.path() == "/.well-known/oauth-authorization-server" {
                    response.edit_object(|object| {
                        object.remove("dpop_signing_alg_values_supported");
                        object.remove("tls_client_certificate_bound_access_tokens");
                    });
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let metadata = metadata(probe)?;
    let members = &metadata.members;
    let exchange = probe.send(&Request::get(&metadata.uri)).await?.exchange;
    let methods = strings(members, "token_endpoint_auth_methods_supported").unwrap_or_default();
    let asymmetric = ["private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"];
    let offered = methods.iter().any(|method| asymmetric.contains(method));
    let actual = if methods.is_empty() { "none is named".into() } else { methods.join(", ") };
    probe.demand(offered, "RFC9700-2.5-01", "a method with a private key", &actual, exchange);
    let certificates = members.get("tls_client_certificate_bound_access_tokens") == Some(&Value::Bool(true));
    let bound = certificates || members.contains_key("dpop_signing_alg_values_supported");
    probe.demand(
        bound,
        "RFC9700-2.2.1-01",
        "tokens that are bound to their sender",
        "neither DPoP nor certificates",
        exchange,
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        for (members, verdict) in [
            (
                json!({"token_endpoint_auth_methods_supported": ["private_key_jwt"], "dpop_signing_alg_values_supported": ["ES256"]}),
                "pass",
            ),
            (
                json!({"token_endpoint_auth_methods_supported": ["tls_client_auth"], "tls_client_certificate_bound_access_tokens": true}),
                "pass",
            ),
            (json!({"token_endpoint_auth_methods_supported": ["tls_client_auth"]}), "fail may RFC9700-2.2.1-01"),
            (json!({"dpop_signing_alg_values_supported": ["ES256"]}), "fail may RFC9700-2.5-01"),
        ] {
            assert_eq!(verdict_on_document(&CHECK, WELL_KNOWN, &document(&members)).await, verdict, "{members}");
        }
    }

    #[tokio::test]
    async fn without_a_document_there_is_no_verdict() {
        assert_eq!(canned(|_| None).verdict(&CHECK).await, "skip");
    }
}
