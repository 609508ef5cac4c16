//! Metadata of a protected resource (RFC 9728).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use countersign_validator::{
    Algorithm,
    challenge::Challenges,
    dpop::Dpop,
    resource_metadata::{DocumentError, MAX_DOCUMENT_BYTES, ProtectedResource, authorization_servers},
};
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

const RESOURCE: &str = "https://api.example.com/orders";

fn document(resource: &ProtectedResource) -> Value {
    serde_json::from_str(&resource.json()).unwrap()
}

/// RFC9728-3-10: between the host and what follows it.
#[test]
fn the_document_stands_between_host_and_path() {
    let well_known = "/.well-known/oauth-protected-resource";
    for (resource, rest) in [
        ("https://api.example.com", ""),
        ("https://api.example.com/", ""),
        ("https://api.example.com/resource1", "/resource1"),
        ("https://api.example.com/resource1/", "/resource1/"),
        ("https://api.example.com/a/b", "/a/b"),
        ("https://api.example.com?a=b", "?a=b"),
        ("https://api.example.com/?a=/", "?a=/"),
        ("https://api.example.com/a/?b=c", "/a/?b=c"),
        ("https://api.example.com//a", "//a"),
    ] {
        let url = ProtectedResource::new(resource).unwrap().url();
        assert_eq!(url, format!("https://api.example.com{well_known}{rest}"), "{resource}");
        // RFC9728-5.1-10: what is made here can be named in a challenge.
        assert!(Challenges::default().with_resource_metadata(url).is_ok());
    }
    let with_port = ProtectedResource::new("https://api.example.com:8443/a").unwrap().url();
    assert_eq!(with_port, "https://api.example.com:8443/.well-known/oauth-protected-resource/a");
}

/// RFC9728-3.2-10: lists without values are left out, but for the one whose emptiness says something.
#[test]
fn empty_lists_are_left_out() {
    let resource = ProtectedResource::new(RESOURCE).unwrap();
    assert_eq!(document(&resource), json!({"resource": RESOURCE, "bearer_methods_supported": ["header"]}));
    let resource = resource.with_authorization_servers([""; 0]).unwrap().with_scopes([""; 0]).unwrap();
    assert_eq!(document(&resource), json!({"resource": RESOURCE, "bearer_methods_supported": ["header"]}));
    assert_eq!(document(&resource.without_bearer()), json!({"resource": RESOURCE, "bearer_methods_supported": []}));
}

#[test]
fn everything_that_is_said_is_in_it() {
    let dpop = Dpop::default().with_algorithms([Algorithm::Es256, Algorithm::EdDsa]).unwrap();
    let resource = ProtectedResource::new(RESOURCE)
        .unwrap()
        .with_authorization_servers(["https://as.example.com", "https://as.example.com/tenant"])
        .unwrap()
        .with_scopes(["orders:read", "orders:write"])
        .unwrap()
        .with_dpop(&dpop)
        .with_certificate_bound_tokens();
    assert_eq!(
        document(&resource),
        json!({
            "resource": RESOURCE,
            "authorization_servers": ["https://as.example.com", "https://as.example.com/tenant"],
            "scopes_supported": ["orders:read", "orders:write"],
            "bearer_methods_supported": ["header"],
            "dpop_signing_alg_values_supported": ["ES256", "EdDSA"],
            "tls_client_certificate_bound_access_tokens": true,
        })
    );
}

/// RFC 9728 §2: where only bound tokens are taken, no other way of sending them is promised.
#[test]
fn required_dpop_is_said() {
    let dpop = Dpop::default().with_algorithms([Algorithm::Es256]).unwrap().required();
    assert_eq!(
        document(&ProtectedResource::new(RESOURCE).unwrap().with_dpop(&dpop)),
        json!({
            "resource": RESOURCE,
            "bearer_methods_supported": [],
            "dpop_signing_alg_values_supported": ["ES256"],
            "dpop_bound_access_tokens_required": true,
        })
    );
}

