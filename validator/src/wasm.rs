//! The JavaScript rim: converts, and decides nothing. The package `countersign` is its only caller.

use js_sys::{JsString, Object, Reflect, Uint8Array};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use crate::{
    Algorithm, Audience, Code, ConfigurationError, KeySet, Policy, Profile, Refusal, RequiredScopes, ResourceServer,
    UnixTime, VerifiedToken,
    challenge::{Answer, Realm},
    dpop::Fault,
    key_source::{Fetch, KeySource},
    resource_server::Next,
    scope::ScopeSource,
    verify::Pending,
};

// Verification needs no randomness; signing, which does, is not in the module. RFC 7515 names no use of it here.
getrandom::register_custom_getrandom!(no_randomness);

fn no_randomness(_: &mut [u8]) -> Result<(), getrandom::Error> {
    Err(getrandom::Error::UNSUPPORTED)
}

/// The options that the core knows. `serde-wasm-bindgen` ignores unknown members, so the names are compared first.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Options {
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
    jwks_uri: Option<String>,
    jwks_origins: Option<Vec<String>>,
    cache_bytes: Option<f64>,
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
    fn read(value: &JsValue) -> Result<Self, ConfigurationError> {
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

    fn policy(&self) -> Result<Policy, ConfigurationError> {
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

    fn realm(&self) -> Result<Realm, ConfigurationError> {
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

fn whole(option: &'static str, number: f64) -> Result<u32, ConfigurationError> {
    if number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was just compared")]
        return Ok(number as u32);
    }
    Err(ConfigurationError::new(option, "must be a whole number that is not negative"))
}

/// A configuration error as JavaScript catches it.
fn thrown(error: &ConfigurationError) -> JsValue {
    let code = Code::InvalidConfiguration;
    let object = Object::new();
    let members: [(&str, JsValue); 5] = [
        ("code", code.as_str().into()),
        ("message", error.to_string().into()),
        ("status", code.status().into()),
        ("error", code.error().map_or(JsValue::UNDEFINED, Into::into)),
        ("retryable", code.retryable().into()),
    ];
    for (name, value) in members {
        // Setting a member of a plain object cannot fail.
        let _ = Reflect::set(&object, &name.into(), &value);
    }
    object.into()
}

/// Where one verification stands, for JavaScript.
#[wasm_bindgen]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// The token is good.
    Accepted = 0,
    /// The token is refused.
    Refused = 1,
    /// A signature is to be checked.
    Signature = 2,
    /// A request is to be made.
    Fetch = 3,
    /// Another request is under way.
    Wait = 4,
}

#[derive(Debug)]
enum State {
    Accepted(Box<VerifiedToken>),
    Refused(Refusal, Answer),
    Signature(Box<Pending>, RequiredScopes),
    Fetch(Fetch),
    Wait(u32),
}

/// One step of a verification; the members that its kind does not have are empty or `undefined`.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Step(State);

/// A resource server for JavaScript.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine(ResourceServer);

#[wasm_bindgen]
impl Engine {
    /// `jwks` is a JWK Set as JSON text, to be used for ever; without it the keys are fetched.
    ///
    /// # Errors
    /// Throws `{code, message, status, error, retryable}` for options that cannot be used.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue, jwks: Option<String>) -> Result<Self, JsValue> {
        Self::from_options(options, jwks.as_deref()).map_err(|error| thrown(&error))
    }

    fn from_options(options: &JsValue, jwks: Option<&str>) -> Result<Self, ConfigurationError> {
        let options = Options::read(options)?;
        let policy = options.policy()?;
        let source = match (jwks, &options.jwks_uri) {
            (Some(_), Some(_)) => {
                Err(ConfigurationError::new("jwks", "and jwksUri exclude each other; give one of them"))
            }
            (Some(jwks), None) => KeySet::from_json(jwks.as_bytes())
                .map_err(|error| ConfigurationError::new("jwks", error.to_string()))
                .and_then(KeySource::given),
            (None, Some(uri)) => KeySource::at(uri, &policy),
            (None, None) => KeySource::discovered(&policy),
        }?;
        let server = ResourceServer::new(policy, source, options.realm()?);
        Ok(Self(match options.cache_bytes {
            None => server,
            Some(bytes) => server.with_cache_bytes(whole("cacheBytes", bytes)? as usize)?,
        }))
    }

    /// Begins with a bare token.
    ///
    /// # Errors
    /// Throws as the constructor does, for scopes that are none.
    pub fn begin(&mut self, token: &str, scopes: &str, now: f64) -> Result<Step, JsValue> {
        let required = required(scopes)?;
        let next = self.0.begin(token.as_bytes(), &required, UnixTime::from_milliseconds(now));
        Ok(self.step(next, required))
    }

    /// Begins with the value of the `Authorization` field; several field lines are joined by commas (RFC 9110 §5.3).
    ///
    /// # Errors
    /// Throws as `begin` does.
    #[wasm_bindgen(js_name = beginRequest)]
    pub fn begin_request(&mut self, authorization: Option<String>, scopes: &str, now: f64) -> Result<Step, JsValue> {
        let required = required(scopes)?;
        let fields: Vec<&[u8]> = authorization.iter().map(String::as_bytes).collect();
        let next = self.0.begin_request(&fields, &required, UnixTime::from_milliseconds(now));
        Ok(self.step(next, required))
    }

    /// Takes the answer to a `Signature` step and consumes the step. Without an answer the token is refused.
    #[must_use]
    pub fn finish(&mut self, step: Step, valid: Option<bool>, now: f64) -> Step {
        match step.0 {
            State::Signature(pending, required) => {
                let next = self.0.finish(pending, valid, UnixTime::from_milliseconds(now));
                self.step(next, required)
            }
            state => Step(state),
        }
    }

    /// The answer to a `Signature` step by the arithmetic in this module; `undefined` if it has none for the algorithm.
    #[wasm_bindgen(js_name = checkSignature)]
    #[must_use]
    pub fn check_signature(&self, step: &Step) -> Option<bool> {
        step.pending().and_then(Pending::check_signature)
    }

    /// `Accepted` or `Refused` at once, without any fetch.
    ///
    /// # Errors
    /// Throws as `begin` does.
    #[wasm_bindgen(js_name = verifySync)]
    pub fn verify_sync(&mut self, token: &str, scopes: &str, now: f64) -> Result<Step, JsValue> {
        let required = required(scopes)?;
        let verdict = self.0.verify_at_hand(token.as_bytes(), &required, UnixTime::from_milliseconds(now));
        Ok(self.step(Next::Verdict(verdict), required))
    }

    /// Takes the answer to a `Fetch` step. `status` is 0 if there was no whole answer; the last two are its fields
    /// `Cache-Control` and `Age`.
    pub fn received(
        &mut self,
        ticket: u32,
        status: u16,
        body: &[u8],
        now: f64,
        cache_control: Option<String>,
        age: Option<String>,
    ) {
        let now = UnixTime::from_milliseconds(now);
        self.0.received(ticket, status, body, now, cache_control.as_deref(), age.as_deref());
    }

    fn step(&self, next: Next, required: RequiredScopes) -> Step {
        Step(match next {
            Next::Verdict(Ok(token)) => State::Accepted(Box::new(token)),
            Next::Verdict(Err(refusal)) => self.refused(refusal, &required),
            Next::CheckSignature(pending) => State::Signature(pending, required),
            // DPoP is not among the options here. Without a store, no proof is known to come for the first time.
            Next::Remember(_) => self.refused(Refusal::ProofInvalid(Fault::Repeated), &required),
            Next::Fetch(fetch) => State::Fetch(fetch),
            Next::Wait(milliseconds) => State::Wait(milliseconds),
        })
    }

    fn refused(&self, refusal: Refusal, required: &RequiredScopes) -> State {
        let answer = self.0.answer(&refusal, required);
        State::Refused(refusal, answer)
    }
}

