//! Proofs of possession at the token endpoint (RFC 9449 §5).

use super::error::Refused;
use super::proof::Proof;
use super::{Nonces, Server};
use crate::wire::{Address, Request};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jwt_compact::jwk::JsonWebKey;
use serde_json::{Value, json};
use sha2::Sha256;

/// How far the time of a proof may be from ours, seconds (§4.3 leaves the number to the server).
const WINDOW: i64 = 60;

/// For how long a nonce is given out, seconds; it is good for twice as long (§8.1).
const NONCE_SECONDS: i64 = 300;

/// The thumbprint of the key that the token will be bound to; none without a proof.
pub(super) fn key(server: &Server, request: &Request) -> Result<Option<String>, Refused> {
    let mut fields = request.fields.all("DPoP");
    match (fields.next(), fields.next()) {
        (None, _) => Ok(None),
        (Some(_), Some(_)) if !server.settings.holds("several", false) => Err(Refused::InvalidDpopProof),
        (Some(proof), _) => verify(server, request, proof).map(Some),
    }
}

/// The checks of §4.3.
fn verify(server: &Server, request: &Request, text: &str) -> Result<String, Refused> {
    let proof = Proof::read(&server.settings, text).ok_or(Refused::InvalidDpopProof)?;
    let demand = |what: &str, holds: bool| {
        if server.settings.holds(what, holds) { Ok(()) } else { Err(Refused::InvalidDpopProof) }
    };
    demand("typ", proof.typ().as_deref() == Some("dpop+jwt"))?;
    let jwk = proof.header.get("jwk").and_then(Value::as_object).ok_or(Refused::InvalidDpopProof)?;
    demand("d", !jwk.contains_key("d"))?;
    let mut public = jwk.clone();
    public.remove("d");
    demand("signature", proof.is_signed_by(&json!({"keys": [public]})))?;
    demand("htm", proof.text("htm") == Some(&request.method))?;
    let target = format!("{}{}", server.settings.issuer, request.path());
    demand("htu", proof.text("htu").is_some_and(|uri| is_same(server, uri, &target)))?;
    let now = server.clock.now().as_second();
    let issued_at = proof.seconds("iat");
    let dating = server.settings.dpop_nonces == Nonces::Dating;
    let timely =
        issued_at.is_some_and(|time| dating || now.abs_diff(time) <= (WINDOW + server.settings.skew).unsigned_abs());
    demand("iat", timely || proof.is_overlooked("iat"))?;
    let nonce = proof.text("nonce").unwrap_or_default();
    let known = || [0, 1].iter().any(|age| nonce == nonce_at(server, now - age * NONCE_SECONDS));
    match server.settings.dpop_nonces {
        Nonces::Demanded | Nonces::Dating if !known() => return Err(Refused::UseDpopNonce),
        Nonces::Any if nonce.is_empty() => return Err(Refused::UseDpopNonce),
        Nonces::Never | Nonces::Demanded | Nonces::Dating | Nonces::Any => {}
    }
    let id = proof.text("jti").unwrap_or_default();
    demand("jti", !id.is_empty())?;
    let thumbprint = thumbprint(&public.into()).ok_or(Refused::InvalidDpopProof)?;
    let new = server.state().is_new(&format!("{thumbprint} {id}"), now + 2 * (WINDOW + server.settings.skew), now);
    demand("repetition", new)?;
    Ok(thumbprint)
}

/// The nonce that is given out now.
pub(super) fn nonce(server: &Server) -> String {
    nonce_at(server, server.clock.now().as_second())
}

fn nonce_at(server: &Server, moment: i64) -> String {
    format!("{}.{}", server.nonce_root, moment.div_euclid(NONCE_SECONDS))
}

/// Equal after the normalisation of RFC 3986 §6.2.2 and §6.2.3, query and fragment aside (RFC 9449 §4.3).
fn is_same(server: &Server, uri: &str, target: &str) -> bool {
    let normal = |uri: &str| {
        let mut address = Address::read(uri)?.normal();
        address.rest.clear();
        if server.settings.holds("port", false) {
            address.port = None;
        }
        Some(address)
    };
    normal(uri).is_some_and(|uri| Some(uri) == normal(target))
}

fn thumbprint(jwk: &Value) -> Option<String> {
    let jwk: JsonWebKey<'_> = serde_json::from_value(jwk.clone()).ok()?;
    Some(URL_SAFE_NO_PAD.encode(jwk.thumbprint::<Sha256>()))
}
