//! The token endpoint (RFC 6749 §4.4).

use super::certificate::{self, Presented};
use super::error::Refused;
use super::state::Issued;
use super::{ExcessiveScopes, Kind, Registered, Server, authenticate, dpop};
use crate::signing_key::random_text;
use crate::wire::{Form, Request, Response};
use percent_encoding::percent_decode;
use serde_json::json;

/// RFC 6749 §3.2: these are not repeated.
const ONCE: [&str; 6] =
    ["grant_type", "scope", "client_id", "client_secret", "client_assertion", "client_assertion_type"];

/// The paths of the resources that tokens are issued for, the default first.
const RESOURCES: [&str; 2] = ["/api", "/files"];

pub(super) fn respond(server: &Server, request: &Request, presented: Presented<'_>) -> Response {
    if request.method != "POST" {
        return method_not_allowed();
    }
    grant(server, request, presented).unwrap_or_else(Response::from)
}

/// RFC 9110 §15.5.6.
pub(super) fn method_not_allowed() -> Response {
    let mut response = Response::empty(405);
    response.fields.set("Allow", "POST");
    response
}

fn grant(server: &Server, request: &Request, presented: Presented<'_>) -> Result<Response, Refused> {
    let form = form(request)?;
    let client = authenticate::client(server, request, presented, &form)?;
    match form.get("grant_type") {
        None => return Err(Refused::InvalidRequest),
        Some("client_credentials") => {}
        Some(_) => return Err(Refused::UnsupportedGrantType),
    }
    if client.kind != Kind::Confidential {
        return Err(Refused::UnauthorizedClient);
    }
    let scope = scope(server, client, form.get("scope"))?;
    let resources = resources(server, &form)?;
    let bindings = (dpop::key(server, request)?, certificate::binding(server, client, presented));
    issue(server, client, scope, resources, bindings).ok_or(Refused::ServerError)
}

/// What the token is for: what is asked for, if it is known, else the default (RFC 8707 §2, RFC 9068 §3).
fn resources(server: &Server, form: &Form) -> Result<Vec<String>, Refused> {
    let known = RESOURCES.map(|path| format!("{}{path}", server.settings.issuer));
    let mut resources: Vec<_> =
        form.iter().filter(|(name, _)| *name == "resource").map(|(_, value)| value.to_owned()).collect();
    resources.dedup();
    let absolute = |resource: &str| resource.contains("://") && !resource.contains('#');
    let accepted = |resource: &String| known.contains(resource) || server.settings.any_resource && absolute(resource);
    if !resources.iter().all(accepted) {
        return Err(Refused::InvalidTarget);
    }
    if resources.is_empty() {
        let issuer = server.settings.issuer_as_audience.then(|| server.settings.issuer.clone());
        resources.extend(issuer.into_iter().chain(known).take(1));
    }
    Ok(resources)
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
    let first = asked.split(' ').next();
    match server.settings.excessive_scopes {
        ExcessiveScopes::Refused if !excessive.is_empty() => Err(Refused::InvalidScope),
        ExcessiveScopes::GrantedBehindOthers if !first.is_some_and(|first| client.scopes.contains(&first)) => {
            Err(Refused::InvalidScope)
        }
        ExcessiveScopes::SilentlyDropped if !excessive.is_empty() => {
            Ok(Scope { granted: allowed.join(" "), named: false })
        }
        ExcessiveScopes::Ignored if !excessive.is_empty() => {
            Ok(Scope { granted: client.scopes.join(" "), named: true })
        }
        ExcessiveScopes::Refused
        | ExcessiveScopes::Ignored
        | ExcessiveScopes::Granted
        | ExcessiveScopes::GrantedBehindOthers
        | ExcessiveScopes::SilentlyDropped => {
            Ok(Scope { granted: asked.to_owned(), named: !server.settings.scope_omitted })
        }
    }
}

/// Without randomness there is no token, and nothing that the client could do about it.
fn issue(
    server: &Server,
    client: &'static Registered,
    scope: Scope,
    resources: Vec<String>,
    (key, certificate): (Option<String>, Option<String>),
) -> Option<Response> {
    let now = server.clock.now().as_second();
    let lifetime = i64::try_from(server.settings.token_lifetime).unwrap_or(i64::MAX);
    let issued = Issued {
        client,
        scope: scope.granted,
        resources,
        key,
        certificate,
        id: random_text::<16>().ok()?,
        issued_at: now,
        expires_at: now.saturating_add(lifetime),
        revoked: false,
        looks: 0,
    };
    let again = if server.settings.reissues { server.state().equal(&issued) } else { None };
    let rest = again.as_ref().filter(|_| !server.settings.full_lifetime).map(|(_, end)| end - now);
    let lifetime = rest.unwrap_or(lifetime);
    let token = match again {
        Some((token, _)) => token,
        None if server.settings.opaque_tokens => random_text::<32>().ok()?,
        None => server.mint.jwt(&server.settings, &issued),
    };
    let mut body = json!({"access_token": token, "token_type": issued.token_type(), "expires_in": lifetime});
    if scope.named {
        body["scope"] = issued.scope.as_str().into();
    }
    let mut response = Response::json(200, &body);
    response.fields.set("Cache-Control", "no-store");
    response.fields.set("Pragma", "no-cache");
    server.state().remember(token, issued, server.settings.lapse);
    Some(response)
}
