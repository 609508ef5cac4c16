//! The token endpoint (RFC 6749 §4.4).

use super::error::Refused;
use super::mint::random_text;
use super::state::Issued;
use super::{ExcessiveScopes, Kind, Registered, Server, authenticate};
use crate::wire::{Form, Request, Response};
use percent_encoding::percent_decode;
use serde_json::json;

/// RFC 6749 §3.2: these are not repeated.
const ONCE: [&str; 4] = ["grant_type", "scope", "client_id", "client_secret"];

pub(super) fn respond(server: &Server, request: &Request) -> Response {
    if request.method != "POST" {
        let mut response = Response::empty(405);
        response.fields.set("Allow", "POST");
        return response;
    }
    grant(server, request).unwrap_or_else(Response::from)
}

fn grant(server: &Server, request: &Request) -> Result<Response, Refused> {
    let form = form(request)?;
    let client = authenticate::client(&server.registry, request, &form)?;
    match form.get("grant_type") {
        None => return Err(Refused::InvalidRequest),
        Some("client_credentials") => {}
        Some(_) => return Err(Refused::UnsupportedGrantType),
    }
    if client.kind != Kind::Confidential {
        return Err(Refused::UnauthorizedClient);
    }
    let scope = scope(server, client, form.get("scope"))?;
    Ok(issue(server, client, scope))
}

/// The parameters; a broken encoding or a repetition is a malformed request, an empty value is none (§3.2, §5.2).
pub(super) fn form(request: &Request) -> Result<Form, Refused> {
    let is_form = request
        .fields
        .get("Content-Type")
        .is_some_and(|value| value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(Form::MEDIA_TYPE));
    let intact = percent_decode(&request.body).decode_utf8().is_ok() && !broken_escape(&request.body);
    let mut form = request.form();
    if !is_form || !intact || ONCE.iter().any(|name| form.count(name) > 1) {
        return Err(Refused::InvalidRequest);
    }
    form.retain(|_, value| !value.is_empty());
    Ok(form)
}

fn broken_escape(body: &[u8]) -> bool {
    let whole = |rest: &[u8]| rest.len() >= 2 && rest[..2].iter().all(u8::is_ascii_hexdigit);
    body.iter().enumerate().any(|(index, octet)| *octet == b'%' && !whole(&body[index + 1..]))
}

/// What a token is for, and what the answer says about it.
struct Scope {
    granted: String,
    named: bool,
}

/// What is asked for must be allowed; who asks for nothing gets everything, and is told (§3.3).
fn scope(server: &Server, client: &Registered, asked: Option<&str>) -> Result<Scope, Refused> {
    let Some(asked) = asked else { return Ok(Scope { granted: client.scopes.join(" "), named: true }) };
    let (allowed, excessive): (Vec<_>, Vec<_>) = asked.split(' ').partition(|token| client.scopes.contains(token));
    match server.settings.excessive_scopes {
        ExcessiveScopes::Refused if !excessive.is_empty() => Err(Refused::InvalidScope),
        ExcessiveScopes::SilentlyDropped if !excessive.is_empty() => {
            Ok(Scope { granted: allowed.join(" "), named: false })
        }
        ExcessiveScopes::Refused | ExcessiveScopes::Granted | ExcessiveScopes::SilentlyDropped => {
            Ok(Scope { granted: asked.to_owned(), named: true })
        }
    }
}

fn issue(server: &Server, client: &'static Registered, scope: Scope) -> Response {
    let now = server.clock.now().as_second();
    let lifetime = i64::try_from(server.settings.token_lifetime).unwrap_or(i64::MAX);
    let issued = Issued {
        client,
        scope: scope.granted,
        issued_at: now,
        expires_at: now.saturating_add(lifetime),
        revoked: false,
    };
    let token =
        if server.settings.opaque_tokens { random_text::<32>() } else { server.mint.jwt(&server.settings, &issued) };
    // Without randomness there is no token, and nothing that the client could do about it.
    let Ok(token) = token else { return Response::empty(500) };
    let mut body = json!({"access_token": token, "token_type": "Bearer", "expires_in": lifetime});
    if scope.named {
        body["scope"] = issued.scope.as_str().into();
    }
    let mut response = Response::json(200, &body);
    response.fields.set("Cache-Control", "no-store");
    response.fields.set("Pragma", "no-cache");
    server.state().remember(token, issued);
    response
}
