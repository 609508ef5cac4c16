//! What the reference server publishes: metadata (RFC 8414) and keys.

use super::{Server, certificate};
use crate::wire::Response;
use serde_json::{Value, json};

pub(super) fn metadata(server: &Server) -> Response {
    let issuer = &server.settings.issuer;
    let mut methods = vec!["client_secret_basic", "client_secret_post", "private_key_jwt"];
    // Without TLS there are no certificates.
    let certificates = issuer.starts_with("https://");
    if certificates {
        methods.extend(["tls_client_auth", "self_signed_tls_client_auth"]);
    }
    let algorithms = json!(["RS256", "PS256", "ES256", "EdDSA"]);
    let mut document = json!({
        "issuer": issuer,
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"),
        "introspection_endpoint": format!("{issuer}/introspect"),
        "revocation_endpoint": format!("{issuer}/revoke"),
        "grant_types_supported": ["client_credentials"],
        "scopes_supported": ["read", "write"],
        "token_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": algorithms,
        "introspection_endpoint_auth_signing_alg_values_supported": algorithms,
        "revocation_endpoint_auth_signing_alg_values_supported": algorithms,
        "response_types_supported": ["none"],
        "dpop_signing_alg_values_supported": algorithms,
    });
    if certificates {
        document["tls_client_certificate_bound_access_tokens"] = true.into();
    }
    if certificates && server.settings.certificate_host {
        let base = certificate::base(server);
        document["mtls_endpoint_aliases"] = json!({
            "token_endpoint": format!("{base}/token"),
            "introspection_endpoint": format!("{base}/introspect"),
            "revocation_endpoint": format!("{base}/revoke"),
        });
    }
    published(&document)
}

/// Public, and the same for everybody for a while.
fn published(document: &Value) -> Response {
    let mut response = Response::json(200, document);
    response.fields.set("Cache-Control", "public, max-age=300");
    response
}

pub(super) fn jwks(server: &Server) -> Response {
    published(&server.mint.jwks())
}
