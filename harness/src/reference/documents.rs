//! What the reference server publishes: metadata (RFC 8414) and keys.

use super::Server;
use crate::wire::Response;
use serde_json::json;

pub(super) fn metadata(server: &Server) -> Response {
    let issuer = &server.settings.issuer;
    let methods = json!(["client_secret_basic", "client_secret_post"]);
    Response::json(
        200,
        &json!({
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
        }),
    )
}

pub(super) fn jwks(server: &Server) -> Response {
    Response::json(200, &server.mint.jwks())
}