/// RFC9728-2-10, RFC9728-2-11: https without fragment; issuers without query, too.
#[test]
fn a_wrong_configuration_names_its_option() {
    for resource in [
        "",
        "/a",
        "http://api.example.com",
        "https://api.example.com#x",
        "https://u@api.example.com",
        "https://a\"b/",
        "https://ä/",
    ] {
        assert_eq!(ProtectedResource::new(resource).unwrap_err().option(), "resource", "{resource}");
    }
    let good = ProtectedResource::new(RESOURCE).unwrap();
    for issuer in
        ["", "as.example.com", "http://as.example.com", "https://as.example.com?x=y", "https://as.example.com#x"]
    {
        let error = good.clone().with_authorization_servers(["https://as.example.com", issuer]).unwrap_err();
        assert_eq!(error.option(), "authorizationServers", "{issuer}");
    }
    for scope in ["", "a b", "a\"", "a\\", "ä"] {
        assert_eq!(good.clone().with_scopes([scope]).unwrap_err().option(), "scopesSupported", "{scope}");
    }
}

/// RFC9728-3.3-10: the document must be about the very resource that was asked for. RFC9728-2.2-10: signed metadata is
/// ignored.
#[test]
fn a_document_about_another_resource_is_not_used() {
    let servers = ["https://as.example.com"];
    let own = ProtectedResource::new(RESOURCE).unwrap().with_authorization_servers(servers).unwrap().json();
    assert_eq!(authorization_servers(own.as_bytes(), RESOURCE).unwrap(), servers);
    for other in [
        "https://api.example.com/orders/",
        "https://api.example.com",
        "https://API.example.com/orders",
        "https://api.example.com:443/orders",
        "",
    ] {
        assert_eq!(authorization_servers(own.as_bytes(), other), Err(DocumentError::OtherResource), "{other}");
    }
    let judge = |document: Value| authorization_servers(document.to_string().as_bytes(), RESOURCE);
    assert_eq!(judge(json!({"resource": RESOURCE, "signed_metadata": "x.y.z"})), Ok(Vec::new()));
    for resource in [json!(null), json!([RESOURCE]), json!(1)] {
        assert_eq!(judge(json!({"resource": resource})), Err(DocumentError::OtherResource));
    }
    for servers in [json!("https://as.example.com"), json!([1]), json!({})] {
        assert_eq!(
            judge(json!({"resource": RESOURCE, "authorization_servers": servers})),
            Err(DocumentError::NotMetadata)
        );
    }
    let plain = json!({"resource": RESOURCE, "authorization_servers": ["http://as.example.com"]});
    assert_eq!(judge(plain), Err(DocumentError::UnusableAuthorizationServer));
    for text in ["", "[]", "{", &format!(r#"{{"resource":"{RESOURCE}","resource":"{RESOURCE}"}}"#)] {
        assert_eq!(authorization_servers(text.as_bytes(), RESOURCE), Err(DocumentError::NotMetadata), "{text}");
    }
    let padded = |length: usize| format!("{own}{}", " ".repeat(length - own.len()));
    assert!(authorization_servers(padded(MAX_DOCUMENT_BYTES).as_bytes(), RESOURCE).is_ok());
    assert_eq!(
        authorization_servers(padded(MAX_DOCUMENT_BYTES + 1).as_bytes(), RESOURCE),
        Err(DocumentError::NotMetadata)
    );
}

proptest! {
    /// Whatever is taken comes out as the same value, by a reader that is not ours.
    #[test]
    fn what_is_configured_comes_out(
        path in "(/[!-~]{0,12})?",
        scopes in vec(prop_oneof!["[!-~]{1,10}", ".{0,10}"], 0..4),
    ) {
        let identifier = format!("https://api.example.com{path}");
        let Ok(resource) = ProtectedResource::new(identifier.clone()) else { return Ok(()) };
        let Ok(resource) = resource.with_scopes(scopes.clone()) else { return Ok(()) };
        let document = document(&resource);
        prop_assert_eq!(document["resource"].as_str(), Some(identifier.as_str()));
        let expected = (!scopes.is_empty()).then(|| json!(scopes));
        prop_assert_eq!(document.get("scopes_supported"), expected.as_ref());
        prop_assert_eq!(authorization_servers(resource.json().as_bytes(), &identifier), Ok(Vec::new()));
    }
}
