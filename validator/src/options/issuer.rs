//! The options about one issuer: its policy, and where its keys come from.

use std::sync::Arc;

use super::{Members, algorithms, members::texts};
use crate::{
    Audience, ConfigurationError, KeySet, Policy, Profile, UnixTime, dpop::Dpop, json::Value, key_source::KeySource,
    scope::ScopeSource,
};

/// What is said of an issuer: at the top if there is one, of each in the list if there are several.
pub(super) const KNOWN: &[&str] = &[
    "issuer",
    "audience",
    "jwks",
    "jwksUri",
    "jwksOrigins",
    "seedJwks",
    "algorithms",
    "profile",
    "scopeClaims",
    "clockToleranceSeconds",
    "maxAgeSeconds",
    "maxLifetimeSeconds",
    "maxTokenBytes",
];

/// What is the same for all issuers.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) dpop: Option<Arc<Dpop>>,
    pub(super) is_loopback_allowed: bool,
    /// Since when seeds are in use.
    pub(super) since: UnixTime,
}

pub(super) fn read(options: &Members<'_>, shared: &Shared) -> Result<(Policy, KeySource), ConfigurationError> {
    let policy = policy(options, shared)?;
    let source = match (options.text("jwks")?, options.text("jwksUri")?) {
        (Some(_), Some(_)) => Err(ConfigurationError::new("jwks", "and jwksUri exclude each other; give one of them")),
        (Some(jwks), None) => KeySet::from_json(jwks.as_bytes())
            .map_err(|error| ConfigurationError::new("jwks", error.to_string()))
            .and_then(KeySource::given),
        (None, Some(uri)) => KeySource::at(uri, &policy),
        (None, None) => KeySource::discovered(&policy),
    }?;
    let source = match options.text("seedJwks")? {
        Some(jwks) => source.with_seed(jwks.as_bytes(), shared.since)?,
        None => source,
    };
    Ok((policy, source))
}

fn policy(options: &Members<'_>, shared: &Shared) -> Result<Policy, ConfigurationError> {
    let issuer = options.text("issuer")?;
    let issuer = issuer.ok_or_else(|| {
        ConfigurationError::new("issuer", "is missing; give the issuer exactly as the `iss` claim has it")
    })?;
    let mut policy = Policy::new(issuer, audience(options)?)?;
    if let Some(names) = options.texts("algorithms")? {
        policy = policy.with_algorithms(algorithms("algorithms", &names)?)?;
    }
    if let Some(name) = options.text("profile")? {
        policy = policy.with_profile(profile(name)?);
    }
    if let Some(seconds) = options.number("clockToleranceSeconds")? {
        policy = policy.with_tolerance_seconds(seconds)?;
    }
    if let Some(seconds) = options.number("maxAgeSeconds")? {
        policy = policy.with_max_age_seconds(seconds);
    }
    if let Some(seconds) = options.number("maxLifetimeSeconds")? {
        policy = policy.with_max_lifetime_seconds(seconds);
    }
    if let Some(paths) = options.texts("scopeClaims")? {
        policy = policy
            .with_scope_sources(paths.iter().map(|path| ScopeSource::at(path)).collect::<Result<Vec<_>, _>>()?)?;
    }
    if let Some(bytes) = options.number("maxTokenBytes")? {
        policy = policy.with_max_token_bytes(bytes as usize)?;
    }
    if let Some(origins) = options.texts("jwksOrigins")? {
        policy = policy.with_jwks_origins(origins)?;
    }
    if let Some(dpop) = &shared.dpop {
        policy = policy.with_dpop(Arc::clone(dpop));
    }
    Ok(if shared.is_loopback_allowed { policy.with_insecure_loopback() } else { policy })
}

fn audience(options: &Members<'_>) -> Result<Audience, ConfigurationError> {
    let problem = match options.get("audience") {
        Some(Value::Null) => return Ok(Audience::NotChecked),
        Some(Value::String(one)) => return Ok(Audience::from([one.as_ref()])),
        None => "must be said: the value that `aud` must have, or null to accept tokens for any audience",
        Some(value) => match texts(value) {
            Some(values) => return Ok(Audience::AnyOf(values.into_iter().map(str::to_owned).collect())),
            None => "must be a string, an array of strings, or null to opt out",
        },
    };
    Err(ConfigurationError::new("audience", problem))
}

fn profile(name: &str) -> Result<&'static Profile, ConfigurationError> {
    Profile::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = Profile::ALL.iter().map(|profile| profile.name()).collect();
        ConfigurationError::new("profile", format!("{name:?} is not known; known are {}", names.join(", ")))
    })
}
