//! What a request needs: scopes combined by all of, any of, not; compiled once, judged for each token.
//!
//! Statements: RFC6749-7-30, RFC6749-3.3-30.

use std::sync::Arc;

use super::{Scopes, is_scope_token};
use crate::{
    ConfigurationError, Refusal,
    json::{self, Value},
};

/// Terms inside each other, at most: more than anyone reads.
pub const MAX_DEPTH: usize = 8;
/// Terms in one requirement, at most: what a challenge can still carry.
pub const MAX_TERMS: usize = 1024;

/// A requirement as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requirement {
    /// This scope was granted.
    Scope(String),
    /// All of these hold; none is nothing to ask for.
    AllOf(Vec<Requirement>),
    /// At least one of these holds; there must be one.
    AnyOf(Vec<Requirement>),
    /// This does not hold.
    Not(Box<Requirement>),
}

/// The scopes that a request needs (RFC 6749 §7), checked for form. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredScopes(Arc<Requirement>);

impl Default for RequiredScopes {
    fn default() -> Self {
        Self::none()
    }
}

impl RequiredScopes {
    /// Nothing is required: any valid token will do. It has to be said, for a route that forgets its scopes is open.
    pub fn none() -> Self {
        Self(Arc::new(Requirement::AllOf(Vec::new())))
    }

    /// All of these are required (RFC 6749 §7); none, if the list is empty.
    ///
    /// # Errors
    /// As [`RequiredScopes::new`].
    pub fn all_of<S: Into<String>>(scopes: impl IntoIterator<Item = S>) -> Result<Self, ConfigurationError> {
        Self::new(Requirement::AllOf(scopes.into_iter().map(|scope| Requirement::Scope(scope.into())).collect()))
    }

    /// Takes a requirement, and checks it once (RFC 6749 §3.3).
    ///
    /// # Errors
    /// [`ConfigurationError`] if a scope is no scope token (RFC 6749 §3.3), `AnyOf` is empty, or a limit is passed.
    pub fn new(requirement: Requirement) -> Result<Self, ConfigurationError> {
        let mut terms = 0;
        check(&requirement, 0, &mut terms)?;
        Ok(Self(Arc::new(requirement)))
    }

    /// # Errors
    /// [`Refusal::ScopeMissing`], which names what is missing of one sufficient set, and what was granted but must not be.
    pub(crate) fn judge(&self, granted: &Scopes) -> Result<(), Refusal> {
        if holds(&self.0, granted) {
            return Ok(());
        }
        let (mut missing, mut forbidden) = (Vec::new(), Vec::new());
        collect(&self.0, granted, true, &mut missing, &mut forbidden);
        Err(Refusal::ScopeMissing { missing, forbidden })
    }

    /// The value of the `scope` parameter of a challenge (RFC 6750 §3): one set that is sufficient, if anything is required.
    pub(crate) fn challenge_value(&self) -> Option<String> {
        let (mut sufficient, mut forbidden) = (Vec::new(), Vec::new());
        collect(&self.0, &Scopes::default(), true, &mut sufficient, &mut forbidden);
        (!sufficient.is_empty()).then(|| sufficient.join(" "))
    }
}

/// Depth is bounded by [`MAX_DEPTH`], so these recursions are.
fn check(requirement: &Requirement, depth: usize, terms: &mut usize) -> Result<(), ConfigurationError> {
    let error = |problem: String| Err(ConfigurationError::new("scopes", problem));
    *terms = terms.saturating_add(1);
    if depth >= MAX_DEPTH || *terms > MAX_TERMS {
        return error(format!("is deeper than {MAX_DEPTH} terms, or has more than {MAX_TERMS}"));
    }
    match requirement {
        Requirement::Scope(scope) if is_scope_token(scope) => Ok(()),
        Requirement::Scope(scope) => error(format!(
            "{scope:?} is not a scope: give each scope as a string of its own, in printable ASCII without space, quote and backslash"
        )),
        Requirement::AnyOf(inner) if inner.is_empty() => {
            error("has an empty anyOf, which nothing can satisfy".to_owned())
        }
        Requirement::AllOf(inner) | Requirement::AnyOf(inner) => {
            inner.iter().try_for_each(|term| check(term, depth.saturating_add(1), terms))
        }
        Requirement::Not(inner) => check(inner, depth.saturating_add(1), terms),
    }
}

