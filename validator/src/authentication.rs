//! How the user must have authenticated: step-up (RFC 9470).
//!
//! Tokens of the client credentials grant have no user and neither claim: a route that asks for this answers their
//! clients with a challenge that they can never meet. Ask for a scope there instead.

use crate::{Claims, ConfigurationError, Refusal, UnixTime, json::Value, options::Members, scope};

/// What a request needs beside a good token. Made by [`RequiredAuthentication::new`]; demands one thing at least.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredAuthentication {
    acr_values: Vec<String>,
    max_age_seconds: Option<u32>,
}

impl RequiredAuthentication {
    /// `acr` is one of `acr_values`, which stand in order of preference (RFC 9470 §3; none: not compared), and the user
    /// authenticated at most `max_age_seconds` ago.
    ///
    /// # Errors
    /// [`ConfigurationError`] if neither is demanded, or for a value that cannot stand in a challenge.
    pub fn new<S: Into<String>>(
        acr_values: impl IntoIterator<Item = S>,
        max_age_seconds: Option<u32>,
    ) -> Result<Self, ConfigurationError> {
        let acr_values: Vec<String> = acr_values.into_iter().map(Into::into).collect();
        if acr_values.is_empty() && max_age_seconds.is_none() {
            return Err(ConfigurationError::new("authentication", "demands nothing; give acrValues or maxAgeSeconds"));
        }
        // They are listed with spaces between them, in a quoted string, as scopes are.
        if !acr_values.iter().all(|value| scope::is_scope_token(value)) {
            return Err(ConfigurationError::new(
                "acrValues",
                "may have values in printable ASCII without space, quote and backslash only",
            ));
        }
        Ok(Self { acr_values, max_age_seconds })
    }

    /// Of `{"acrValues": […], "maxAgeSeconds": …}`, each of which may be left out.
    pub(crate) fn read(value: &Value<'_>) -> Result<Self, ConfigurationError> {
        let members = Members::of("authentication", value, &["acrValues", "maxAgeSeconds"])?;
        Self::new(members.texts("acrValues")?.unwrap_or_default(), members.number("maxAgeSeconds")?)
    }

    /// `auth_time` is inclusive at `max_age_seconds` plus the tolerance. One that is absent or lies in the future says
    /// nothing about the age, and does not pass.
    pub(crate) fn check(&self, claims: &Claims, tolerance_seconds: u32, now: UnixTime) -> Result<(), Refusal> {
        let tolerance = i64::from(tolerance_seconds);
        let class_fits = self.acr_values.is_empty()
            || claims.authentication_class().is_some_and(|acr| self.acr_values.iter().any(|value| value == acr));
        let age_fits = self.max_age_seconds.is_none_or(|age| {
            claims.authenticated_at().is_some_and(|at| {
                at <= now.plus_seconds(tolerance) && now <= at.plus_seconds(i64::from(age)).plus_seconds(tolerance)
            })
        });
        if class_fits && age_fits {
            return Ok(());
        }
        Err(Refusal::AuthenticationInsufficient {
            acr_values: self.acr_values.clone(),
            max_age_seconds: self.max_age_seconds,
        })
    }
}
