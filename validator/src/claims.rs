//! The claims of an access token, typed (RFC 7519 §4.1, RFC 9068 §2.2). A wrong type is invalid, never "absent".
//!
//! Statements: RFC7519-4-21, RFC7519-4.1.6-20, RFC7519-4.1.3-20, RFC7519-2-21, RFC9068-4-36, RFC9700-4.15.1-20,
//! RFC9068-6-20.

use crate::{
    Policy, Refusal, Scopes, UnixTime,
    confirmation::Confirmation,
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
    scopes: Scopes,
    confirmation: Option<Confirmation>,
    authentication_class: Option<String>,
    authenticated_at: Option<UnixTime>,
    /// Names among [`MARKS`] that are present.
    marks: Vec<&'static str>,
    /// Names among the profile's required claims that are present.
    present: Vec<&'static str>,
    has_fixed_claims: bool,
    says_other_kind: bool,
}

/// Claims whose mere presence says that this is another kind of token (OpenID Connect Core §2, Back-Channel Logout §2.4,
/// RFC 9449 §4.2, RFC 8417 §2.2).
///
/// `s_hash`, `code` and `response_type` are of authorization responses and requests (RFC 9101 §4, JARM §2.1),
/// `token_introspection` of RFC 9701 §5.
const MARKS: &[&str] =
    &["nonce", "at_hash", "c_hash", "s_hash", "events", "htm", "htu", "token_introspection", "code", "response_type"];

/// Claims by which servers name the kind of a token, and their name for access tokens.
const KINDS: &[(&str, &str)] = &[("token_use", "access"), ("typ", "Bearer")];

impl Claims {
    /// Reads them as the policy's profile has them.
    pub(crate) fn read(object: &Object<'_>, policy: &Policy) -> Result<Self, Refusal> {
        let profile = policy.profile();
        let mut scopes = Scopes::default();
        for source in policy.scope_sources() {
            source.add_to(&mut scopes, object)?;
        }
        Ok(Self {
            issuer: issuer(object)?,
            subject: text(object, "sub")?,
            audience: audience(object, profile.audience_claim())?,
            expires_at: time(object, "exp")?,
            not_before: time(object, "nbf")?,
            issued_at: time(object, "iat")?,
            token_id: text(object, "jti")?,
            client_id: client(object, profile.client_claims())?,
            scopes,
            confirmation: object.get("cnf").map(Confirmation::read),
            authentication_class: text(object, "acr")?,
            authenticated_at: time(object, "auth_time")?,
            marks: MARKS.iter().copied().filter(|name| object.get(name).is_some()).collect(),
            present: profile.required_claims().iter().copied().filter(|name| object.get(name).is_some()).collect(),
            says_other_kind: KINDS
                .iter()
                .any(|(name, kind)| object.get(name).is_some_and(|value| value.as_str() != Some(kind))),
            has_fixed_claims: profile
                .fixed_claims()
                .iter()
                .all(|(name, value)| object.get(name).and_then(Value::as_str) == Some(value)),
        })
    }

    /// `iss`: the issuer, one that is configured (RFC 7519 §4.1.1).
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

    /// `exp`: from then on the token has expired (RFC 7519 §4.1.4). To the microsecond, as all times here.
    pub const fn expires_at(&self) -> Option<UnixTime> {
        self.expires_at
    }

    /// `nbf`: before then the token is not valid (RFC 7519 §4.1.5); `None` if it does not say.
    pub const fn not_before(&self) -> Option<UnixTime> {
        self.not_before
    }

    /// `iat`: when the token was issued (RFC 7519 §4.1.6).
    pub const fn issued_at(&self) -> Option<UnixTime> {
        self.issued_at
    }

    /// `jti`: unique among the tokens of the issuer (RFC 7519 §4.1.7); what a list of revoked tokens holds.
    pub fn token_id(&self) -> Option<&str> {
        self.token_id.as_deref()
    }

    /// The client: `client_id` (RFC 8693 §4.3), or the claim that the profile's server has in its place.
    pub fn client_id(&self) -> Option<&str> {
        self.client_id.as_deref()
    }

    /// Whether the client calls for itself: `sub` is the client, octet by octet (RFC 9068 §2.2, client credentials).
    ///
    /// A route for users only refuses such tokens. It tells the two apart only where the issuer never gives a user the id of
    /// a client (RFC 9700 §4.15.1); where it might, ask the issuer for a claim that says which it is.
    pub fn subject_is_client(&self) -> bool {
        self.subject.is_some() && self.subject == self.client_id
    }

    /// The scopes, from the claims in which the policy looks for them; none if the token has no such claim.
    pub const fn scopes(&self) -> &Scopes {
        &self.scopes
    }

    /// `acr`: how the user authenticated (RFC 9068 §2.2.1).
    pub fn authentication_class(&self) -> Option<&str> {
        self.authentication_class.as_deref()
    }

    /// `auth_time`: when the user authenticated (RFC 9068 §2.2.1).
    pub const fn authenticated_at(&self) -> Option<UnixTime> {
        self.authenticated_at
    }

    /// `cnf`: the keys that the token is bound to (RFC 7800 §3.1).
    pub(crate) const fn confirmation(&self) -> Option<&Confirmation> {
        self.confirmation.as_ref()
    }

    /// Every text that is held here.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        [self.issuer(), self.subject(), self.token_id(), self.client_id(), self.authentication_class()]
            .into_iter()
            .flatten()
            .chain(self.audience().into_iter().flatten().map(String::as_str))
            .chain(self.scopes.iter())
    }

    /// Whether a claim that the profile requires is present.
    pub(crate) fn has_required(&self, name: &str) -> bool {
        self.present.contains(&name)
    }

    /// Whether a claim of [`MARKS`] is present.
    pub(crate) fn is_marked(&self, name: &str) -> bool {
        self.marks.contains(&name)
    }

    /// Whether a claim of [`KINDS`] is there and names another kind.
    pub(crate) const fn says_other_kind(&self) -> bool {
        self.says_other_kind
    }

    /// Whether the claims by which the profile's server marks access tokens have their value.
    pub(crate) const fn has_fixed_claims(&self) -> bool {
        self.has_fixed_claims
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
fn audience(object: &Object<'_>, claim: &'static str) -> Result<Option<Vec<String>>, Refusal> {
    let invalid = || Refusal::ClaimInvalid(claim);
    match object.get(claim) {
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

/// The first of these claims that is there.
fn client(object: &Object<'_>, claims: &'static [&'static str]) -> Result<Option<String>, Refusal> {
    claims.iter().find(|name| object.get(name).is_some()).map_or(Ok(None), |name| text(object, name))
}
