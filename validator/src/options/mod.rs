//! The options of the npm package's `createValidator`, as JSON text, by the names that they have there. What each means
//! stands where it is used: [`Policy`], [`Dpop`], [`ResourceServer`], [`ProtectedResource`].

mod members;
mod sender;

pub(crate) use self::members::Members;
use self::members::texts;
use crate::{
    Algorithm, Audience, ConfigurationError, KeySet, Policy, Profile, ResourceServer,
    challenge::{Challenges, Realm},
    json::{self, Value},
    key_source::KeySource,
    resource_metadata::ProtectedResource,
    scope::ScopeSource,
};

/// Every option.
const KNOWN: &[&str] = &[
    "issuer",
    "audience",
    "algorithms",
    "profile",
    "clockToleranceSeconds",
    "maxAgeSeconds",
    "maxLifetimeSeconds",
    "maxTokenBytes",
    "scopeClaims",
    "allowInsecureLoopback",
    "jwksUri",
    "jwksOrigins",
    "cacheBytes",
    "realm",
    "dpop",
    "resourceMetadata",
];

/// What the options make.
#[derive(Debug)]
pub struct Configured {
    /// What judges requests.
    pub server: ResourceServer,
    /// What `resourceMetadata` says of it; its URL stands in every challenge.
    pub resource: Option<ProtectedResource>,
}

/// Reads the options, one JSON object; `jwks` is a JWK Set as JSON text, to be used for ever, without which the keys are
/// fetched.
///
/// # Errors
/// [`ConfigurationError`], which names the option.
pub fn read(options: &str, jwks: Option<&str>) -> Result<Configured, ConfigurationError> {
    let document = json::parse(options.as_bytes(), json::DOCUMENT_LIMITS)
        .map_err(|_| ConfigurationError::new("options", "must be plain values, and not deep"))?;
    let options = Members::of("options", &document.value, KNOWN)?;
    let policy = policy(&options)?;
    let source = match (jwks, options.text("jwksUri")?) {
        (Some(_), Some(_)) => Err(ConfigurationError::new("jwks", "and jwksUri exclude each other; give one of them")),
        (Some(jwks), None) => KeySet::from_json(jwks.as_bytes())
            .map_err(|error| ConfigurationError::new("jwks", error.to_string()))
            .and_then(KeySource::given),
        (None, Some(uri)) => KeySource::at(uri, &policy),
        (None, None) => KeySource::discovered(&policy),
    }?;
    let resource = options.get("resourceMetadata").map(|value| sender::resource(value, &policy)).transpose()?;
    let realm = options.text("realm")?.map_or_else(|| Ok(Realm::default()), Realm::new)?;
    let mut challenges = Challenges::from(realm);
    if let Some(resource) = &resource {
        challenges = challenges.with_resource_metadata(resource.url())?;
    }
    let mut server = ResourceServer::new(policy, source, challenges);
    if let Some(bytes) = options.number("cacheBytes")? {
        server = server.with_cache_bytes(bytes as usize)?;
    }
    Ok(Configured { server, resource })
}

fn policy(options: &Members<'_>) -> Result<Policy, ConfigurationError> {
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
    if let Some(dpop) = options.get("dpop").map(sender::dpop).transpose()?.flatten() {
        policy = policy.with_dpop(dpop);
    }
    Ok(if options.flag("allowInsecureLoopback")? { policy.with_insecure_loopback() } else { policy })
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

fn algorithms(option: &'static str, names: &[&str]) -> Result<Vec<Algorithm>, ConfigurationError> {
    let find = |name: &&str| {
        Algorithm::from_name(name).ok_or_else(|| {
            let names: Vec<&str> = Algorithm::all().filter(|one| !one.is_symmetric()).map(Algorithm::name).collect();
            ConfigurationError::new(option, format!("{name:?} is not supported; supported are {}", names.join(", ")))
        })
    };
    names.iter().map(find).collect()
}

fn profile(name: &str) -> Result<&'static Profile, ConfigurationError> {
    Profile::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = Profile::ALL.iter().map(|profile| profile.name()).collect();
        ConfigurationError::new("profile", format!("{name:?} is not known; known are {}", names.join(", ")))
    })
}
