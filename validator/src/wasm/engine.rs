//! A resource server for JavaScript: every call goes to the method of the same name of [`ResourceServer`].

use wasm_bindgen::prelude::*;

use super::{
    facts,
    sent::Sent,
    step::{Outcome, State, Step, to_js},
};
use crate::{
    Refusal, Requirements, ResourceServer, Scheme, UnixTime,
    options::{self, Configured},
    resource_server::Next,
    verify::Pending,
};

/// A resource server for JavaScript.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine {
    configured: Configured,
    /// What was demanded last on the shortcut, as it was said and as it was read: mostly it is the same again.
    demanded: Option<(String, Requirements)>,
}

/// What an answer to a request needs to know of it.
#[derive(Debug)]
pub(super) struct About {
    required: Requirements,
    /// Empty for a bare token, whose refusal is no answer to a request.
    used: Vec<Scheme>,
}

#[wasm_bindgen]
impl Engine {
    /// `options` is JSON text: see [`options::read`]. `since` is the time from which seeds are in use, in milliseconds; where it
    /// is 0, they are not.
    ///
    /// # Errors
    /// Throws `{code, message, status, error, retryable}` for options that cannot be used.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str, since: f64) -> Result<Self, JsValue> {
        options::read(options, UnixTime::from_milliseconds(since))
            .map(|configured| Self { configured, demanded: None })
            .map_err(|error| facts::of_configuration(&error))
    }

    /// Begins with a bare token.
    ///
    /// # Errors
    /// Throws as the constructor does, for requirements that are none.
    pub fn begin(&mut self, token: &str, sent: Option<Sent>, required: &str, now: f64) -> Result<Step, JsValue> {
        let (about, now) = (About::new(required)?, UnixTime::from_milliseconds(now));
        let presentation = Sent::presentation(sent.as_ref()).map_err(|error| facts::of_configuration(&error))?;
        let next = self.server().begin_with(token.as_bytes(), &about.required, &presentation, now);
        Ok(self.step(next, about, now))
    }

    /// Begins with the value of the `Authorization` field; several field lines are joined by commas (RFC 9110 §5.3).
    ///
    /// # Errors
    /// Throws as `begin` does.
    #[wasm_bindgen(js_name = beginRequest)]
    pub fn begin_request(
        &mut self,
        authorization: Option<String>,
        sent: Option<Sent>,
        required: &str,
        now: f64,
    ) -> Result<Step, JsValue> {
        let (mut about, now) = (About::new(required)?, UnixTime::from_milliseconds(now));
        let fields: Vec<&[u8]> = authorization.iter().map(String::as_bytes).collect();
        let next = Sent::with_request(sent.as_ref(), &fields, |request| {
            let next = self.server().begin_presented(request, &about.required, now);
            // For the answer to a refusal, which a token that is accepted at once never gets.
            if !matches!(next, Next::Verdict(Ok(_))) {
                about.used = request.schemes_used();
            }
            next
        });
        Ok(self.step(next.map_err(|error| facts::of_configuration(&error))?, about, now))
    }

    /// The shortcut for a bare token that was accepted under this number (`Step.number`), and came again by scheme `Bearer`
    /// with nothing else: its number from now on if it is good for these demands too, `undefined` if `begin` has to say.
    /// The caller vouches that the text is the same.
    #[wasm_bindgen(js_name = judgeAgain)]
    #[must_use]
    pub fn judge_again(&mut self, number: f64, required: &str, now: f64) -> Option<f64> {
        if self.demanded.as_ref().is_none_or(|(text, _)| text != required) {
            self.demanded = Some((required.to_owned(), Requirements::from_json(required).ok()?));
        }
        let (_, required) = self.demanded.as_ref()?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number that `Step.number` gave")]
        let known = self.configured.server.judge_again(number as u64, required, UnixTime::from_milliseconds(now))?;
        known.number().map(to_js)
    }

    /// What verified tokens may take of memory, in bytes.
    #[wasm_bindgen(getter, js_name = cacheBytes)]
    #[must_use]
    pub fn cache_bytes(&self) -> usize {
        self.configured.server.cache_bytes()
    }

    /// Takes the answer to a `Signature` step and consumes the step. Without an answer the token is refused.
    #[must_use]
    pub fn finish(&mut self, step: Step, valid: Option<bool>, now: f64) -> Step {
        match step.0 {
            State::Signature(pending, about) => {
                let now = UnixTime::from_milliseconds(now);
                let next = self.server().finish(pending, valid, now);
                self.step(next, about, now)
            }
            state => Step(state),
        }
    }

    /// Takes the answer to a `Remember` step and consumes the step. Without an answer the token is refused.
    #[must_use]
    pub fn remembered(&mut self, step: Step, first: Option<bool>, now: f64) -> Step {
        match step.0 {
            State::Remember(remember, about) => {
                let now = UnixTime::from_milliseconds(now);
                self.step(remember.finish(first, now).into(), about, now)
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

    /// Begins with a bare token and the keys at hand: `Accepted`, `Refused` or `Signature`, never a fetch or a wait.
    ///
    /// # Errors
    /// Throws as `begin` does.
    #[wasm_bindgen(js_name = beginAtHand)]
    pub fn begin_at_hand(
        &mut self,
        token: &str,
        sent: Option<Sent>,
        required: &str,
        now: f64,
    ) -> Result<Step, JsValue> {
        let (about, now) = (About::new(required)?, UnixTime::from_milliseconds(now));
        let presentation = Sent::presentation(sent.as_ref()).map_err(|error| facts::of_configuration(&error))?;
        let next = self.server().begin_at_hand(token.as_bytes(), &about.required, &presentation, now);
        Ok(self.step(next, about, now))
    }

    /// Takes the answer to a `Fetch` step. `status` is 0 if there was no whole answer; the last two are its fields
    /// `Cache-Control` and `Age`. Gives what was made of it.
    pub fn received(
        &mut self,
        ticket: u32,
        status: u16,
        body: &[u8],
        now: f64,
        cache_control: Option<String>,
        age: Option<String>,
    ) -> Outcome {
        let now = UnixTime::from_milliseconds(now);
        self.server().received(ticket, status, body, now, cache_control.as_deref(), age.as_deref()).into()
    }

    /// Takes what a store has, in place of the answer to a `Fetch` step; false if its request has to be made. `at` is the time
    /// of the answer that was stored.
    pub fn stored(
        &mut self,
        ticket: u32,
        body: &[u8],
        at: f64,
        now: f64,
        cache_control: Option<String>,
        age: Option<String>,
    ) -> bool {
        let (at, now) = (UnixTime::from_milliseconds(at), UnixTime::from_milliseconds(now));
        self.server().stored(ticket, body, at, now, cache_control.as_deref(), age.as_deref())
    }

    /// Where the metadata of the resource stands (RFC 9728 §3.1), if the options have it.
    #[wasm_bindgen(getter, js_name = resourceUrl)]
    #[must_use]
    pub fn resource_url(&self) -> Option<String> {
        self.configured.resource.as_ref().map(|resource| resource.url())
    }

    /// The metadata of the resource as JSON text.
    #[wasm_bindgen(getter, js_name = resourceDocument)]
    #[must_use]
    pub fn resource_document(&self) -> Option<String> {
        self.configured.resource.as_ref().map(|resource| resource.json())
    }

    const fn server(&mut self) -> &mut ResourceServer {
        &mut self.configured.server
    }

    fn step(&self, next: Next, about: About, now: UnixTime) -> Step {
        Step(match next {
            Next::Verdict(Ok(token)) => State::Accepted(Box::new(token), self.configured.server.dpop_nonce(now)),
            Next::Verdict(Err(refusal)) => self.refused(refusal, &about),
            Next::CheckSignature(pending) => State::Signature(pending, about),
            Next::Remember(remember) => State::Remember(remember, about),
            Next::Fetch(fetch) => State::Fetch(fetch),
            Next::Wait(milliseconds) => State::Wait(milliseconds),
        })
    }

    fn refused(&self, refusal: Refusal, about: &About) -> State {
        let answer = self.configured.server.answer_to(&about.used, &refusal, about.required.scopes());
        State::Refused(refusal, answer)
    }
}

impl About {
    /// `required` is JSON text: see [`Requirements::from_json`].
    fn new(required: &str) -> Result<Self, JsValue> {
        let required = Requirements::from_json(required).map_err(|error| facts::of_configuration(&error))?;
        Ok(Self { required, used: Vec::new() })
    }
}
