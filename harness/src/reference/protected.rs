//! A protected resource that accepts the tokens (RFC 6750).

use super::Server;
use crate::wire::{Request, Response};
use serde_json::json;

pub(super) fn respond(server: &Server, request: &Request) -> Response {
    let authorization = request.fields.get("Authorization").and_then(|value| value.split_once(' '));
    let Some((_, token)) = authorization.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")) else {
        return challenge("Bearer realm=\"countersign\"");
    };
    let state = server.state();
    match state.alive(token, server.clock.now(), server.settings.protected_leeway) {
        Some(issued) if issued.key.is_none() => Response::json(200, &json!({"client": issued.client.id})),
        _ => challenge("Bearer realm=\"countersign\", error=\"invalid_token\""),
    }
}

fn challenge(value: &str) -> Response {
    let mut response = Response::empty(401);
    response.fields.set("WWW-Authenticate", value);
    response
}
