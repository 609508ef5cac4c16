//! The compact serialization of a JWS (RFC 7515 §7.1), read strictly: at most one text of a token is accepted.
//!
//! Statements: RFC7515-7.1-10, RFC7515-3.2-10, RFC7515-5.2-11, RFC7515-5.2-12, RFC7515-5.2-13, RFC7516-9-10,
//! RFC7519-7.2-20, RFC8725BIS-3-20, HARNESS-R1.

use std::sync::Arc;

use crate::{
    Policy, Refusal, base64url, claims,
    claims::Claims,
    digest::Digest,
    jose_header::JoseHeader,
    json::{self, Object},
};

/// A token whose form is right and of which nothing is verified. Its claims cannot be read from outside.
pub(crate) struct UntrustedToken {
    /// What was signed: header and payload as they came, with the dot (RFC 7515 §5.2).
    signed: String,
    signature: Vec<u8>,
    header_json: String,
    claims_json: String,
    pub(crate) header: JoseHeader,
    pub(crate) policy: Arc<Policy>,
    /// Judged only after the signature.
    claims: Result<Claims, Refusal>,
}

impl UntrustedToken {
    /// Reads a token. `choose` gives the policy for the `iss` that the token claims to have: it is read unverified, to
    /// choose among configured issuers and for nothing else (RFC 8725 §3.8). Nothing of a token longer than `max_bytes`
    /// is decoded.
    ///
    /// # Errors
    /// A [`Refusal`] with code `malformed_token`, `token_too_large` or `encrypted_token`; `claim_missing` or
    /// `claim_invalid` for `iss`; whatever `choose` refuses.
    pub(crate) fn parse<'a>(
        token: &[u8],
        max_bytes: usize,
        choose: impl FnOnce(&str) -> Result<&'a Arc<Policy>, Refusal>,
    ) -> Result<Self, Refusal> {
        if token.len() > max_bytes {
            return Err(Refusal::TooLarge);
        }
        let (signed, [header, payload, signature]) = split(token)?;
        let decode = |part: &str| base64url::decode(part).ok_or(Refusal::NotCanonicalBase64url);
        let (header, payload, signature) = (decode(header)?, decode(payload)?, decode(signature)?);
        let header_object = object(&header, Refusal::HeaderNotJsonObject, Refusal::DuplicateHeaderMember)?;
        let claims_object = object(&payload, Refusal::ClaimsNotJsonObject, Refusal::DuplicateClaim)?;
        let header_parameters = JoseHeader::read(&header_object)?;
        let policy = choose(&claims::issuer(&claims_object)?.ok_or(Refusal::ClaimMissing("iss"))?)?;
        if token.len() > policy.max_token_bytes() {
            return Err(Refusal::TooLarge);
        }
        Ok(Self {
            header: header_parameters,
            claims: Claims::read(&claims_object, policy),
            policy: Arc::clone(policy),
            signed: signed.to_owned(),
            header_json: text(&header, Refusal::HeaderNotJsonObject)?,
            claims_json: text(&payload, Refusal::ClaimsNotJsonObject)?,
            signature,
        })
    }

    pub(crate) fn signed(&self) -> &[u8] {
        self.signed.as_bytes()
    }

    pub(crate) fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// SHA-256 of the token's text as it came (RFC 9449 §4.2, `ath`): only one text of a token is accepted, so that the
    /// parts give it back.
    pub(crate) fn hash(&self) -> Digest {
        Digest::of_parts(&[self.signed(), b".", base64url::encode(&self.signature).as_bytes()])
    }

    pub(crate) const fn claims(&self) -> &Result<Claims, Refusal> {
        &self.claims
    }

    /// Header and claims as JSON text.
    pub(crate) fn into_json(self) -> (String, String) {
        (self.header_json, self.claims_json)
    }
}

/// A token is a credential: `Debug` shows nothing of it.
impl core::fmt::Debug for UntrustedToken {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("UntrustedToken").finish_non_exhaustive()
    }
}

/// One scan over the alphabet before anything is decoded; then exactly three parts.
pub(crate) fn split(token: &[u8]) -> Result<(&str, [&str; 3]), Refusal> {
    if !token.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')) {
        return Err(Refusal::ForeignCharacter);
    }
    let text = core::str::from_utf8(token).map_err(|_| Refusal::ForeignCharacter)?;
    let mut parts = text.split('.');
    match (parts.next(), parts.next(), parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(header), Some(payload), Some(signature), None, ..) => {
            let signed = text.len().checked_sub(signature.len()).and_then(|end| text.get(..end.checked_sub(1)?));
            Ok((signed.ok_or(Refusal::NotThreeParts)?, [header, payload, signature]))
        }
        (Some(_), Some(_), Some(_), Some(_), Some(_), None) => Err(Refusal::Encrypted),
        _ => Err(Refusal::NotThreeParts),
    }
}

pub(crate) fn object(bytes: &[u8], not_an_object: Refusal, duplicate: Refusal) -> Result<Object<'_>, Refusal> {
    let document = json::parse(bytes, json::TOKEN_LIMITS).map_err(|_| not_an_object.clone())?;
    match document.value {
        json::Value::Object(_) if document.has_duplicate_members => Err(duplicate),
        json::Value::Object(object) => Ok(object),
        _ => Err(not_an_object),
    }
}

fn text(bytes: &[u8], refusal: Refusal) -> Result<String, Refusal> {
    core::str::from_utf8(bytes).map(str::to_owned).map_err(|_| refusal)
}
