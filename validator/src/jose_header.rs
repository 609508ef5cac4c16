//! The JOSE header, typed (RFC 7515 §4.1). What could name or bring a key (`jku`, `jwk`, `x5u`, `x5c`) is never read.
//!
//! Statements: RFC7515-4.1.1-10, RFC7515-4-11, RFC9068-4-21, RFC8725-3.10-10.

use crate::{
    Refusal,
    json::{Object, Value},
};

/// The parameters that decide anything here. Others are ignored (RFC 7515 §4) unless a rule refuses their presence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JoseHeader {
    pub(crate) algorithm: Option<String>,
    pub(crate) kid: Option<String>,
    pub(crate) typ: Option<String>,
    pub(crate) content_type: Option<String>,
    /// Names among those that rules refuse by their mere presence.
    pub(crate) refused: Vec<&'static str>,
}

/// Parameters whose presence is refused, whatever their value; the rules say why.
const REFUSED_BY_PRESENCE: &[&str] = &["crit", "b64", "zip", "enc"];

impl JoseHeader {
    pub(crate) fn read(object: &Object<'_>) -> Result<Self, Refusal> {
        let text = |name: &'static str| match object.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone().into_owned())),
            Some(_) => Err(Refusal::HeaderParameterInvalid(name)),
        };
        Ok(Self {
            algorithm: text("alg")?,
            kid: text("kid")?,
            typ: text("typ")?,
            content_type: text("cty")?,
            refused: REFUSED_BY_PRESENCE.iter().copied().filter(|name| object.get(name).is_some()).collect(),
        })
    }

    pub(crate) fn carries(&self, name: &str) -> bool {
        self.refused.contains(&name)
    }
}