/// `scopes` is JSON text: see [`RequiredScopes::from_json`].
fn required(scopes: &str) -> Result<RequiredScopes, JsValue> {
    RequiredScopes::from_json(scopes).map_err(|error| thrown(&error))
}

impl Step {
    const fn refused(&self) -> Option<(&Refusal, &Answer)> {
        match &self.0 {
            State::Refused(refusal, answer) => Some((refusal, answer)),
            _ => None,
        }
    }

    fn accepted(&self) -> Option<&VerifiedToken> {
        match &self.0 {
            State::Accepted(token) => Some(token),
            _ => None,
        }
    }

    fn pending(&self) -> Option<&Pending> {
        match &self.0 {
            State::Signature(pending, _) => Some(pending),
            _ => None,
        }
    }

    const fn fetch(&self) -> Option<&Fetch> {
        match &self.0 {
            State::Fetch(fetch) => Some(fetch),
            _ => None,
        }
    }
}

/// Each getter is the field of the core type that it copies.
#[wasm_bindgen]
impl Step {
    #[wasm_bindgen(getter)]
    pub fn kind(&self) -> StepKind {
        match self.0 {
            State::Accepted(_) => StepKind::Accepted,
            State::Refused(..) => StepKind::Refused,
            State::Signature(..) => StepKind::Signature,
            State::Fetch(_) => StepKind::Fetch,
            State::Wait(_) => StepKind::Wait,
        }
    }

