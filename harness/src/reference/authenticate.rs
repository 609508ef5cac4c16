//! Who asks: client authentication (RFC 6749 §2.3.1).

use super::certificate::{self, Presented};
use super::error::Refused;
use super::{Kind, Registered, Registry, Server, assertion};
use crate::wire::{Form, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The client that sent the request; a public client only names itself, and so does one that presents a certificate.
pub(super) fn client(
    server: &Server,
    request: &Request,
    presented: Presented<'_>,
    form: &Form,
) -> Result<&'static Registered, Refused> {
    let registry = &server.registry;
    let header = request.fields.get("Authorization");
    // RFC 9110 §5.3: this field is no list.
    if request.fields.all("Authorization").count() > 1 {
        return Err(Refused::InvalidRequest);
    }
    if form.get("client_assertion").is_some() || form.get("client_assertion_type").is_some() {
        let several = header.is_some() || form.get("client_secret").is_some();
        return if several { Err(Refused::InvalidClient) } else { assertion::client(server, form) };
    }
    match (header, form.get("client_id"), form.get("client_secret")) {
        // RFC 6749 §2.3: one method in a request.
        (Some(_), _, Some(_)) => Err(Refused::InvalidRequest),
        (Some(value), id, None) => {
            let client = basic(registry, value)?;
            if id.is_some_and(|id| id != client.id) { Err(Refused::InvalidRequest) } else { Ok(client) }
        }
        (None, Some(id), Some(secret)) => by_secret(registry, id, secret),
        (None, Some(id), None) => {
            let is_known =
                |client: &&Registered| client.kind == Kind::Public || certificate::proves(server, client, presented);
            registry.find(id).filter(is_known).ok_or(Refused::InvalidClient)
        }
        (None, None, None) => certificate::owner(server, presented).ok_or(Refused::InvalidClient),
        (None, None, Some(_)) => Err(Refused::InvalidClient),
    }
}

fn basic(registry: &Registry, value: &str) -> Result<&'static Registered, Refused> {
    let (id, secret) = basic_credentials(value).ok_or(Refused::InvalidClient)?;
    by_secret(registry, &id, &secret)
}

/// The first colon separates, and both halves are form-encoded.
fn basic_credentials(value: &str) -> Option<(String, String)> {
    let (scheme, credentials) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(credentials.trim_start_matches(' ')).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    Some((form_decode(id)?, form_decode(secret)?))
}

/// A single value, with its `+` and its escapes; a bare `&` or `=` cannot stand in it.
fn form_decode(text: &str) -> Option<String> {
    if text.contains(['&', '=']) {
        return None;
    }
    Form::parse(format!("v={text}").as_bytes()).get("v").map(str::to_owned)
}

fn by_secret(registry: &Registry, id: &str, secret: &str) -> Result<&'static Registered, Refused> {
    let client = registry.find(id).filter(|client| !client.secret.is_empty()).ok_or(Refused::InvalidClient)?;
    if client.secret == secret { Ok(client) } else { Err(Refused::InvalidClient) }
}
