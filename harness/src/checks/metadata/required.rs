//! The metadata has the members that it must have.
//!
//! **Sent.** A GET of the metadata.
//!
//! **Demanded.** `token_endpoint` is the endpoint under test, without a fragment; `response_types_supported` is
//! there, and `authorization_endpoint` where a grant needs one (RFC 8414 §2, RFC 6749 §3.2). Where no grant needs a
//! response type, its absence is a warning.
//!
//! **Why it matters.** Client libraries refuse a document that lacks what the specification calls required.
//!
//! **The attack.** A document that names another token endpoint than the one in use has been copied, and may be
//! somebody else's.
//!
//! **How servers went wrong.** Servers for machines alone leave `response_types_supported` out, or send an empty
//! array.

use super::redirects;
use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "metadata/required",
    source: include_str!("required.rs"),
    statements: &["RFC8414-2-31", "RFC8414-2-32", "RFC8414-2-33", "RFC6749-3.2-04"],
    needs: &[Need::Metadata],
    faults: &[
        Fault::warning(
            "no-response-types",
            "leaves the response types out",
            Deviation::Answers(|request, response| {
                if request.path() == "/.well-known/oauth-authorization-server" {
                    response.edit_object(|object| _ = object.remove("response_types_supported"));
                }
            }),
        ),
        document_fault!(
            "/.well-known/oauth-authorization-server",
            "no-authorization-endpoint",
            "has a grant without its endpoint",
            |object| {
                object.insert("grant_types_supported".into(), json!(["client_credentials", "authorization_code"]));
            }
        ),
        document_fault!(
            "/.well-known/oauth-authorization-server",
            "fragment",
            "has a fragment in its token endpoint",
            |object| {
                let endpoint = object.get("token_endpoint").and_then(Value::as_str).unwrap_or_default();
                object.insert("token_endpoint".into(), format!("{endpoint}#it").into());
            }
        ),
        document_fault!(
            "/.well-known/oauth-authorization-server",
            "no-token-endpoint",
            "leaves the token endpoint out",
            |object| {
                object.remove("token_endpoint");
            }
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

/// Servers on loopback call their host `localhost` in one place and by its address in another.
fn on_one_host(uri: &str) -> String {
    uri.replacen("://localhost", "://127.0.0.1", 1).replacen("://[::1]", "://127.0.0.1", 1)
}

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let metadata = metadata(probe)?;
    let members = &metadata.members;
    let exchange = probe.send(&Request::get(&metadata.uri)).await?.exchange;
    let endpoint = members.get("token_endpoint").and_then(Value::as_str).unwrap_or("none");
    let actual = format!("`token_endpoint`: {endpoint}");
    let (own, bare) = (&probe.target.token_endpoint, endpoint.split('#').next().unwrap_or_default());
    probe.demand(
        on_one_host(bare) == on_one_host(own),
        "RFC8414-2-31",
        &format!("`token_endpoint`: {own}"),
        &actual,
        exchange,
    );
    probe.demand(bare == endpoint, "RFC6749-3.2-04", "an endpoint without a fragment", &actual, exchange);
    let redirects = redirects(members);
    if !members.get("response_types_supported").is_some_and(Value::is_array) {
        let level = if redirects { None } else { Some(Level::Should) };
        probe.broken("RFC8414-2-32", level, "`response_types_supported`, an array", "none", exchange);
    }
    let uses = strings(members, "grant_types_supported").is_some() && redirects;
    let named = members.contains_key("authorization_endpoint");
    probe.demand(!uses || named, "RFC8414-2-33", "`authorization_endpoint`, since a grant uses it", "none", exchange);
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
            (json!({"grant_types_supported": null, "response_types_supported": ["code"]}), "pass"),
            (json!({"response_types_supported": null}), "fail should RFC8414-2-32"),
            (
                json!({"response_types_supported": null, "grant_types_supported": ["implicit"], "authorization_endpoint": "BASE/a"}),
                "fail must RFC8414-2-32",
            ),
            (json!({"grant_types_supported": ["implicit"]}), "fail must RFC8414-2-33"),
            (json!({"token_endpoint": "http://localhost:1/token"}), "fail must RFC8414-2-31"),
            (json!({"token_endpoint": "BASE/other"}), "fail must RFC8414-2-31"),
            (json!({"token_endpoint": null}), "fail must RFC8414-2-31"),
            (json!({"token_endpoint": "BASE/token#a"}), "fail must RFC6749-3.2-04"),
        ] {
            assert_eq!(verdict_on_document(&CHECK, WELL_KNOWN, &document(&members)).await, verdict, "{members}");
        }
    }

    #[test]
    fn loopback_has_three_names() {
        for same in ["http://localhost:9/token", "http://[::1]:9/token", "http://127.0.0.1:9/token"] {
            assert_eq!(on_one_host(same), "http://127.0.0.1:9/token");
        }
        assert_eq!(on_one_host("https://as.example/localhost"), "https://as.example/localhost");
    }

    #[tokio::test]
    async fn without_a_document_there_is_no_verdict() {
        assert_eq!(canned(|_| None).verdict(&CHECK).await, "skip");
    }
}
