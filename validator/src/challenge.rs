//! From a refusal to the answer: HTTP status and `WWW-Authenticate` (RFC 6750 §3, RFC 9449 §7.1, RFC 9470 §3, RFC 9728 §5.1).
//!
//! Statements: RFC6750-3-20, RFC6750-3-21, RFC6750-3.1-20, RFC6750-3-22, RFC6750-3-23, RFC9110-11.5-10,
//! RFC9110-15.5.2-10, RFC9449-7.1-20, RFC6750-3-30, RFC9728-5.1-10, RFC9449-9-10, RFC9470-3-11, HARNESS-R2.

use crate::{
    Algorithm, Code, ConfigurationError, Policy, Refusal, RequiredScopes, Scheme,
    dpop::Dpop,
    location::{Location, Loopback},
};

/// The status and the header fields of an answer to a refused request. A 401 or 403 always has a challenge
/// (RFC 9110 §15.5.2, RFC 6750 §3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The values of `WWW-Authenticate`, one a scheme. Field lines of their own are the easiest to read for clients
    /// (RFC 9110 §11.6.1); joined by a comma and a space they mean the same.
    pub challenges: Vec<String>,
    /// The value of `DPoP-Nonce` (RFC 9449 §9).
    pub dpop_nonce: Option<String>,
    /// The value of `Retry-After`, in seconds (RFC 9110 §10.2.3).
    pub retry_after_seconds: Option<u32>,
}

/// The `realm` of challenges: printable ASCII without quote and backslash (RFC 6750 §3, RFC 9110 §11.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Realm(String);

impl Realm {
    /// The realm of this text. It names the protection space to people and programs (RFC 9110 §11.5).
    ///
    /// # Errors
    /// [`ConfigurationError`] if a character would need escaping: anything but printable ASCII, a quote, a backslash.
    pub fn new(text: impl Into<String>) -> Result<Self, ConfigurationError> {
        let text = text.into();
        if is_challenge_text(&text) {
            return Ok(Self(text));
        }
        Err(ConfigurationError::new("realm", "may have printable ASCII without quotes and backslashes only"))
    }
}

impl Default for Realm {
    fn default() -> Self {
        Self("api".to_owned())
    }
}

/// What all challenges of a resource server say.
#[derive(Debug, Clone, Default)]
pub struct Challenges {
    realm: Realm,
    resource_metadata: Option<String>,
    /// The value of `algs`; `None` where the scheme `DPoP` is not taken.
    dpop_algorithms: Option<String>,
    /// Whether no other scheme is taken.
    is_dpop_required: bool,
}

impl From<Realm> for Challenges {
    fn from(realm: Realm) -> Self {
        Self { realm, ..Self::default() }
    }
}

impl Challenges {
    /// Name the metadata document of this resource in every challenge (RFC 9728 §5.1).
    ///
    /// # Errors
    /// [`ConfigurationError`] if it is no https URL.
    pub fn with_resource_metadata(mut self, url: impl Into<String>) -> Result<Self, ConfigurationError> {
        let url = url.into();
        if Location::parse(&url, Loopback::Refused).is_none() || !is_challenge_text(&url) {
            return Err(ConfigurationError::new("resourceMetadata", "must be an https URL without fragment"));
        }
        self.resource_metadata = Some(url);
        Ok(self)
    }

    /// With a challenge for each scheme that the policy takes; that of `DPoP` names the algorithms of proofs in `algs`
    /// (RFC 9449 §7.1).
    #[must_use]
    pub fn for_policy(mut self, policy: &Policy) -> Self {
        let names = |algorithms: &[Algorithm]| algorithms.iter().map(|one| one.name()).collect::<Vec<_>>().join(" ");
        self.dpop_algorithms = policy.dpop().map(|dpop| names(dpop.algorithms()));
        self.is_dpop_required = policy.dpop().is_some_and(Dpop::is_required);
        self
    }
}

/// When a store that gave no answer may be asked again, in seconds: the shortest time that `Retry-After` can say.
const RETRY_AFTER_SECONDS: u32 = 1;

/// RFC 6750 §3: %x20-21 / %x23-5B / %x5D-7E.
fn is_challenge_text(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, 0x20 | 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}

/// The answer to `refusal` of a request that used the schemes `used` ([`crate::bearer::schemes_used`]) and needed `required`
/// (RFC 6750 §3 and §3.1). A 400, 401 or 403 has a challenge for each scheme that is taken; a 503 has `Retry-After` and none.
pub fn answer(refusal: &Refusal, required: &RequiredScopes, used: &[Scheme], challenges: &Challenges) -> Answer {
    let status = refusal.code().status();
    let (retry_after_seconds, dpop_nonce) = match refusal {
        Refusal::KeysUnavailable { retry_after_seconds } | Refusal::KeysElsewhere { retry_after_seconds } => {
            (Some(*retry_after_seconds), None)
        }
        Refusal::MemoryUnavailable => (Some(RETRY_AFTER_SECONDS), None),
        Refusal::NonceDemanded { nonce } => (None, Some(nonce.clone())),
        _ => (None, None),
    };
    let challenged = matches!(status, 400 | 401 | 403);
    let schemes: &[Scheme] = match challenges.dpop_algorithms {
        Some(_) if challenges.is_dpop_required => &[Scheme::Dpop],
        Some(_) => Scheme::ALL,
        None => &[Scheme::Bearer],
    };
    // An error stands on the challenge of the scheme that was used, or on all where that is not clear (RFC 9449 §7.2).
    let is_clear = schemes.iter().any(|scheme| used.contains(scheme));
    let challenge = |scheme: &Scheme| {
        let carries_error = used.contains(scheme) || !is_clear;
        challenge(*scheme, refusal, carries_error.then_some(required), challenges)
    };
    let challenges = if challenged { schemes.iter().map(challenge).collect() } else { Vec::new() };
    Answer { status, challenges, dpop_nonce, retry_after_seconds }
}

/// Parameters in a fixed order, each at most once; every value is ours or configured and has legal characters only.
/// `error` is what the request needed, for the challenge that carries the error.
fn challenge(scheme: Scheme, refusal: &Refusal, error: Option<&RequiredScopes>, challenges: &Challenges) -> String {
    let mut parameters = vec![("realm", challenges.realm.0.clone())];
    if let Some(required) = error {
        parameters.extend(error_parameters(refusal, required));
    }
    if scheme == Scheme::Dpop {
        parameters.extend(challenges.dpop_algorithms.clone().map(|algorithms| ("algs", algorithms)));
    }
    parameters.extend(challenges.resource_metadata.clone().map(|url| ("resource_metadata", url)));
    let parameters: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
    format!("{} {}", scheme.as_str(), parameters.join(", "))
}

fn error_parameters(refusal: &Refusal, required: &RequiredScopes) -> Vec<(&'static str, String)> {
    let code = refusal.code();
    let mut parameters = Vec::new();
    // Without credentials, no error (RFC 6750 §3.1); which scopes are needed is said where they were missing.
    if let Some(error) = code.error() {
        parameters.push(("error", error.to_owned()));
        parameters.push(("error_description", refusal.message().to_owned()));
    }
    if code == Code::InsufficientScope {
        parameters.extend(required.challenge_value().map(|scope| ("scope", scope)));
    }
    if let Refusal::AuthenticationInsufficient { acr_values, max_age_seconds } = refusal {
        // RFC 9470 §3.
        parameters.extend((!acr_values.is_empty()).then(|| ("acr_values", acr_values.join(" "))));
        parameters.extend(max_age_seconds.map(|seconds| ("max_age", seconds.to_string())));
    }
    parameters
}
