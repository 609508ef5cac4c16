//! What one resource server accepts from one authorization server.
//!
//! Statements: RFC8725-3.1-11, RFC9068-2.1-20, RFC7519-4.1.4-21, RFC8725-3.9-20, RFC8725BIS-3-22, HARNESS-R1.

use std::sync::Arc;

use crate::{
    Algorithm, ConfigurationError, Profile, SymmetricKey,
    dpop::Dpop,
    location::{Location, Loopback},
    profile::AT_JWT,
    scope::ScopeSource,
};

/// RFC 7519 §4.1.4 allows "a small leeway, usually no more than a few minutes"; this is what clocks kept by NTP need.
pub const DEFAULT_TOLERANCE_SECONDS: u32 = 5;
/// A larger tolerance is refused: five minutes, the upper end of what RFC 7519 §4.1.4 has in mind.
pub const MAX_TOLERANCE_SECONDS: u32 = 300;
/// Bytes of a token by default: what common servers and proxies accept in one header field.
pub const DEFAULT_MAX_TOKEN_BYTES: usize = 16 * 1024;
/// The most that [`Policy::with_max_token_bytes`] takes: half of what Cloudflare Workers accept for all headers.
pub const LIMIT_MAX_TOKEN_BYTES: usize = 64 * 1024;
/// The default list: what is current (RFC 8725 §3.2) and what every build can check; RFC 9068 §2.1 demands RS256.
const DEFAULT_ALGORITHMS: &[Algorithm] = &[Algorithm::Rs256, Algorithm::Ps256, Algorithm::Es256, Algorithm::EdDsa];

/// Whom a token must be for (RFC 7519 §4.1.3). It must be said; there is no default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// `aud` has at least one of these values, compared octet by octet.
    AnyOf(Vec<String>),
    /// `aud` is not compared: a token for any other resource server of this issuer passes here (RFC 8725 §3.9).
    NotChecked,
}

impl<S: Into<String>, const N: usize> From<[S; N]> for Audience {
    fn from(values: [S; N]) -> Self {
        Self::AnyOf(values.into_iter().map(Into::into).collect())
    }
}

/// What is accepted: one issuer, its algorithms, its profile, and how the time is read.
#[derive(Debug, Clone)]
pub struct Policy {
    issuer: String,
    audience: Audience,
    algorithms: Vec<Algorithm>,
    profile: &'static Profile,
    tolerance_seconds: u32,
    max_age_seconds: Option<u32>,
    max_lifetime_seconds: Option<u32>,
    scope_sources: Option<Vec<ScopeSource>>,
    max_token_bytes: usize,
    loopback: Loopback,
    jwks_origins: Vec<String>,
    dpop: Option<Arc<Dpop>>,
}

impl Policy {
    /// Tokens of `issuer` for `audience`, by RFC 9068.
    ///
    /// # Errors
    /// [`ConfigurationError`] if the issuer or an audience is empty, or the list of audiences is.
    pub fn new(issuer: impl Into<String>, audience: impl Into<Audience>) -> Result<Self, ConfigurationError> {
        let policy = Self {
            issuer: issuer.into(),
            audience: audience.into(),
            algorithms: DEFAULT_ALGORITHMS.to_vec(),
            profile: AT_JWT,
            tolerance_seconds: DEFAULT_TOLERANCE_SECONDS,
            max_age_seconds: None,
            max_lifetime_seconds: None,
            scope_sources: None,
            max_token_bytes: DEFAULT_MAX_TOKEN_BYTES,
            loopback: Loopback::Refused,
            jwks_origins: Vec::new(),
            dpop: None,
        };
        if policy.issuer.is_empty() {
            return Err(ConfigurationError::new(
                "issuer",
                "is empty; give the issuer exactly as the `iss` claim has it",
            ));
        }
        match &policy.audience {
            Audience::AnyOf(values) if values.is_empty() || values.iter().any(String::is_empty) => {
                Err(ConfigurationError::new("audience", "is empty; give the value that `aud` must have"))
            }
            _ => Ok(policy),
        }
    }

