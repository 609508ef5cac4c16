//! What one request needs beside a good token: scopes, and how the user authenticated.

use crate::{RequiredAuthentication, RequiredScopes};

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
    /// Also this (RFC 9470).
    #[must_use]
    pub fn with_authentication(mut self, authentication: RequiredAuthentication) -> Self {
        self.authentication = Some(authentication);
        self
    }

    /// The scopes.
    pub const fn scopes(&self) -> &RequiredScopes {
        &self.scopes
    }

    /// The authentication, if there is a demand on it.
    pub const fn authentication(&self) -> Option<&RequiredAuthentication> {
        self.authentication.as_ref()
    }
}
