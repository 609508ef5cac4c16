//! A JWT in compact form, looked at and not verified: for its times and its header. Nothing is trusted that stands here.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// The readable parts of a token.
pub(crate) struct Jwt {
    /// The header.
    pub(crate) header: Map<String, Value>,
    /// The claims.
    pub(crate) claims: Map<String, Value>,
}

impl Jwt {
    /// Reads three segments of which two are JSON objects; anything else is an opaque token.
    pub(crate) fn parse(token: &str) -> Option<Self> {
        let mut segments = token.split('.');
        let (header, claims, _signature) = (segments.next()?, segments.next()?, segments.next()?);
        if segments.next().is_some() {
            return None;
        }
        Some(Self { header: object(header)?, claims: object(claims)? })
    }
}

/// The text of an object.
pub(crate) fn object_text(members: &Map<String, Value>) -> String {
    Value::Object(members.clone()).to_string()
}

fn object(segment: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(segment).ok()?).ok()
}
