//! Token requests: the baseline, and what one mutation makes of it.

use crate::reference::ASSERTION_TYPE;
use crate::signing_key::random_text;
use crate::target::{Authentication, Client, ClientKey};
use crate::wire::{BasicEncoding, Form, Identity, Request, basic_authorization};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};

/// How a request is authenticated.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// By the Basic scheme.
    Basic(String, SecretString, BasicEncoding),
    /// In the body.
    Post(String, SecretString),
    /// By an assertion that the client signs anew for every request (RFC 7523 §2.2).
    Assertion(Asserter),
    /// By the certificate that the connection presents; `client_id` says whose it is (RFC 8705 §2).
    Certificate(String, Identity),
    /// By `client_id` alone.
    Public(String),
    /// Not at all.
    Nothing,
}

/// What it takes to make an assertion.
#[derive(Debug, Clone)]
pub struct Asserter {
    /// The client.
    pub client_id: String,
    /// Its key.
    pub key: ClientKey,
    /// For whom: the issuer, or the token endpoint (RFC 7523 §3).
    pub audience: String,
}

/// For how long an assertion is good, seconds: long enough for a slow server, short enough for a strict one.
const ASSERTION_SECONDS: i64 = 60;

impl Asserter {
    /// Header and claims of an assertion made at this moment.
    pub fn parts(&self, now: Timestamp) -> (Map<String, Value>, Map<String, Value>) {
        let mut header = object(json!({"alg": self.key.key.algorithm()}));
        header.extend(self.key.id.as_ref().map(|id| ("kid".to_owned(), json!(id))));
        let seconds = now.as_second();
        // Without random numbers an earlier name would come again, and be refused: no danger.
        let id = random_text::<16>().unwrap_or_default();
        let claims = json!({
            "iss": self.client_id, "sub": self.client_id, "aud": self.audience, "jti": id,
            "iat": seconds, "exp": seconds.saturating_add(ASSERTION_SECONDS),
        });
        (header, object(claims))
    }

    fn assertion(&self, now: Timestamp) -> String {
        let (header, claims) = self.parts(now);
        self.key.key.jwt(&header, &claims)
    }
}

fn object(value: Value) -> Map<String, Value> {
    if let Value::Object(members) = value { members } else { Map::new() }
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
    /// When: assertions name the moment.
    pub time: Timestamp,
}

impl TokenRequest {
    /// The request that works: grant type, the client's scopes, the resource, and the client's way to authenticate; an
    /// assertion is for this audience.
    pub fn baseline(endpoint: &str, client: &Client, resource: Option<&str>, audience: &str) -> Self {
        let mut form = Form::default();
        form.append("grant_type", "client_credentials");
        if !client.scopes.is_empty() {
            form.append("scope", client.scopes.join(" "));
        }
        if let Some(resource) = resource {
            form.append("resource", resource);
        }
        let credentials = Credentials::of(client, audience);
        Self { endpoint: endpoint.to_owned(), form, credentials, time: Timestamp::UNIX_EPOCH }
    }

    /// Made at this moment.
    #[must_use]
    pub fn at(mut self, time: Timestamp) -> Self {
        self.time = time;
        self
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
            Credentials::Assertion(asserter) => {
                form.append("client_assertion_type", ASSERTION_TYPE);
                form.append("client_assertion", asserter.assertion(self.time));
            }
            Credentials::Public(id) | Credentials::Certificate(id, _) => form.append("client_id", id),
            Credentials::Basic(..) | Credentials::Nothing => {}
        }
        form
    }

    /// The request as it is sent.
    pub fn to_request(&self) -> Request {
        let mut request = Request::post(&self.endpoint, &self.body());
        request.fields.set("Accept", "application/json");
        match &self.credentials {
            Credentials::Basic(id, secret, encoding) => {
                request.fields.set("Authorization", basic_authorization(id, secret.expose_secret(), *encoding));
            }
            Credentials::Certificate(_, identity) => request.identity = Some(identity.clone()),
            Credentials::Post(..) | Credentials::Assertion(_) | Credentials::Public(_) | Credentials::Nothing => {}
        }
        request
    }
}

impl Credentials {
    /// The client's own way; an assertion is for this audience.
    pub fn of(client: &Client, audience: &str) -> Self {
        if let (Some(key), Authentication::PrivateKeyJwt) = (&client.key, client.authentication) {
            let (client_id, audience) = (client.id.clone(), audience.to_owned());
            return Self::Assertion(Asserter { client_id, key: key.clone(), audience });
        }
        if let Some(identity) = &client.identity {
            return Self::Certificate(client.id.clone(), identity.clone());
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::Registry;

    /// RFC 6749 §3.2: a client keeps the query of the endpoint, octet by octet.
    #[test]
    fn the_query_of_an_endpoint_stays_as_it_is() {
        let endpoint = "https://as.example/token?tenant=%41b+c&";
        let request = TokenRequest::baseline(endpoint, &Registry.clients().0, None, "https://as.example");
        assert_eq!(request.to_request().uri, endpoint);
    }
}
