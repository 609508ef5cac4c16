//! The `cnf` claim: to which key a token is bound (RFC 7800 §3.1, RFC 9449 §6.1, RFC 8705 §3.1).

use crate::{digest::Digest, json::Value};

/// Members of RFC 7800 §3.1 that bring or name a key of their own. No check for them exists, so a token that has one is
/// refused even next to a binding that is checked: RFC 7800 lets `cnf` identify one key only.
const KEYS_WITHOUT_CHECK: &[&str] = &["jwk", "jwe", "jku", "kid"];

/// A thumbprint in `cnf`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Thumbprint {
    /// 32 octets in canonical base64url.
    Is(Digest),
    /// Present, and nothing that any key could have.
    Malformed,
}

/// What `cnf` demands. Empty: a binding of a kind that is not known here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Confirmation {
    /// `jkt`: the key of a DPoP proof (RFC 9449 §6.1).
    pub(crate) proof_key: Option<Thumbprint>,
    /// `x5t#S256`: the client certificate (RFC 8705 §3.1).
    pub(crate) certificate: Option<Thumbprint>,
    /// Whether there is a key that nothing here can check.
    pub(crate) has_unchecked_key: bool,
}

impl Confirmation {
    /// Reads the claim. What is no object binds to something that cannot be checked.
    pub(crate) fn read(value: &Value<'_>) -> Self {
        let Some(object) = value.as_object() else {
            return Self { has_unchecked_key: true, ..Self::default() };
        };
        let thumbprint = |name| {
            object.get(name).map(|value| {
                value.as_str().and_then(Digest::from_base64url).map_or(Thumbprint::Malformed, Thumbprint::Is)
            })
        };
        Self {
            proof_key: thumbprint("jkt"),
            certificate: thumbprint("x5t#S256"),
            has_unchecked_key: KEYS_WITHOUT_CHECK.iter().any(|name| object.get(name).is_some()),
        }
    }
}
