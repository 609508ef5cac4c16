//! What a refusal looks like.

pub(super) mod answers;
pub(super) mod characters;
pub(super) mod empty_body;
pub(super) mod media_type;

use crate::wire::Response;

/// The codes that a token endpoint may send: RFC 6749 §5.2 and the registry; the last two are usual with 5xx alone.
pub(super) const REGISTERED: [&str; 14] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
    "invalid_target",
    "invalid_dpop_proof",
    "use_dpop_nonce",
    "invalid_authorization_details",
    "unsupported_token_type",
    "access_denied",
    "server_error",
    "temporarily_unavailable",
];

/// A member, its statement, and the characters that it may hold.
type Rule = (&'static str, &'static str, fn(char) -> bool);

const CHARACTERS: [Rule; 3] = [
    ("error", "RFC6749-5.2-23", is_printable),
    ("error_description", "RFC6749-5.2-24", is_printable),
    ("error_uri", "RFC6749-5.2-25", |c| c != ' ' && is_printable(c)),
];

/// RFC 6749 §5.2: visible ASCII and the space, without the quote and the backslash.
fn is_printable(c: char) -> bool {
    matches!(c, ' '..='!' | '#'..='[' | ']'..='~')
}

/// The members with characters that they must not have: the statement, and what stands there.
pub(super) fn illegal(response: &Response) -> Vec<(&'static str, String)> {
    let broken = CHARACTERS.iter().filter_map(|(member, statement, allowed)| {
        let text = response.text(member)?;
        (!text.chars().all(allowed)).then(|| (*statement, format!("{member}: {text:?}")))
    });
    broken.collect()
}
