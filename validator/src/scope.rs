//! Scopes: sets of case-sensitive tokens (RFC 6749 §3.3).

use std::collections::BTreeSet;

use crate::ConfigurationError;

/// Whether this is a scope token (RFC 6749 §3.3): printable ASCII without space, quote and backslash, not empty.
fn is_scope_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}

/// The scopes of a token: no order, no repetition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scopes(BTreeSet<String>);

impl Scopes {
    /// Reads the `scope` claim (RFC 9068 §2.2.3, RFC 8693 §4.2): scope tokens with single spaces between them; the empty
    /// text is the empty set. Only U+0020 separates. `None` if anything else is in the text.
    pub(crate) fn from_claim(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::default());
        }
        let mut scopes = BTreeSet::new();
        for scope in text.split(' ') {
            if !is_scope_token(scope) {
                return None;
            }
            scopes.insert(scope.to_owned());
        }
        Some(Self(scopes))
    }

    /// Whether this scope was granted, compared octet by octet.
    pub fn contains(&self, scope: &str) -> bool {
        self.0.contains(scope)
    }

    /// The scopes in octet order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// The scopes that a request needs: all of them (RFC 6749 §7).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RequiredScopes(Vec<String>);

impl RequiredScopes {
    /// Nothing is required: any valid token will do.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// All of these are required.
    ///
    /// # Errors
    /// [`ConfigurationError`] if one is no scope token (RFC 6749 §3.3).
    pub fn all_of<S: Into<String>>(scopes: impl IntoIterator<Item = S>) -> Result<Self, ConfigurationError> {
        let scopes: Vec<String> = scopes.into_iter().map(Into::into).collect();
        match scopes.iter().find(|scope| !is_scope_token(scope)) {
            None => Ok(Self(scopes)),
            Some(scope) => Err(ConfigurationError::new(
                "scopes",
                format!(
                    "{scope:?} is not a scope: give each scope as a string of its own, in printable ASCII without space, quote and backslash"
                ),
            )),
        }
    }

    /// The required scopes that were not granted, in the configured order.
    pub(crate) fn missing_from(&self, granted: &Scopes) -> Vec<String> {
        self.0.iter().filter(|scope| !granted.contains(scope)).cloned().collect()
    }

    /// The value of the `scope` parameter of a challenge (RFC 6750 §3), if anything is required.
    pub(crate) fn challenge_value(&self) -> Option<String> {
        (!self.0.is_empty()).then(|| self.0.join(" "))
    }
}
