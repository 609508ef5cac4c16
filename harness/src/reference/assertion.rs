//! Clients that authenticate with a signed assertion (RFC 7523 §2.2 and §3).

use super::error::Refused;
use super::proof::Proof;
use super::{Registered, Server};
use crate::wire::{Address, Form};
use serde_json::{Value, json};

/// The one `client_assertion_type` (RFC 7523 §2.2).
pub(crate) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The longest that an assertion may have to live, seconds (RFC 7523 §3 lets the server choose).
const LONGEST: i64 = 3600;

/// The client that signed the assertion.
pub(super) fn client(server: &Server, form: &Form) -> Result<&'static Registered, Refused> {
    let typed = form.get("client_assertion_type") == Some(ASSERTION_TYPE);
    if !server.settings.holds("client_assertion_type", typed) {
        return Err(Refused::InvalidClient);
    }
    let client = form.get("client_assertion").and_then(|text| verify(server, text)).ok_or(Refused::InvalidClient)?;
    let own = form.get("client_id").is_none_or(|id| id == client.id);
    if server.settings.holds("client_id", own) { Ok(client) } else { Err(Refused::InvalidClient) }
}

/// The numbered demands of RFC 7523 §3.
fn verify(server: &Server, text: &str) -> Option<&'static Registered> {
    let assertion = Proof::read(&server.settings, text)?;
    let demand = |what: &str, holds: bool| server.settings.holds(what, holds).then_some(());
    let named = assertion.text(if server.settings.holds("iss", false) { "sub" } else { "iss" })?;
    let same =
        |one: &str, id: &str| one == id || one.eq_ignore_ascii_case(id) && server.settings.holds("letters", false);
    let client = server.registry.all().iter().find(|client| same(named, client.id))?;
    let plain = assertion.typ().is_none_or(|typ| ["jwt", "client-authentication+jwt"].contains(&typ.as_str()));
    demand("typ", plain)?;
    demand("sub", assertion.text("sub").is_some_and(|sub| same(sub, client.id)))?;
    demand("aud", is_for(server, assertion.claims.get("aud").unwrap_or(&Value::Null)))?;
    let (now, skew) = (server.clock.now().as_second(), server.settings.skew);
    let end = assertion.seconds("exp");
    let forever = assertion.is_overlooked("exp") || assertion.is_zero("exp");
    demand("exp", end.is_some_and(|end| now < end.saturating_add(skew)) || forever)?;
    demand("lifetime", end.is_none_or(|end| end <= now.saturating_add(LONGEST)))?;
    let begun = assertion.claims.get("nbf").is_none_or(|time| time.as_i64().is_some_and(|time| time <= now + skew));
    demand("nbf", begun)?;
    let key: Value = serde_json::from_str(client.public_jwk?).ok()?;
    let own = assertion.is_signed_by(&json!({"keys": [key]}));
    let brought = || {
        let key = assertion.header.get("jwk").cloned().unwrap_or_default();
        server.settings.holds("jwk", false) && assertion.is_signed_by(&json!({"keys": [key]}))
    };
    demand("signature", own || brought())?;
    let id = format!("{} {}", client.id, assertion.text("jti")?);
    demand("repetition", server.state().is_new(&id, now.saturating_add(LONGEST), now))?;
    Some(client)
}

/// The issuer alone (draft 7523bis §4), as a string or as the only element of an array.
fn is_for(server: &Server, audience: &Value) -> bool {
    let named = match audience {
        Value::String(one) => Some(one.as_str()),
        Value::Array(several) => match several.as_slice() {
            [one] => one.as_str(),
            _ => None,
        },
        _ => None,
    };
    let endpoint = format!("{}/token", server.settings.issuer);
    let host = |uri: &str| Address::read(uri).map(|address| address.host);
    named.is_some_and(|named| {
        named == server.settings.issuer
            || (server.settings.assertion_for_endpoint && named == endpoint)
            || (server.settings.holds("path of aud", false) && host(named) == host(&server.settings.issuer))
    })
}
