//! Metadata of a protected resource (RFC 9728): the document that tells clients where to get a token, and where it stands.
//!
//! Everything is configured text that was checked when it was taken: URLs and scope tokens have no character that JSON
//! would escape.
//!
//! Statements: RFC9728-3-10, RFC9728-3.2-10, RFC9728-2-10, RFC9728-2-11, RFC9728-3.3-10, RFC9728-2.2-10.

use core::fmt;

use crate::{
    Algorithm, ConfigurationError,
    dpop::Dpop,
    json,
    location::{Location, Loopback},
    scope,
};

/// A larger document is not read, in bytes: as for the metadata of authorization servers.
pub const MAX_DOCUMENT_BYTES: usize = 64 * 1024;

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// The metadata of one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProtectedResource {
    resource: String,
    authorization_servers: Vec<String>,
    scopes: Vec<String>,
    takes_bearer: bool,
    dpop_algorithms: Vec<&'static str>,
    is_dpop_required: bool,
    is_certificate_bound: bool,
}

impl ProtectedResource {
    /// The resource of this identifier: an https URL without fragment (RFC 9728 §2). It takes bearer tokens in the
    /// `Authorization` field, as everything here does.
    ///
    /// # Errors
    /// [`ConfigurationError`] for anything else.
    pub fn new(resource: impl Into<String>) -> Result<Self, ConfigurationError> {
        let resource = resource.into();
        match url(&resource) {
            None => Err(ConfigurationError::new("resource", "must be an https URL without fragment")),
            Some(_) => Ok(Self {
                resource,
                authorization_servers: Vec::new(),
                scopes: Vec::new(),
                takes_bearer: true,
                dpop_algorithms: Vec::new(),
                is_dpop_required: false,
                is_certificate_bound: false,
            }),
        }
    }

    /// Issuers whose tokens are taken (`authorization_servers`).
    ///
    /// # Errors
    /// [`ConfigurationError`] for one that is no issuer identifier: https, without query and fragment (RFC 8414 §2).
    pub fn with_authorization_servers<S: Into<String>>(
        mut self,
        issuers: impl IntoIterator<Item = S>,
    ) -> Result<Self, ConfigurationError> {
        self.authorization_servers = issuers.into_iter().map(Into::into).collect();
        let is_issuer = |issuer: &String| url(issuer).is_some_and(|location| !location.rest().contains('?'));
        match self.authorization_servers.iter().all(is_issuer) {
            true => Ok(self),
            false => Err(ConfigurationError::new(
                "authorizationServers",
                "must be issuers: https URLs without query and fragment",
            )),
        }
    }

    /// Scopes that requests may need (`scopes_supported`).
    ///
    /// # Errors
    /// [`ConfigurationError`] for what is no scope token (RFC 6749 §3.3).
    pub fn with_scopes<S: Into<String>>(
        mut self,
        scopes: impl IntoIterator<Item = S>,
    ) -> Result<Self, ConfigurationError> {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        match self.scopes.iter().all(|scope| scope::is_scope_token(scope)) {
            true => Ok(self),
            false => Err(ConfigurationError::new("scopesSupported", "must be scopes, each a string of its own")),
        }
    }

    /// No tokens by scheme `Bearer`: `bearer_methods_supported` is empty, which says so (RFC 9728 §2).
    #[must_use]
    pub const fn without_bearer(mut self) -> Self {
        self.takes_bearer = false;
        self
    }

    /// The scheme `DPoP` with these algorithms (`dpop_signing_alg_values_supported`); where it is required,
    /// `dpop_bound_access_tokens_required` says so, and `Bearer` is taken no more.
    #[must_use]
    pub fn with_dpop(mut self, dpop: &Dpop) -> Self {
        self.dpop_algorithms = dpop.algorithms().iter().copied().map(Algorithm::name).collect();
        self.is_dpop_required = dpop.is_required();
        self.takes_bearer &= !dpop.is_required();
        self
    }

    /// Tokens that are bound to a client certificate are understood (`tls_client_certificate_bound_access_tokens`).
    #[must_use]
    pub const fn with_certificate_bound_tokens(mut self) -> Self {
        self.is_certificate_bound = true;
        self
    }

