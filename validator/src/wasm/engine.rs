//! A resource server for JavaScript: every call goes to the method of the same name of [`ResourceServer`].

use wasm_bindgen::prelude::*;

use super::{
    options::{Options, whole},
    step::{State, Step},
    thrown::thrown,
};
use crate::{
    ConfigurationError, KeySet, Refusal, RequiredScopes, ResourceServer, UnixTime, dpop::Fault, key_source::KeySource,
    resource_server::Next, verify::Pending,
};

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
