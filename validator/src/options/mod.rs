//! The options of the npm package's `createValidator`, as JSON text, by the names that they have there. What each means
//! stands where it is used: [`crate::Policy`], [`crate::dpop::Dpop`], [`ResourceServer`], [`ProtectedResource`].

mod issuer;
mod members;
mod sender;

use std::sync::Arc;

use self::issuer::Shared;
pub(crate) use self::members::Members;
use crate::{
    Algorithm, ConfigurationError, Policy, ResourceServer, UnixTime,
    challenge::{Challenges, Realm},
    json::{self, Value},
    key_source::KeySource,
    resource_metadata::ProtectedResource,
    resource_server::MAX_ISSUERS,
};

/// What is said of the resource server as a whole.
const KNOWN: &[&str] = &["issuers", "allowInsecureLoopback", "cacheBytes", "realm", "dpop", "resourceMetadata"];

/// The options are the operator's own: depth for the deepest of them, and room for the most issuers with lists of all kinds.
const LIMITS: json::Limits = json::Limits { depth: 8, members: 64 * MAX_ISSUERS };

/// What the options make.
#[derive(Debug)]
pub struct Configured {
    /// What judges requests.
    pub server: ResourceServer,
    /// What `resourceMetadata` says of it; its URL stands in every challenge.
    pub resource: Option<ProtectedResource>,
}

/// Reads the options, one JSON object. There either are `issuers`, a list of objects, or there is one issuer, and what
/// would stand in its object stands at the top. `jwks` is a JWK Set as JSON text in a string, to be used for ever; without
/// it, the keys are fetched. `seedJwks` is one to begin with, in use since the time `since`.
///
/// # Errors
/// [`ConfigurationError`], which names the option; `issuers[1].audience` is that of the second issuer.
pub fn read(options: &str, since: UnixTime) -> Result<Configured, ConfigurationError> {
    let document = json::parse(options.as_bytes(), LIMITS)
        .map_err(|_| ConfigurationError::new("options", "must be plain values, and not deep"))?;
    let options = Members::of("options", &document.value, &[issuer::KNOWN, KNOWN].concat())?;
    let dpop = options.get("dpop").map(sender::dpop).transpose()?.flatten().map(Arc::new);
    let shared = Shared { dpop, is_loopback_allowed: options.flag("allowInsecureLoopback")?, since };
    let issuers = issuers(&options, &shared)?;
    let names: Vec<String> = issuers.iter().map(|(policy, _)| policy.issuer().to_owned()).collect();
    let resource = options.get("resourceMetadata");
    let resource = resource.map(|value| sender::resource(value, &names, shared.dpop.as_deref())).transpose()?;
    let realm = options.text("realm")?.map_or_else(|| Ok(Realm::default()), Realm::new)?;
    let mut challenges = Challenges::from(realm);
    if let Some(resource) = &resource {
        challenges = challenges.with_resource_metadata(resource.url())?;
    }
    let mut server = ResourceServer::for_issuers(issuers, challenges)?;
    if let Some(bytes) = options.number("cacheBytes")? {
        server = server.with_cache_bytes(bytes as usize)?;
    }
    Ok(Configured { server, resource })
}

fn issuers(options: &Members<'_>, shared: &Shared) -> Result<Vec<(Policy, KeySource)>, ConfigurationError> {
    let Some(list) = options.get("issuers") else {
        return Ok(vec![issuer::read(options, shared)?]);
    };
    if let Some(single) = issuer::KNOWN.iter().find(|name| options.get(name).is_some()) {
        let problem = "and issuers exclude each other; say it of each issuer in the list";
        return Err(ConfigurationError::new(single, problem));
    }
    let list = list.as_array().filter(|list| list.iter().all(|one| one.as_object().is_some()));
    let list = list.ok_or_else(|| {
        ConfigurationError::new("issuers", "must be an array of objects, each with an issuer and its audience")
    })?;
    let read = |value: &Value<'_>| issuer::read(&Members::of("issuer", value, issuer::KNOWN)?, shared);
    let numbered = list.iter().enumerate();
    numbered.map(|(place, value)| read(value).map_err(|error| error.within(&format!("issuers[{place}]")))).collect()
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