    /// Only these algorithms.
    ///
    /// # Errors
    /// [`ConfigurationError`] if the list is empty (RFC 8725 §3.1), or has an algorithm with a shared secret, which is for
    /// [`Policy::with_symmetric_key`].
    pub fn with_algorithms(mut self, algorithms: impl Into<Vec<Algorithm>>) -> Result<Self, ConfigurationError> {
        self.algorithms = algorithms.into();
        if self.algorithms.is_empty() {
            return Err(ConfigurationError::new("algorithms", "is empty; leave it out for the default list"));
        }
        if let Some(symmetric) = self.algorithms.iter().find(|algorithm| algorithm.is_symmetric()) {
            let problem = format!(
                "has {symmetric}, which needs a shared secret instead of public keys; leave it out, or configure a symmetric key"
            );
            return Err(ConfigurationError::new("algorithms", problem));
        }
        Ok(self)
    }

    /// Only the algorithm of this shared secret, and no public keys: for use with [`crate::KeySet::symmetric`].
    #[must_use]
    pub fn with_symmetric_key(mut self, key: &SymmetricKey) -> Self {
        self.algorithms = vec![key.algorithm()];
        self
    }

    /// Another profile than that of RFC 9068 §2: for servers whose access tokens look otherwise.
    #[must_use]
    pub const fn with_profile(mut self, profile: &'static Profile) -> Self {
        self.profile = profile;
        self
    }

    /// How far clocks may differ, in seconds: `exp` is that much later, `nbf` and `iat` that much earlier (RFC 7519 §4.1.4).
    ///
    /// # Errors
    /// [`ConfigurationError`] above [`MAX_TOLERANCE_SECONDS`].
    pub fn with_tolerance_seconds(mut self, seconds: u32) -> Result<Self, ConfigurationError> {
        if seconds > MAX_TOLERANCE_SECONDS {
            return Err(ConfigurationError::new(
                "clockToleranceSeconds",
                "is over 300; synchronise the clocks instead",
            ));
        }
        self.tolerance_seconds = seconds;
        Ok(self)
    }

    /// Refuse tokens whose `iat` (RFC 7519 §4.1.6) is this many seconds ago or more, whatever their `exp`; `iat` is required
    /// then. The tolerance is added. No text sets a number.
    #[must_use]
    pub const fn with_max_age_seconds(mut self, seconds: u32) -> Self {
        self.max_age_seconds = Some(seconds);
        self
    }

    /// Refuse tokens whose `exp` is more than this many seconds after their `iat`, which is required then (RFC 9700 §2.2 asks
    /// for short lives). The tolerance does not count: both times are of the issuer's clock.
    #[must_use]
    pub const fn with_max_lifetime_seconds(mut self, seconds: u32) -> Self {
        self.max_lifetime_seconds = Some(seconds);
        self
    }

    /// Look for scopes in these claims, in place of those of the profile. A token's scopes are those of all of them.
    ///
    /// # Errors
    /// [`ConfigurationError`] if the list is empty.
    pub fn with_scope_sources(mut self, sources: impl Into<Vec<ScopeSource>>) -> Result<Self, ConfigurationError> {
        let sources = sources.into();
        if sources.is_empty() {
            return Err(ConfigurationError::new("scopeClaims", "is empty; leave it out for those of the profile"));
        }
        self.scope_sources = Some(sources);
        Ok(self)
    }

    /// The largest token that is read, in bytes of its text; a longer one is refused before any of it is decoded
    /// (RFC 8259 §9 allows limits).
    ///
    /// # Errors
    /// [`ConfigurationError`] for 0 and above [`LIMIT_MAX_TOKEN_BYTES`].
    pub fn with_max_token_bytes(mut self, bytes: usize) -> Result<Self, ConfigurationError> {
        if bytes == 0 || bytes > LIMIT_MAX_TOKEN_BYTES {
            return Err(ConfigurationError::new("maxTokenBytes", "must be between 1 and 65536"));
        }
        self.max_token_bytes = bytes;
        Ok(self)
    }

