//! Token requests: the baseline, and what one mutation makes of it.

use crate::target::{Authentication, Client};
use crate::wire::{BasicEncoding, Form, Request, basic_authorization};
use secrecy::{ExposeSecret as _, SecretString};

/// How a request is authenticated.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// By the Basic scheme.
    Basic(String, SecretString, BasicEncoding),
    /// In the body.
    Post(String, SecretString),
    /// By `client_id` alone.
    Public(String),
    /// Not at all.
    Nothing,
}

/// A token request before it is written down.
#[derive(Debug, Clone)]
pub struct TokenRequest {
    /// The token endpoint.
    pub endpoint: String,
    /// The parameters, without the client's.
    pub form: Form,
    /// The client.
    pub credentials: Credentials,
}

impl TokenRequest {
    /// The request that works: grant type, the client's scopes, the resource, and the client's way to authenticate.
    pub fn baseline(endpoint: &str, client: &Client, resource: Option<&str>) -> Self {
        let mut form = Form::default();
        form.append("grant_type", "client_credentials");
        if !client.scopes.is_empty() {
            form.append("scope", client.scopes.join(" "));
        }
        if let Some(resource) = resource {
            form.append("resource", resource);
        }
        Self { endpoint: endpoint.to_owned(), form, credentials: Credentials::of(client) }
    }

    /// With one more parameter, at the end.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.form.append(name, value);
        self
    }

    /// With another value.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl Into<String>) -> Self {
        self.form.set(name, value);
        self
    }

    /// Without a parameter.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.form.remove(name);
        self
    }

    /// Authenticated in another way.
    #[must_use]
    pub fn authenticated(mut self, credentials: Credentials) -> Self {
        self.credentials = credentials;
        self
    }

    /// Every parameter that stands in the body.
    pub fn body(&self) -> Form {
        let mut form = self.form.clone();
        match &self.credentials {
            Credentials::Post(id, secret) => {
                form.append("client_id", id);
                form.append("client_secret", secret.expose_secret());
            }
            Credentials::Public(id) => form.append("client_id", id),
            Credentials::Basic(..) | Credentials::Nothing => {}
        }
        form
    }

    /// The request as it is sent.
    pub fn to_request(&self) -> Request {
        let mut request = Request::post(&self.endpoint, &self.body());
        request.fields.set("Accept", "application/json");
        if let Credentials::Basic(id, secret, encoding) = &self.credentials {
            request.fields.set("Authorization", basic_authorization(id, secret.expose_secret(), *encoding));
        }
        request
    }
}

impl Credentials {
    /// The client's own way.
    pub fn of(client: &Client) -> Self {
        match (&client.secret, client.authentication) {
            (Some(secret), Authentication::ClientSecretBasic) => {
                Self::Basic(client.id.clone(), secret.clone(), client.basic_encoding)
            }
            (Some(secret), Authentication::ClientSecretPost) => Self::Post(client.id.clone(), secret.clone()),
            _ => Self::Public(client.id.clone()),
        }
    }
}

impl From<&TokenRequest> for Request {
    fn from(request: &TokenRequest) -> Self {
        request.to_request()
    }
}
