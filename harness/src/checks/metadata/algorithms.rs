//! Lists of algorithms stand where they must, and hold none that proves nothing.
//!
//! **Sent.** A GET of the metadata.
//!
//! **Demanded.** Where `private_key_jwt` or `client_secret_jwt` is offered at an endpoint, its
//! `…_auth_signing_alg_values_supported` is there; none of them holds `none`, DPoP's holds no algorithm with a
//! shared secret; RS256 is among those for the token endpoint (RFC 8414 §2, RFC 9449 §5.1).
//!
//! **Why it matters.** A client chooses what to sign with by these lists.
//!
//! **The attack.** `none` in one of them invites to try.
//!
//! **How servers went wrong.** The lists are left out although the methods are there.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "metadata/algorithms",
    source: include_str!("algorithms.rs"),
    statements: &["RFC8414-2-02", "RFC8414-2-36", "RFC9449-5.1-01", "RFC8414-2-03"],
    needs: &[Need::Metadata],
    faults: &[
        document_fault!(
            "/.well-known/oauth-authorization-server",
            "missing",
            "offers private_key_jwt and does not say by which algorithms",
            |object| {
                object.remove("token_endpoint_auth_signing_alg_values_supported");
            }
        ),
        document_fault!(
            "/.well-known/oauth-authorization-server",
            "none",
            "offers introspection without a signature",
            |object| {
                object.insert("introspection_endpoint_auth_signing_alg_values_supported".into(), json!(["none"]));
            }
        ),
        document_fault!(
            "/.well-known/oauth-authorization-server",
            "shared-proof",
            "takes proofs with shared secrets",
            |object| {
                object.insert("dpop_signing_alg_values_supported".into(), json!(["ES256", "HS256"]));
            }
        ),
        Fault::warning(
            "no-rs256",
            "takes no RS256",
            Deviation::Answers(|request, response| {
                if request.path() == "/.well-known/oauth-authorization-server" {
                    response.edit_object(|object| {
                        object.insert("token_endpoint_auth_signing_alg_values_supported".into(), json!(["PS256"]));
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
    for (endpoint, statement) in
        [("token", "RFC8414-2-02"), ("introspection", "RFC8414-2-36"), ("revocation", "RFC8414-2-36")]
    {
        let methods = strings(members, &format!("{endpoint}_endpoint_auth_methods_supported")).unwrap_or_default();
        let name = format!("{endpoint}_endpoint_auth_signing_alg_values_supported");
        let listed = strings(members, &name);
        let signs = methods.iter().any(|method| method.ends_with("_jwt"));
        let expected = format!("`{name}`, since clients sign");
        probe.demand(!signs || listed.is_some(), statement, &expected, "none", exchange);
        let listed = listed.unwrap_or_default();
        let actual = format!("`{name}`: {}", listed.join(", "));
        probe.demand(!listed.contains(&"none"), statement, "no `none`", &actual, exchange);
        if endpoint == "token" && signs && !listed.is_empty() {
            probe.demand(listed.contains(&"RS256"), "RFC8414-2-03", "RS256 among them", &actual, exchange);
        }
    }
    let proofs = strings(members, "dpop_signing_alg_values_supported").unwrap_or_default();
    let actual = format!("`dpop_signing_alg_values_supported`: {}", proofs.join(", "));
    let public = proofs.iter().all(|alg| !alg.starts_with("HS") && *alg != "none");
    probe.demand(public, "RFC9449-5.1-01", "algorithms with public keys", &actual, exchange);
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
            (json!({"token_endpoint_auth_methods_supported": ["client_secret_basic"]}), "pass"),
            (json!({"token_endpoint_auth_methods_supported": ["private_key_jwt"]}), "fail must RFC8414-2-02"),
            (json!({"revocation_endpoint_auth_methods_supported": ["client_secret_jwt"]}), "fail must RFC8414-2-36"),
            (json!({"token_endpoint_auth_signing_alg_values_supported": ["none"]}), "fail must RFC8414-2-02"),
            (json!({"dpop_signing_alg_values_supported": ["HS256"]}), "fail must RFC9449-5.1-01"),
            (
                json!({
                    "token_endpoint_auth_methods_supported": ["private_key_jwt"],
                    "token_endpoint_auth_signing_alg_values_supported": ["ES256"]
                }),
                "fail should RFC8414-2-03",
            ),
        ] {
            assert_eq!(verdict_on_document(&CHECK, WELL_KNOWN, &document(&members)).await, verdict, "{members}");
        }
    }

    #[tokio::test]
    async fn without_a_document_there_is_no_verdict() {
        assert_eq!(canned(|_| None).verdict(&CHECK).await, "skip");
    }
}
