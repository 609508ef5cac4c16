//! The claims of an access token, typed (RFC 7519 §4.1, RFC 9068 §2.2). A wrong type is invalid, never "absent".

use crate::{
    Refusal, Scopes, UnixTime,
    json::{Object, Value},
};

/// The claims that decide, each of its right type. All others stand in [`crate::VerifiedToken::claims_json`].
#[derive(Clone, PartialEq, Eq)]
pub struct Claims {
    issuer: Option<String>,
    subject: Option<String>,
    audience: Option<Vec<String>>,
    expires_at: Option<UnixTime>,
    not_before: Option<UnixTime>,
    issued_at: Option<UnixTime>,
    token_id: Option<String>,
    client_id: Option<String>,
    scopes: Option<Scopes>,
    /// Names among [`MARKS`] that are present.
    marks: Vec<&'static str>,
}

/// Claims whose mere presence says something: a binding (RFC 7800 §3.1), or another kind of token (OpenID Connect Core
/// §2, Back-Channel Logout §2.4, RFC 9449 §4.2, RFC 8417 §2.2).
const MARKS: &[&str] = &["cnf", "nonce", "at_hash", "c_hash", "events", "htm", "htu"];

impl Claims {
    pub(crate) fn read(object: &Object<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            issuer: issuer(object)?,
            subject: text(object, "sub")?,
            audience: audience(object)?,
            expires_at: time(object, "exp")?,
            not_before: time(object, "nbf")?,
            issued_at: time(object, "iat")?,
            token_id: text(object, "jti")?,
            client_id: text(object, "client_id")?,
            scopes: scopes(object)?,
            marks: MARKS.iter().copied().filter(|name| object.get(name).is_some()).collect(),
        })
    }

    /// `iss` (RFC 7519 §4.1.1).
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// `sub` (RFC 7519 §4.1.2). It names someone only together with the issuer.
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// `aud` (RFC 7519 §4.1.3), a single value as a list of one.
    pub fn audience(&self) -> Option<&[String]> {
        self.audience.as_deref()
    }

    /// `exp` (RFC 7519 §4.1.4).
    pub const fn expires_at(&self) -> Option<UnixTime> {
        self.expires_at
    }

    /// `nbf` (RFC 7519 §4.1.5).
    pub const fn not_before(&self) -> Option<UnixTime> {
        self.not_before
    }

    /// `iat` (RFC 7519 §4.1.6).
    pub const fn issued_at(&self) -> Option<UnixTime> {
        self.issued_at
    }

    /// `jti` (RFC 7519 §4.1.7).
    pub fn token_id(&self) -> Option<&str> {
        self.token_id.as_deref()
    }

    /// `client_id` (RFC 8693 §4.3).
    pub fn client_id(&self) -> Option<&str> {
        self.client_id.as_deref()
    }

    /// `scope` (RFC 8693 §4.2); `None` if the token has no such claim.
    pub const fn scopes(&self) -> Option<&Scopes> {
        self.scopes.as_ref()
    }

    /// Whether a claim of this name is present, for the names of RFC 9068 §2.2 and the marks.
    pub(crate) fn has(&self, name: &str) -> bool {
        match name {
            "iss" => self.issuer.is_some(),
            "sub" => self.subject.is_some(),
            "aud" => self.audience.is_some(),
            "exp" => self.expires_at.is_some(),
            "nbf" => self.not_before.is_some(),
            "iat" => self.issued_at.is_some(),
            "jti" => self.token_id.is_some(),
            "client_id" => self.client_id.is_some(),
            "scope" => self.scopes.is_some(),
            _ => self.marks.contains(&name),
        }
    }
}

/// Claims are personal data: `Debug` says that they are there, not what they say.
impl core::fmt::Debug for Claims {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Claims").finish_non_exhaustive()
    }
}

/// `iss`, alone: it is read before the signature, to choose among the configured issuers (RFC 8725 §3.8).
pub(crate) fn issuer(object: &Object<'_>) -> Result<Option<String>, Refusal> {
    text(object, "iss")
}

fn text(object: &Object<'_>, name: &'static str) -> Result<Option<String>, Refusal> {
    match object.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone().into_owned())),
        Some(_) => Err(Refusal::ClaimInvalid(name)),
    }
}

fn time(object: &Object<'_>, name: &'static str) -> Result<Option<UnixTime>, Refusal> {
    match object.get(name) {
        None => Ok(None),
        Some(Value::Number(number)) => UnixTime::from_json_number(number).map(Some).ok_or(Refusal::ClaimInvalid(name)),
        Some(_) => Err(Refusal::ClaimInvalid(name)),
    }
}

/// One string, or an array of strings only (RFC 7519 §4.1.3).
fn audience(object: &Object<'_>) -> Result<Option<Vec<String>>, Refusal> {
    let invalid = || Refusal::ClaimInvalid("aud");
    match object.get("aud") {
        None => Ok(None),
        Some(Value::String(one)) => Ok(Some(vec![one.clone().into_owned()])),
        Some(Value::Array(several)) => several
            .iter()
            .map(|one| one.as_str().map(str::to_owned).ok_or_else(invalid))
            .collect::<Result<_, _>>()
            .map(Some),
        Some(_) => Err(invalid()),
    }
}

fn scopes(object: &Object<'_>) -> Result<Option<Scopes>, Refusal> {
    match text(object, "scope")? {
        None => Ok(None),
        Some(text) => Scopes::from_claim(&text).map(Some).ok_or(Refusal::ClaimInvalid("scope")),
    }
}