    /// Take the scheme `DPoP` too (RFC 9449 §7). Tokens that are not bound still come as `Bearer`. Proofs are a matter of
    /// the resource server: the policies of several issuers share one [`Arc`] of it.
    #[must_use]
    pub fn with_dpop(mut self, dpop: impl Into<Arc<Dpop>>) -> Self {
        self.dpop = Some(dpop.into());
        self
    }

    /// Let metadata and key sets come from `http` on a loopback address (127.0.0.1, [::1], localhost): for tests.
    #[must_use]
    pub const fn with_insecure_loopback(mut self) -> Self {
        self.loopback = Loopback::Allowed;
        self
    }

    /// Let the key set that the issuer's metadata names stand on these origins too (RFC 6454 §4, `https://host[:port]`), and
    /// not only on the issuer's own: whoever answers there speaks for the issuer.
    ///
    /// # Errors
    /// [`ConfigurationError`] if one is no such origin.
    pub fn with_jwks_origins<S: Into<String>>(
        mut self,
        origins: impl IntoIterator<Item = S>,
    ) -> Result<Self, ConfigurationError> {
        self.jwks_origins = origins.into_iter().map(Into::into).collect();
        let is_origin =
            |text: &String| Location::parse(text, Loopback::Allowed).is_some_and(|location| location.rest().is_empty());
        if self.jwks_origins.iter().all(is_origin) {
            Ok(self)
        } else {
            Err(ConfigurationError::new(
                "jwksOrigins",
                "has what is no origin: scheme, host and port without anything after them, such as \"https://keys.example.com\"",
            ))
        }
    }

    /// The issuer, exactly as `iss` must be (RFC 9068 §4).
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Whom a token must be for (RFC 7519 §4.1.3).
    pub const fn audience(&self) -> &Audience {
        &self.audience
    }

    /// The allowed algorithms, at least one (RFC 8725 §3.1).
    pub fn algorithms(&self) -> &[Algorithm] {
        &self.algorithms
    }

    /// The profile that a token must have (RFC 9068 §2 unless another was chosen).
    pub const fn profile(&self) -> &'static Profile {
        self.profile
    }

    /// How far clocks may differ, in seconds (RFC 7519 §4.1.4).
    pub const fn tolerance_seconds(&self) -> u32 {
        self.tolerance_seconds
    }

    /// The maximum age since `iat`, in seconds, if there is one.
    pub const fn max_age_seconds(&self) -> Option<u32> {
        self.max_age_seconds
    }

    /// The maximum lifetime from `iat` to `exp`, in seconds, if there is one.
    pub const fn max_lifetime_seconds(&self) -> Option<u32> {
        self.max_lifetime_seconds
    }

    /// The claims that have scopes: those of the profile, unless others were named (RFC 9068 §2.2.3).
    pub fn scope_sources(&self) -> &[ScopeSource] {
        self.scope_sources.as_deref().unwrap_or(self.profile.scope_sources())
    }

    /// The largest token that is read, in bytes of its text.
    pub const fn max_token_bytes(&self) -> usize {
        self.max_token_bytes
    }

    /// Where beside the issuer's own origin a discovered key set may stand (RFC 8414 §2, `jwks_uri`).
    pub fn jwks_origins(&self) -> &[String] {
        &self.jwks_origins
    }

    /// What is accepted as a DPoP proof (RFC 9449 §4.3); `None` where the scheme is not taken.
    pub fn dpop(&self) -> Option<&Dpop> {
        self.dpop.as_deref()
    }

    /// Whether both have the very same DPoP, or both have none.
    pub(crate) fn shares_dpop_with(&self, other: &Self) -> bool {
        match (&self.dpop, &other.dpop) {
            (None, None) => true,
            (Some(one), Some(two)) => Arc::ptr_eq(one, two),
            _ => false,
        }
    }

    pub(crate) const fn loopback(&self) -> Loopback {
        self.loopback
    }
}
