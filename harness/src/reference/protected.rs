//! A protected resource that accepts the tokens (RFC 6750).

use super::Server;
use super::certificate::Presented;
use super::state::Issued;
use crate::wire::{Request, Response, thumbprint};
use serde_json::json;

pub(super) fn respond(server: &Server, request: &Request, presented: Presented<'_>) -> Response {
    let authorization = request.fields.get("Authorization").and_then(|value| value.split_once(' '));
    let Some((_, token)) = authorization.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")) else {
        return challenge("Bearer realm=\"countersign\"");
    };
    let state = server.state();
    match state.alive(token, server.clock.now(), server.settings.protected_leeway) {
        Some(issued) if is_the_holder(server, issued, presented) => {
            Response::json(200, &json!({"client": issued.client.id}))
        }
        _ => challenge("Bearer realm=\"countersign\", error=\"invalid_token\""),
    }
}

/// A bearer, or whoever presents the certificate that the token is bound to (RFC 8705 §3); proofs are not taken here.
fn is_the_holder(server: &Server, issued: &Issued, presented: Presented<'_>) -> bool {
    let same = issued.certificate.is_none() || issued.certificate == presented.first().map(thumbprint);
    issued.key.is_none() && server.settings.holds("bound certificate", same)
}

fn challenge(value: &str) -> Response {
    let mut response = Response::empty(401);
    response.fields.set("WWW-Authenticate", value);
    response
}
