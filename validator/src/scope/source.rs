//! In which claims a token has its scopes. RFC 9068 §2.2.3 knows one; servers have more.

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

/// A claim that has scopes: the names on the way to it, and its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeSource {
    /// One name for a claim at the top, more for one inside objects.
    path: Cow<'static, [Cow<'static, str>]>,
    form: Form,
}

/// The claims that are known by name.
const NAMED: &[(&str, Form)] =
    &[("scope", Form::Text), ("scp", Form::TextOrList), ("permissions", Form::List), ("roles", Form::List)];

impl ScopeSource {
    /// The claim `scope` of RFC 9068 §2.2.3, a string only.
    pub const SCOPE: Self = Self { path: Cow::Borrowed(&[Cow::Borrowed("scope")]), form: Form::Text };
    /// `scp`, a string or a list.
    pub const SCP: Self = Self { path: Cow::Borrowed(&[Cow::Borrowed("scp")]), form: Form::TextOrList };
    /// `permissions`, a list.
    pub const PERMISSIONS: Self = Self { path: Cow::Borrowed(&[Cow::Borrowed("permissions")]), form: Form::List };
    /// `roles`, a list.
    pub const ROLES: Self = Self { path: Cow::Borrowed(&[Cow::Borrowed("roles")]), form: Form::List };

    /// The claim at this path, names joined by dots: `scope`, `scp`, `permissions`, `roles` in the form that is theirs,
    /// any other as a string or a list.
    ///
    /// # Errors
    /// [`ConfigurationError`] if a name is empty, or there are more than eight.
    pub fn at(path: &str) -> Result<Self, ConfigurationError> {
        let names: Vec<Cow<'static, str>> = path.split('.').map(|name| Cow::Owned(name.to_owned())).collect();
        if names.len() > 8 || names.iter().any(|name| name.is_empty()) {
            return Err(ConfigurationError::new(
                "scopeClaims",
                "has a path that is empty, or deeper than eight names; write names with dots between them",
            ));
        }
        let form = NAMED.iter().find(|(name, _)| *name == path).map_or(Form::TextOrList, |(_, form)| *form);
        Ok(Self { path: Cow::Owned(names), form })
    }

    /// Adds the scopes of this claim, if the token has it. Whether it has is the answer.
    pub(crate) fn add_to(&self, scopes: &mut Scopes, claims: &Object<'_>) -> Result<bool, Refusal> {
        let Some((last, parents)) = self.path.split_last() else {
            return Ok(false);
        };
        let mut object = claims;
        for parent in parents {
            match object.get(parent) {
                None => return Ok(false),
                Some(Value::Object(inner)) => object = inner,
                Some(_) => return Err(INVALID),
            }
        }
        match (object.get(last), self.form) {
            (None, _) => Ok(false),
            (Some(Value::String(text)), Form::Text | Form::TextOrList) => {
                scopes.add_text(text).ok_or(INVALID)?;
                Ok(true)
            }
            (Some(Value::Array(elements)), Form::List | Form::TextOrList) => {
                for element in elements {
                    scopes.add_element(element.as_str().ok_or(INVALID)?);
                }
                Ok(true)
            }
            (Some(_), _) => Err(INVALID),
        }
    }
}

/// Whatever its path is, to the client it is the scope that is invalid.
const INVALID: Refusal = Refusal::ClaimInvalid("scope");
