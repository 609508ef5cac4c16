//! Parameters that no server knows.

use proptest::prelude::Strategy;

/// Names that have a meaning to some server: an unknown parameter is none of these.
const MEANINGFUL: &[&str] = &[
    "acr_values",
    "api_version",
    "assertion",
    "audience",
    "authorization_details",
    "claims",
    "client",
    "code",
    "dpop",
    "expires",
    "format",
    "grant",
    "id",
    "lang",
    "locale",
    "nonce",
    "organization",
    "password",
    "redirect_uri",
    "refresh_token",
    "requested",
    "resource",
    "response",
    "scope",
    "secret",
    "state",
    "subject",
    "tenant",
    "token",
    "ttl",
    "ui_locales",
    "user",
    "version",
];

/// A parameter that no server knows: a name of name-chars (RFC 6749 appendix A.10) and a harmless value.
pub fn unknown_parameters() -> impl Strategy<Value = (String, String)> {
    let harmless = |name: &String| !MEANINGFUL.iter().any(|known| name.to_ascii_lowercase().contains(known));
    ("x_[a-z0-9_.-]{1,20}".prop_filter("a name with a meaning", harmless), "[A-Za-z0-9 ._~-]{0,24}")
}
