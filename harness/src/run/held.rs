//! A token that was issued to us, and how it is shown to whoever judges it.

use super::{Grant, TokenRequest};
use crate::target::Target;
use crate::wire::{Form, Request};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};

/// A token of the main client.
#[derive(Debug, Clone)]
pub struct Held {
    token: SecretString,
    token_type: String,
}

impl Held {
    /// The token of this grant.
    pub fn of(grant: &Grant) -> Self {
        let token_type = grant.token_type.clone().unwrap_or_else(|| "bearer".into());
        Self { token: grant.access_token.clone(), token_type }
    }

    /// Asks the introspection endpoint about the token (RFC 7662 §2.1), as the client that received it.
    pub fn introspection_request(&self, target: &Target, now: Timestamp) -> Option<Request> {
        let endpoint = target.introspection_endpoint.as_deref()?;
        let mut request = TokenRequest::baseline(endpoint, &target.client, None, target.audience()).at(now);
        request.form = Form::default();
        request.form.append("token", self.token.expose_secret());
        Some(request.to_request())
    }

    /// Calls the protected URL with the token (RFC 6750 §2.1).
    pub fn protected_request(&self, target: &Target) -> Option<Request> {
        let mut request = Request::get(target.protected_url.as_deref()?);
        let scheme = if self.token_type == "bearer" { "Bearer" } else { &self.token_type };
        request.fields.set("Authorization", format!("{scheme} {}", self.token.expose_secret()));
        // A token that is bound to the certificate is good with it alone (RFC 8705 §3).
        request.identity.clone_from(&target.client.identity);
        Some(request)
    }
}
