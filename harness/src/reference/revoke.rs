//! Revocation (RFC 7009).

use super::certificate::Presented;
use super::error::Refused;
use super::{Server, authenticate, token};
use crate::wire::{Request, Response};

pub(super) fn respond(server: &Server, request: &Request, presented: Presented<'_>) -> Response {
    if request.method != "POST" {
        return token::method_not_allowed();
    }
    revoke(server, request, presented).unwrap_or_else(Response::from)
}

/// A token that is unknown, or another client's, is answered like one that was revoked (§2.2).
fn revoke(server: &Server, request: &Request, presented: Presented<'_>) -> Result<Response, Refused> {
    let form = token::form(request)?;
    let caller = authenticate::client(server, request, presented, &form)?;
    let token = form.get("token").ok_or(Refused::InvalidRequest)?;
    server.state().revoke(token, caller, server.settings.lapse);
    Ok(Response::empty(200))
}
