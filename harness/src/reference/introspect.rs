//! Introspection (RFC 7662).

use super::certificate::Presented;
use super::error::Refused;
use super::{Kind, Server, authenticate, token};
use crate::wire::{Request, Response};
use serde_json::json;

pub(super) fn respond(server: &Server, request: &Request, presented: Presented<'_>) -> Response {
    if request.method != "POST" {
        return token::method_not_allowed();
    }
    introspect(server, request, presented).unwrap_or_else(Response::from)
}

fn introspect(server: &Server, request: &Request, presented: Presented<'_>) -> Result<Response, Refused> {
    let form = token::form(request)?;
    let caller = authenticate::client(server, request, presented, &form)?;
    if caller.kind == Kind::Public {
        return Err(Refused::InvalidClient);
    }
    let token = form.get("token").ok_or(Refused::InvalidRequest)?;
    let mut state = server.state();
    let found = server.settings.holds("end of token", false).then(|| state.beginning(token)).flatten();
    let token = found.as_deref().unwrap_or(token);
    state.look(token, server.settings.lapse);
    let body = match state.alive(token, server.clock.now(), server.settings.introspection_leeway) {
        None => json!({"active": false}),
        Some(issued) => {
            let mut body = json!({
                "active": true,
                "client_id": issued.client.id,
                "sub": issued.client.id,
                "aud": issued.audience(),
                "scope": issued.scope,
                "token_type": issued.token_type(),
                "iss": server.settings.issuer,
                "jti": issued.id,
                "iat": issued.issued_at,
                "exp": issued.expires_at,
            });
            if let Some(bound) = issued.confirmation() {
                body["cnf"] = bound;
            }
            body
        }
    };
    let mut response = Response::json(200, &body);
    response.fields.set("Cache-Control", "no-store");
    Ok(response)
}
