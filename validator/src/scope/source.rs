//! In which claims a token has its scopes. RFC 9068 §2.2.3 knows one; servers have more.
//!
//! Statements: RFC9068-2.2.3-20, RFC6749-3.3-31, RFC9068-4-36.

use std::borrow::Cow;

use super::Scopes;
use crate::{
    ConfigurationError, Refusal,
    json::{Object, Value},
};

/// How a claim writes scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One string with spaces between the scopes (RFC 8693 §4.2).
    Text,
    /// An array of strings.
    List,
    /// Either; what servers do with `scp`.
    TextOrList,
}

/// A claim that has scopes: its name, or the way to it, and its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeSource {
    /// The name of a claim at the top; where there is none of that name, names with dots between them lead to it.
    path: Cow<'static, str>,
    form: Form,
}

/// Names in a path, at most: half the depth that is read.
const MAX_NAMES: usize = 8;

impl ScopeSource {
    /// The claim `scope` of RFC 9068 §2.2.3, a string only.
    pub const SCOPE: Self = Self { path: Cow::Borrowed("scope"), form: Form::Text };
    /// `scp`, a string or a list.
    pub const SCP: Self = Self { path: Cow::Borrowed("scp"), form: Form::TextOrList };
    /// `permissions`, a list.
    pub const PERMISSIONS: Self = Self { path: Cow::Borrowed("permissions"), form: Form::List };
    /// `roles`, a list.
    pub const ROLES: Self = Self { path: Cow::Borrowed("roles"), form: Form::List };

    /// The claim of this name, such as `roles` or `https://api.example.com/roles`, or the one to which names with dots
    /// between them lead, such as `realm_access.roles`; a string or a list, as the token has it.
    ///
    /// # Errors
    /// [`ConfigurationError`] if it is empty, or has an empty name or more than eight.
    pub fn at(path: &str) -> Result<Self, ConfigurationError> {
        if path.split('.').count() > MAX_NAMES || path.split('.').any(str::is_empty) {
            return Err(ConfigurationError::new(
                "scopeClaims",
                "has a path that is empty, or deeper than eight names; write names with dots between them",
            ));
        }
        Ok(Self { path: Cow::Owned(path.to_owned()), form: Form::TextOrList })
    }

    /// Adds the scopes of this claim, if the token has it.
    pub(crate) fn add_to(&self, scopes: &mut Scopes, claims: &Object<'_>) -> Result<(), Refusal> {
        let Some(value) = self.find(claims)? else {
            return Ok(());
        };
        match (value, self.form) {
            (Value::String(text), Form::Text | Form::TextOrList) => scopes.add_text(text).ok_or(INVALID),
            (Value::Array(elements), Form::List | Form::TextOrList) => elements.iter().try_for_each(|element| {
                scopes.add_element(element.as_str().ok_or(INVALID)?);
                Ok(())
            }),
            _ => Err(INVALID),
        }
    }

    fn find<'c, 'a>(&self, claims: &'c Object<'a>) -> Result<Option<&'c Value<'a>>, Refusal> {
        if let Some(value) = claims.get(&self.path) {
            return Ok(Some(value));
        }
        let mut names = self.path.split('.');
        let mut value = names.next().and_then(|name| claims.get(name));
        for name in names {
            value = match value {
                None => return Ok(None),
                Some(Value::Object(inner)) => inner.get(name),
                Some(_) => return Err(INVALID),
            };
        }
        Ok(value)
    }
}

/// Whatever its path is, to the client it is the scope that is invalid.
const INVALID: Refusal = Refusal::ClaimInvalid("scope");
