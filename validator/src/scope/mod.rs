//! Scopes: sets of case-sensitive tokens (RFC 6749 §3.3), where a token has them and what a request needs of them.

mod required;
mod source;

use std::collections::BTreeSet;

pub(crate) use self::required::shape;
pub use self::required::{MAX_DEPTH, MAX_TERMS, RequiredScopes, Requirement};
pub use self::source::{Form, ScopeSource};

/// Whether this is a scope token (RFC 6749 §3.3): printable ASCII without space, quote and backslash, not empty.
pub(crate) fn is_scope_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}

/// The scopes of a token: no order, no repetition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scopes(BTreeSet<String>);

impl Scopes {
    /// Whether this scope was granted, compared octet by octet (RFC 6749 §3.3).
    pub fn contains(&self, scope: &str) -> bool {
        self.0.contains(scope)
    }

    /// The scopes in octet order, each once.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Adds the scopes of a text (RFC 9068 §2.2.3, RFC 8693 §4.2): scope tokens with single spaces between them; the
    /// empty text has none. Only U+0020 separates. `None` if anything else is in the text.
    fn add_text(&mut self, text: &str) -> Option<()> {
        if text.is_empty() {
            return Some(());
        }
        for scope in text.split(' ') {
            if !is_scope_token(scope) {
                return None;
            }
            self.0.insert(scope.to_owned());
        }
        Some(())
    }

    /// Adds one element of a list. What is no scope token can be required by nobody, and is left out.
    fn add_element(&mut self, scope: &str) {
        if is_scope_token(scope) {
            self.0.insert(scope.to_owned());
        }
    }
}
