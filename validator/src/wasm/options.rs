//! The options of `createValidator` that the core knows, by the names that they have there.

use js_sys::{Object, Reflect};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use crate::{Algorithm, Audience, ConfigurationError, Policy, Profile, challenge::Realm, scope::ScopeSource};

/// The options that the core knows. `serde-wasm-bindgen` ignores unknown members, so the names are compared first.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Options {
    issuer: String,
    #[serde(default)]
    audience: Option<OneOrMore>,
    algorithms: Option<Vec<String>>,
    profile: Option<String>,
    clock_tolerance_seconds: Option<f64>,
    max_age_seconds: Option<f64>,
    max_lifetime_seconds: Option<f64>,
    max_token_bytes: Option<f64>,
    scope_claims: Option<Vec<String>>,
    allow_insecure_loopback: Option<bool>,
    pub(super) jwks_uri: Option<String>,
    jwks_origins: Option<Vec<String>>,
    pub(super) cache_bytes: Option<f64>,
    realm: Option<String>,
}

/// The members of [`Options`], with the type that each must have, in words.
const OPTIONS: &[(&str, &str)] = &[
    ("issuer", "a string"),
    ("audience", "a string, an array of strings, or null to opt out"),
    ("algorithms", "an array of strings"),
    ("profile", "a string"),
    ("clockToleranceSeconds", "a number"),
    ("maxAgeSeconds", "a number"),
    ("maxLifetimeSeconds", "a number"),
    ("maxTokenBytes", "a number"),
    ("scopeClaims", "an array of strings"),
    ("allowInsecureLoopback", "a boolean"),
    ("jwksUri", "a string"),
    ("jwksOrigins", "an array of strings"),
    ("cacheBytes", "a number"),
    ("realm", "a string"),
];

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl Options {
    pub(super) fn read(value: &JsValue) -> Result<Self, ConfigurationError> {
        if !value.is_object() {
            return Err(ConfigurationError::new("issuer", "is missing"));
        }
        // Not `instanceof Object`: the package hands over an object without a prototype, so that nothing is inherited.
        let object = value.unchecked_ref::<Object>();
        for name in Object::keys(object).iter().filter_map(|name| name.as_string()) {
            let Some((known, kind)) = OPTIONS.iter().find(|(known, _)| *known == name) else {
                return Err(unknown(&name));
            };
            let member = Reflect::get(object, &JsValue::from_str(known)).unwrap_or_default();
            if !has_kind(&member, kind) {
                return Err(ConfigurationError::new(known, format!("must be {kind}")));
            }
        }
        if Reflect::get(object, &"audience".into()).is_ok_and(|audience| audience.is_undefined()) {
            return Err(ConfigurationError::new(
                "audience",
                "must be said: the value that `aud` must have, or null to accept tokens for any audience",
            ));
        }
        serde_wasm_bindgen::from_value(value.clone())
            .map_err(|_| ConfigurationError::new("issuer", "must be a string, exactly as the `iss` claim has it"))
    }

    pub(super) fn policy(&self) -> Result<Policy, ConfigurationError> {
        let audience = match &self.audience {
            None => Audience::NotChecked,
            Some(OneOrMore::One(one)) => Audience::AnyOf(vec![one.clone()]),
            Some(OneOrMore::More(more)) => Audience::AnyOf(more.clone()),
        };
        let mut policy = Policy::new(&self.issuer, audience)?;
        if let Some(names) = &self.algorithms {
            policy =
                policy.with_algorithms(names.iter().map(|name| algorithm(name)).collect::<Result<Vec<_>, _>>()?)?;
        }
        if let Some(name) = &self.profile {
            policy = policy.with_profile(profile(name)?);
        }
        if let Some(seconds) = self.clock_tolerance_seconds {
            policy = policy.with_tolerance_seconds(whole("clockToleranceSeconds", seconds)?)?;
        }
        if let Some(seconds) = self.max_age_seconds {
            policy = policy.with_max_age_seconds(whole("maxAgeSeconds", seconds)?);
        }
        if let Some(seconds) = self.max_lifetime_seconds {
            policy = policy.with_max_lifetime_seconds(whole("maxLifetimeSeconds", seconds)?);
        }
        if let Some(paths) = &self.scope_claims {
            policy = policy
                .with_scope_sources(paths.iter().map(|path| ScopeSource::at(path)).collect::<Result<Vec<_>, _>>()?)?;
        }
        if let Some(bytes) = self.max_token_bytes {
            policy = policy.with_max_token_bytes(whole("maxTokenBytes", bytes)? as usize)?;
        }
        if let Some(origins) = &self.jwks_origins {
            policy = policy.with_jwks_origins(origins)?;
        }
        Ok(if self.allow_insecure_loopback == Some(true) { policy.with_insecure_loopback() } else { policy })
    }

    pub(super) fn realm(&self) -> Result<Realm, ConfigurationError> {
        self.realm.as_ref().map_or_else(|| Ok(Realm::default()), Realm::new)
    }
}

/// Whether `member` is of the kind that `OPTIONS` names in words; `undefined` counts as left out.
fn has_kind(member: &JsValue, kind: &str) -> bool {
    let is_list = js_sys::Array::is_array(member) && js_sys::Array::from(member).iter().all(|one| one.is_string());
    member.is_undefined()
        || match kind {
            "a string" => member.is_string(),
            "a number" => member.as_f64().is_some(),
            "a boolean" => member.as_bool().is_some(),
            "an array of strings" => is_list,
            _ => is_list || member.is_string() || member.is_null(),
        }
}

fn unknown(name: &str) -> ConfigurationError {
    let known: Vec<&str> = OPTIONS.iter().map(|(known, _)| *known).collect();
    let near = known.iter().find(|known| is_near(known, name));
    let hint = near.map_or_else(|| format!("known are {}", known.join(", ")), |near| format!("is `{near}` meant?"));
    ConfigurationError::unknown(name, hint)
}

/// Equal but for case and one letter more, less, or other.
fn is_near(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_ascii_lowercase(), other.to_ascii_lowercase());
    let prefix = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let rest = |text: &str| text.chars().count().saturating_sub(prefix);
    let suffix = one.chars().rev().zip(other.chars().rev()).take_while(|(a, b)| a == b).count();
    rest(&one).max(rest(&other)) <= suffix.saturating_add(2) && one.len().abs_diff(other.len()) <= 2
}

fn algorithm(name: &str) -> Result<Algorithm, ConfigurationError> {
    Algorithm::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = Algorithm::all().filter(|one| !one.is_symmetric()).map(Algorithm::name).collect();
        ConfigurationError::new("algorithms", format!("{name:?} is not supported; supported are {}", names.join(", ")))
    })
}

fn profile(name: &str) -> Result<&'static Profile, ConfigurationError> {
    Profile::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = Profile::ALL.iter().map(|profile| profile.name()).collect();
        ConfigurationError::new("profile", format!("{name:?} is not known; known are {}", names.join(", ")))
    })
}

pub(super) fn whole(option: &'static str, number: f64) -> Result<u32, ConfigurationError> {
    if number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was just compared")]
        return Ok(number as u32);
    }
    Err(ConfigurationError::new(option, "must be a whole number that is not negative"))
}