    #[wasm_bindgen(getter)]
    pub fn code(&self) -> Option<JsString> {
        self.refused().map(|(refusal, _)| refusal.code().as_str().into())
    }

    #[wasm_bindgen(getter)]
    pub fn status(&self) -> Option<u16> {
        self.refused().map(|(_, answer)| answer.status)
    }

    #[wasm_bindgen(getter)]
    pub fn error(&self) -> Option<JsString> {
        self.refused().and_then(|(refusal, _)| refusal.code().error()).map(Into::into)
    }

    #[wasm_bindgen(getter)]
    pub fn message(&self) -> Option<String> {
        self.refused().map(|(refusal, _)| refusal.to_string())
    }

    #[wasm_bindgen(getter)]
    pub fn retryable(&self) -> Option<bool> {
        self.refused().map(|(refusal, _)| refusal.code().retryable())
    }

    #[wasm_bindgen(getter)]
    pub fn challenge(&self) -> Option<String> {
        // Several challenges may stand in one value (RFC 9110 §11.6.1).
        self.refused().map(|(_, answer)| answer.challenges.join(", ")).filter(|value| !value.is_empty())
    }

    #[wasm_bindgen(getter, js_name = retryAfterSeconds)]
    pub fn retry_after_seconds(&self) -> Option<u32> {
        self.refused().and_then(|(_, answer)| answer.retry_after_seconds)
    }

    #[wasm_bindgen(getter)]
    pub fn header(&self) -> Option<String> {
        self.accepted().map(|token| token.header_json().to_owned())
    }

    #[wasm_bindgen(getter)]
    pub fn claims(&self) -> Option<String> {
        self.accepted().map(|token| token.claims_json().to_owned())
    }

    #[wasm_bindgen(getter)]
    pub fn scopes(&self) -> Vec<String> {
        self.accepted().map(|token| token.claims().scopes().iter().map(str::to_owned).collect()).unwrap_or_default()
    }

    #[wasm_bindgen(getter, js_name = clientId)]
    pub fn client_id(&self) -> Option<String> {
        self.accepted().and_then(|token| token.claims().client_id()).map(str::to_owned)
    }

    #[wasm_bindgen(getter)]
    pub fn subject(&self) -> Option<String> {
        self.accepted().and_then(|token| token.claims().subject()).map(str::to_owned)
    }

    #[wasm_bindgen(getter)]
    pub fn algorithm(&self) -> Option<JsString> {
        self.pending().map(|pending| pending.algorithm().name().into())
    }

    #[wasm_bindgen(getter, js_name = keyId)]
    pub fn key_id(&self) -> Option<u32> {
        self.pending().and_then(Pending::key_id)
    }

    #[wasm_bindgen(getter)]
    pub fn jwk(&self) -> Option<String> {
        self.pending().and_then(Pending::jwk)
    }

    #[wasm_bindgen(getter)]
    pub fn input(&self) -> Option<Uint8Array> {
        self.pending().map(|pending| pending.input().into())
    }

    #[wasm_bindgen(getter)]
    pub fn signature(&self) -> Option<Uint8Array> {
        self.pending().map(|pending| pending.signature().into())
    }

    #[wasm_bindgen(getter)]
    pub fn url(&self) -> Option<String> {
        self.fetch().map(|fetch| fetch.url.clone())
    }

    #[wasm_bindgen(getter)]
    pub fn ticket(&self) -> Option<u32> {
        self.fetch().map(|fetch| fetch.ticket)
    }

    #[wasm_bindgen(getter, js_name = maxBytes)]
    pub fn max_bytes(&self) -> Option<usize> {
        self.fetch().map(|fetch| fetch.max_bytes)
    }

    #[wasm_bindgen(getter, js_name = timeoutMilliseconds)]
    pub fn timeout_milliseconds(&self) -> Option<u32> {
        self.fetch().map(|fetch| fetch.timeout_milliseconds)
    }

    #[wasm_bindgen(getter)]
    pub fn background(&self) -> Option<bool> {
        self.fetch().map(|fetch| fetch.background)
    }

    #[wasm_bindgen(getter, js_name = waitMilliseconds)]
    pub fn wait_milliseconds(&self) -> Option<u32> {
        match self.0 {
            State::Wait(milliseconds) => Some(milliseconds),
            _ => None,
        }
    }
}
