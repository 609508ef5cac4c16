//! Getting the token out of a request (RFC 6750 §2.1, RFC 9110 §11). Only the `Authorization` field is read.
//!
//! Statements: RFC6750-2.1-10, RFC9110-11.1-10, RFC6750-2.1-11, RFC6750-2.2-10, RFC6750-2.2-11, RFC6750-2.3-10,
//! OA21-5.1-10, RFC6750-2-10, RFC6750-3.1-10, RFC6750-3-10, RFC6750-5.3-10, RFC9449-7.1-11, RFC9449-7.2-11, HARNESS-R1.

use crate::{Refusal, Scheme};

/// What follows the scheme has at most this many bytes more than the largest token: a bound before any scan.
const MAX_FIELD_BYTES: usize = crate::policy::LIMIT_MAX_TOKEN_BYTES + 1024;

/// The token in the values of the request's `Authorization` fields, one slice a field line, as they came.
///
/// Several lines are refused, and so is one line into which a library has joined several: a comma is in no token.
/// Other schemes count as no token (RFC 6750 §3.1).
///
/// # Errors
/// Codes `missing_token`, `malformed_request`, `multiple_tokens`.
pub fn extract<'a>(fields: &[&'a [u8]]) -> Result<&'a [u8], Refusal> {
    extract_any(fields, &[Scheme::Bearer]).map(|(_, token)| token)
}

/// The same for several schemes, with the one that was used (RFC 9449 §7.1: the syntax is that of `Bearer`).
///
/// # Errors
/// As [`extract`].
pub fn extract_any<'a>(fields: &[&'a [u8]], schemes: &[Scheme]) -> Result<(Scheme, &'a [u8]), Refusal> {
    match fields {
        [] => Err(Refusal::NoToken),
        [field] => from_field(field, schemes),
        _ => Err(Refusal::SeveralCredentials),
    }
}

/// The schemes of these credentials, to put an error on the right challenges (RFC 9449 §7.2): those of each field line
/// and of each part of a line that has several.
pub fn schemes_used(fields: &[&[u8]]) -> Vec<Scheme> {
    let parts = fields.iter().filter(|field| field.len() <= MAX_FIELD_BYTES);
    let parts: Vec<&[u8]> = parts.flat_map(|field| field.split(|byte| *byte == b',')).collect();
    let used = |scheme: &Scheme| parts.iter().any(|part| Scheme::from_name(split_scheme(part).0) == Some(*scheme));
    Scheme::ALL.iter().copied().filter(used).collect()
}

/// The scheme of a credential and what follows it.
fn split_scheme(credential: &[u8]) -> (&[u8], &[u8]) {
    // Optional white space around a field value is no part of it (RFC 9110 §5.5).
    let credential = credential.trim_ascii();
    credential.split_at(credential.iter().position(|byte| !is_token_character(*byte)).unwrap_or(credential.len()))
}

fn from_field<'a>(field: &'a [u8], schemes: &[Scheme]) -> Result<(Scheme, &'a [u8]), Refusal> {
    if field.len() > MAX_FIELD_BYTES {
        return Err(Refusal::TooLarge);
    }
    let (scheme, rest) = split_scheme(field);
    let Some(scheme) = Scheme::from_name(scheme).filter(|scheme| schemes.contains(scheme)) else {
        return Err(if joined(field) { Refusal::SeveralCredentials } else { Refusal::NoToken });
    };
    // RFC 6750 §2.1: "Bearer", at least one space and no other white space, a token of the b64token alphabet.
    let spaces = rest.iter().take_while(|byte| **byte == b' ').count();
    let token = rest.get(spaces..).unwrap_or_default();
    if spaces > 0 && !token.is_empty() && token.iter().all(|byte| is_b64token_character(*byte)) {
        return Ok((scheme, token));
    }
    Err(if joined(token) { Refusal::SeveralCredentials } else { Refusal::NotBearerSyntax })
}

/// Schemes that a second credential after a comma is recognised by.
const SCHEMES: &[&[u8]] = &[b"basic ", b"bearer ", b"dpop "];

/// Whether a second credential stands after a comma: libraries join field lines so (RFC 9110 §5.2).
fn joined(field: &[u8]) -> bool {
    let starts_credential = |part: &[u8]| {
        let part = part.trim_ascii_start();
        SCHEMES.iter().any(|scheme| part.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
    };
    // What stands before the first comma is the first credential.
    field.split(|byte| *byte == b',').skip(1).any(starts_credential)
}

/// `tchar` of RFC 9110 §5.6.2, which a scheme is made of.
const fn is_token_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
        )
}

/// The characters of `b64token` (RFC 6750 §2.1).
const fn is_b64token_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=')
}
