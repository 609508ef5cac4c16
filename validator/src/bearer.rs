//! Getting the token out of a request (RFC 6750 §2.1, RFC 9110 §11). Only the `Authorization` field is read.

use crate::Refusal;

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
    match fields {
        [] => Err(Refusal::NoToken),
        [field] => from_field(field),
        _ => Err(Refusal::SeveralCredentials),
    }
}

fn from_field(field: &[u8]) -> Result<&[u8], Refusal> {
    if field.len() > MAX_FIELD_BYTES {
        return Err(Refusal::TooLarge);
    }
    // Optional white space around a field value is no part of it (RFC 9110 §5.5).
    let field = field.trim_ascii();
    let end = field.iter().position(|byte| !is_token_character(*byte)).unwrap_or(field.len());
    let (scheme, rest) = field.split_at(end);
    if !scheme.eq_ignore_ascii_case(b"bearer") {
        return Err(if joined(field) { Refusal::SeveralCredentials } else { Refusal::NoToken });
    }
    // RFC 6750 §2.1: "Bearer", at least one space and no other white space, a token of the b64token alphabet.
    let spaces = rest.iter().take_while(|byte| **byte == b' ').count();
    let token = rest.get(spaces..).unwrap_or_default();
    if spaces > 0 && !token.is_empty() && token.iter().all(|byte| is_b64token_character(*byte)) {
        return Ok(token);
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