fn holds(requirement: &Requirement, granted: &Scopes) -> bool {
    match requirement {
        Requirement::Scope(scope) => granted.contains(scope),
        Requirement::AllOf(terms) => terms.iter().all(|term| holds(term, granted)),
        Requirement::AnyOf(terms) => terms.iter().any(|term| holds(term, granted)),
        Requirement::Not(term) => !holds(term, granted),
    }
}

/// What would make the requirement hold (`wanted`) or not hold: scopes to add and scopes to be without. Of alternatives
/// the first is taken.
fn collect(
    requirement: &Requirement,
    granted: &Scopes,
    wanted: bool,
    missing: &mut Vec<String>,
    forbidden: &mut Vec<String>,
) {
    if holds(requirement, granted) == wanted {
        return;
    }
    match (requirement, wanted) {
        (Requirement::Scope(scope), true) if !missing.contains(scope) => missing.push(scope.clone()),
        (Requirement::Scope(scope), false) if !forbidden.contains(scope) => forbidden.push(scope.clone()),
        (Requirement::Scope(_), _) => {}
        (Requirement::Not(term), _) => collect(term, granted, !wanted, missing, forbidden),
        (Requirement::AllOf(terms), true) | (Requirement::AnyOf(terms), false) => {
            for term in terms {
                collect(term, granted, wanted, missing, forbidden);
            }
        }
        (Requirement::AnyOf(terms), true) | (Requirement::AllOf(terms), false) => {
            if let Some(term) = terms.first() {
                collect(term, granted, wanted, missing, forbidden);
            }
        }
    }
}

impl RequiredScopes {
    /// Reads a requirement from JSON: a string is a scope, an array is all of its elements, an object is one of
    /// `{"allOf": […]}`, `{"anyOf": […]}` and `{"not": …}`.
    ///
    /// # Errors
    /// As [`RequiredScopes::new`], and for any other JSON.
    pub fn from_json(text: &str) -> Result<Self, ConfigurationError> {
        let limits = json::Limits { depth: MAX_DEPTH.saturating_mul(2), members: MAX_TERMS.saturating_mul(2) };
        let document = json::parse(text.as_bytes(), limits).map_err(|_| shape())?;
        Self::read(&document.value)
    }

    pub(crate) fn read(value: &Value<'_>) -> Result<Self, ConfigurationError> {
        Self::new(read(value)?)
    }
}

pub(crate) fn shape() -> ConfigurationError {
    ConfigurationError::new(
        "scopes",
        "must be an array of strings, or one of { allOf: [...] }, { anyOf: [...] }, { not: ... } with such inside",
    )
}

/// The depth of the text is bounded by its reader, so this recursion is.
fn read(value: &Value<'_>) -> Result<Requirement, ConfigurationError> {
    let list = |value: &Value<'_>| value.as_array().ok_or_else(shape)?.iter().map(read).collect::<Result<Vec<_>, _>>();
    match value {
        Value::String(scope) => Ok(Requirement::Scope(scope.clone().into_owned())),
        Value::Array(_) => Ok(Requirement::AllOf(list(value)?)),
        Value::Object(object) => match object.iter().collect::<Vec<_>>()[..] {
            [("allOf", terms)] => Ok(Requirement::AllOf(list(terms)?)),
            [("anyOf", terms)] => Ok(Requirement::AnyOf(list(terms)?)),
            [("not", term)] => Ok(Requirement::Not(Box::new(read(term)?))),
            _ => Err(shape()),
        },
        _ => Err(shape()),
    }
}
