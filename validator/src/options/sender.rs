//! The options about DPoP and about the metadata of the resource.

use super::{Members, algorithms};
use crate::{
    ConfigurationError,
    dpop::{DEFAULT_SLOT_SECONDS, Dpop, NonceSource},
    json::Value,
    resource_metadata::ProtectedResource,
};

const DPOP: &[&str] = &["algorithms", "maxAgeSeconds", "required", "nonceSecret", "nonceSeconds"];
const RESOURCE: &[&str] = &["resource", "authorizationServers", "scopesSupported", "certificateBoundTokens"];

/// `true`, `false` or an object. There is always a memory of proofs: what a store does not do, the package does.
pub(super) fn dpop(value: &Value<'_>) -> Result<Option<Dpop>, ConfigurationError> {
    let mut dpop = Dpop::default().with_memory();
    if let Value::Bool(is_on) = value {
        return Ok(is_on.then_some(dpop));
    }
    let options = Members::of("dpop", value, DPOP)?;
    if let Some(names) = options.texts("algorithms")? {
        dpop = dpop.with_algorithms(algorithms("dpop", &names)?)?;
    }
    if let Some(seconds) = options.number("maxAgeSeconds")? {
        dpop = dpop.with_max_age_seconds(seconds)?;
    }
    if options.flag("required")? {
        dpop = dpop.required();
    }
    match (options.text("nonceSecret")?, options.number("nonceSeconds")?) {
        (Some(secret), seconds) => {
            let source = NonceSource::new(secret.as_bytes(), seconds.unwrap_or(DEFAULT_SLOT_SECONDS))?;
            dpop = dpop.with_nonces(source);
        }
        (None, Some(_)) => return Err(ConfigurationError::new("dpop", "has nonceSeconds without a nonceSecret")),
        (None, None) => {}
    }
    Ok(Some(dpop))
}

/// The identifier of the resource, or an object. What other options say is not said again: the issuers, DPoP.
pub(super) fn resource(
    value: &Value<'_>,
    issuers: &[String],
    dpop: Option<&Dpop>,
) -> Result<ProtectedResource, ConfigurationError> {
    let mut issuers: Vec<&str> = issuers.iter().map(String::as_str).collect();
    let mut resource;
    if let Some(identifier) = value.as_str() {
        resource = ProtectedResource::new(identifier)?;
    } else {
        let options = Members::of("resourceMetadata", value, RESOURCE)?;
        resource = ProtectedResource::new(options.text("resource")?.unwrap_or_default())?;
        if let Some(servers) = options.texts("authorizationServers")? {
            issuers = servers;
        }
        if let Some(scopes) = options.texts("scopesSupported")? {
            resource = resource.with_scopes(scopes)?;
        }
        if options.flag("certificateBoundTokens")? {
            resource = resource.with_certificate_bound_tokens();
        }
    }
    if let Some(dpop) = dpop {
        resource = resource.with_dpop(dpop);
    }
    resource.with_authorization_servers(issuers)
}
