//! What one request needs beside a good token: scopes, and how the user authenticated.

use crate::{
    ConfigurationError, RequiredAuthentication, RequiredScopes, json,
    options::Members,
    scope::{self, MAX_DEPTH, MAX_TERMS},
};

/// Members and elements beside those of the scopes: the two options, and the values of `acr` that a challenge can carry.
const OTHER_MEMBERS: usize = 64;

/// The needs of a request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Requirements {
    scopes: RequiredScopes,
    authentication: Option<RequiredAuthentication>,
}

impl From<RequiredScopes> for Requirements {
    fn from(scopes: RequiredScopes) -> Self {
        Self { scopes, authentication: None }
    }
}

impl Requirements {
    /// Reads `{"scopes": …, "authentication": {"acrValues": […], "maxAgeSeconds": …}}`, of which each may be left out:
    /// [`RequiredScopes::from_json`] and [`RequiredAuthentication::new`].
    ///
    /// # Errors
    /// [`ConfigurationError`], as they have it, and for any other JSON.
    pub fn from_json(text: &str) -> Result<Self, ConfigurationError> {
        // A term takes two levels and two members of the text; the rest is for what stands around.
        let limits = json::Limits {
            depth: MAX_DEPTH.saturating_mul(2).saturating_add(1),
            members: MAX_TERMS.saturating_mul(2).saturating_add(OTHER_MEMBERS),
        };
        let document = json::parse(text.as_bytes(), limits).map_err(|_| scope::shape())?;
        let members = Members::of("options", &document.value, &["scopes", "authentication"])?;
        Ok(Self {
            scopes: members.get("scopes").map(RequiredScopes::read).transpose()?.unwrap_or_default(),
            authentication: members.get("authentication").map(RequiredAuthentication::read).transpose()?,
        })
    }

    /// Also this authentication of the user, in place of one that was demanded before (RFC 9470 §3).
    #[must_use]
    pub fn with_authentication(mut self, authentication: RequiredAuthentication) -> Self {
        self.authentication = Some(authentication);
        self
    }

    /// The scopes that the request needs (RFC 6750 §3.1).
    pub const fn scopes(&self) -> &RequiredScopes {
        &self.scopes
    }

    /// The authentication of the user, if there is a demand on it (RFC 9470 §3).
    pub const fn authentication(&self) -> Option<&RequiredAuthentication> {
        self.authentication.as_ref()
    }
}