    /// Where the document stands: the well-known part goes between host and path (RFC 9728 §3.1). Only a slash right
    /// after the host, with no path behind it, is dropped. To be given to [`crate::challenge::Challenges`], too.
    pub fn url(&self) -> String {
        let (origin, rest) = url(&self.resource).map(|found| (found.origin_text(), found.rest())).unwrap_or_default();
        let (path, query) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
        let path = if path == "/" { "" } else { path };
        format!("{origin}{WELL_KNOWN}{path}{query}")
    }

    /// The document, for a 200 with `application/json` (RFC 9728 §3.2). A list without values and a boolean that is
    /// false are left out; only `bearer_methods_supported` says something when it is empty.
    pub fn json(&self) -> String {
        let list = |values: &[&str]| match values {
            [] => "[]".to_owned(),
            _ => format!("[\"{}\"]", values.join("\",\"")),
        };
        let texts = |values: &[String]| list(&values.iter().map(String::as_str).collect::<Vec<_>>());
        let bearer_methods: &[&str] = if self.takes_bearer { &["header"] } else { &[] };
        let members = [
            (true, "resource", format!("\"{}\"", self.resource)),
            (!self.authorization_servers.is_empty(), "authorization_servers", texts(&self.authorization_servers)),
            (!self.scopes.is_empty(), "scopes_supported", texts(&self.scopes)),
            (true, "bearer_methods_supported", list(bearer_methods)),
            (!self.dpop_algorithms.is_empty(), "dpop_signing_alg_values_supported", list(&self.dpop_algorithms)),
            (self.is_dpop_required, "dpop_bound_access_tokens_required", "true".to_owned()),
            (self.is_certificate_bound, "tls_client_certificate_bound_access_tokens", "true".to_owned()),
        ];
        let members = members.iter().filter(|(is_there, ..)| *is_there);
        let members: Vec<String> = members.map(|(_, name, value)| format!("\"{name}\":{value}")).collect();
        format!("{{{}}}", members.join(","))
    }
}

/// Why a document is not used by who has fetched it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DocumentError {
    /// Not one strict JSON object of at most [`MAX_DOCUMENT_BYTES`], or a member of a wrong type.
    NotMetadata,
    /// Its `resource` is not, code point by code point, the one that was asked for (RFC 9728 §3.3).
    OtherResource,
    /// One of its authorization servers is no https URL (RFC 9728 §2).
    UnusableAuthorizationServer,
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotMetadata => "the document is no metadata of a protected resource",
            Self::OtherResource => "the document is about another resource",
            Self::UnusableAuthorizationServer => "an authorization server of the document is no https URL",
        })
    }
}

impl core::error::Error for DocumentError {}

/// The authorization servers that a document names, for a client that asked for `resource`: the identifier from which
/// the URL of the document was made, or the URL of the request, if a challenge named the document (RFC 9728 §3.3).
/// `signed_metadata` is not supported, and ignored as RFC 9728 §2.2 lets a client do.
///
/// # Errors
/// [`DocumentError`]; nothing of such a document may be used.
pub fn authorization_servers(document: &[u8], resource: &str) -> Result<Vec<String>, DocumentError> {
    if document.len() > MAX_DOCUMENT_BYTES {
        return Err(DocumentError::NotMetadata);
    }
    let document = json::parse(document, json::DOCUMENT_LIMITS).map_err(|_| DocumentError::NotMetadata)?;
    let object = document.value.as_object().filter(|_| !document.has_duplicate_members);
    let object = object.ok_or(DocumentError::NotMetadata)?;
    if object.get("resource").and_then(json::Value::as_str) != Some(resource) {
        return Err(DocumentError::OtherResource);
    }
    let Some(servers) = object.get("authorization_servers") else {
        return Ok(Vec::new());
    };
    let servers = servers.as_array().ok_or(DocumentError::NotMetadata)?.iter();
    let servers: Option<Vec<String>> = servers.map(|server| server.as_str().map(str::to_owned)).collect();
    let servers = servers.ok_or(DocumentError::NotMetadata)?;
    match servers.iter().all(|server| url(server).is_some()) {
        true => Ok(servers),
        false => Err(DocumentError::UnusableAuthorizationServer),
    }
}

fn url(text: &str) -> Option<Location<'_>> {
    Location::parse(text, Loopback::Refused)
}
