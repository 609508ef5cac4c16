//! From a refusal to the answer: HTTP status and `WWW-Authenticate` (RFC 6750 §3).

use crate::{Code, ConfigurationError, Refusal, RequiredScopes};

/// The status and the header fields of an answer to a refused request. A 401 or 403 always has a challenge
/// (RFC 9110 §15.5.2, RFC 6750 §3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The value of `WWW-Authenticate`.
    pub challenge: Option<String>,
    /// The value of `Retry-After`, in seconds (RFC 9110 §10.2.3).
    pub retry_after_seconds: Option<u32>,
}

/// The `realm` of challenges: printable ASCII without quote and backslash (RFC 6750 §3, RFC 9110 §11.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Realm(String);

impl Realm {
    /// # Errors
    /// [`ConfigurationError`] if a character would need escaping.
    pub fn new(text: impl Into<String>) -> Result<Self, ConfigurationError> {
        let text = text.into();
        if is_challenge_text(&text) {
            return Ok(Self(text));
        }
        Err(ConfigurationError::new("realm", "may have printable ASCII without quotes and backslashes only"))
    }
}

impl Default for Realm {
    fn default() -> Self {
        Self("api".to_owned())
    }
}

/// RFC 6750 §3: %x20-21 / %x23-5B / %x5D-7E.
fn is_challenge_text(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, 0x20 | 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}

/// The answer to `refusal`, where the request needed `required`.
pub fn answer(refusal: &Refusal, required: &RequiredScopes, realm: &Realm) -> Answer {
    let code = refusal.code();
    let retry_after_seconds = match refusal {
        Refusal::KeysUnavailable { retry_after_seconds } => Some(*retry_after_seconds),
        _ => None,
    };
    let challenged = matches!(code.status(), 400 | 401 | 403);
    Answer {
        status: code.status(),
        challenge: challenged.then(|| bearer(refusal, required, realm)),
        retry_after_seconds,
    }
}

/// Parameters in a fixed order, each at most once; every value is ours or configured and has legal characters only.
fn bearer(refusal: &Refusal, required: &RequiredScopes, realm: &Realm) -> String {
    let code = refusal.code();
    let mut parameters = vec![("realm", realm.0.clone())];
    // Without credentials, no error (RFC 6750 §3.1); which scopes are needed is said where they were missing.
    if let Some(error) = code.error() {
        parameters.push(("error", error.to_owned()));
        parameters.push(("error_description", refusal.message().to_owned()));
    }
    if code == Code::InsufficientScope {
        parameters.extend(required.challenge_value().map(|scope| ("scope", scope)));
    }
    let parameters: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
    format!("Bearer {}", parameters.join(", "))
}
