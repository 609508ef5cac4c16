//! A resource server for JavaScript: every call goes to the method of the same name of [`ResourceServer`].
//!
//! A token is judged within a few calls, and what crosses is numbers, as far as it can be: a text that is made for JavaScript costs more
//! than a rule. So demands and questions stay here and have numbers, the octets of a signature are read where they lie, and
//! all else that a call has to say is one JSON text.

use wasm_bindgen::prelude::*;

use super::{
    facts,
    open::OpenQuestions,
    sent::Sent,
    step::{Outcome, Question, Said, StepKind},
};
use crate::{
    Algorithm, ConfigurationError, Refusal, Requirements, ResourceServer, Scheme, UnixTime, VerifiedToken,
    options::{self, Configured},
    resource_server::Next,
    verify::Pending,
};

/// A resource server for JavaScript.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine {
    configured: Configured,
    /// Where JavaScript writes the text that a call is about; its length comes with the call.
    text: Vec<u8>,
    /// What may be demanded of a token, by the place that JavaScript gave it.
    demands: Vec<Requirements>,
    open: OpenQuestions,
    /// Where the last call ended, if that was no question.
    said: Option<Said>,
    /// The nonce for the next proof, after a token was accepted.
    dpop_nonce: Option<String>,
}

/// What an answer to a request needs to know of it.
#[derive(Debug)]
pub(super) struct About {
    required: Requirements,
    /// Empty for a bare token, whose refusal is no answer to a request.
    used: Vec<Scheme>,
}

/// A number that says that there is none; all others are not negative.
const NONE: f64 = -1.0;

/// A number of the core, which counts up from 0 and stays below 2^53.
#[expect(clippy::cast_precision_loss, reason = "below 2^53")]
fn to_js(number: Option<u64>) -> f64 {
    number.map_or(NONE, |number| number as f64)
}

/// The memory of this instance, in which octets are read.
#[wasm_bindgen(js_name = instanceMemory)]
#[must_use]
#[expect(unreachable_pub, reason = "reachable from JavaScript")]
pub fn instance_memory() -> JsValue {
    wasm_bindgen::memory()
}

/// The algorithms in the order of their numbers, as a JSON array.
#[wasm_bindgen]
#[must_use]
#[expect(unreachable_pub, reason = "as above")]
pub fn algorithms() -> String {
    let names: Vec<&str> = Algorithm::all().map(Algorithm::name).collect();
    format!("[\"{}\"]", names.join("\",\""))
}

#[wasm_bindgen]
impl Engine {
    /// `options` is JSON text: see [`options::read`]. `since` is the time from which seeds are in use, in milliseconds; where it
    /// is 0, they are not.
    ///
    /// # Errors
    /// Throws `{code, message, status, error, retryable}` as JSON text for options that cannot be used.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str, since: f64) -> Result<Self, JsValue> {
        let configured = options::read(options, UnixTime::from_milliseconds(since));
        Ok(Self {
            configured: configured.map_err(|error| facts::of_configuration(&error))?,
            text: Vec::new(),
            demands: Vec::new(),
            open: OpenQuestions::default(),
            said: None,
            dpop_nonce: None,
        })
    }

    /// What may be demanded of a token from now on by this place: at most the number of places that were given before. The text is
    /// read by [`Requirements::from_json`].
    ///
    /// # Errors
    /// Throws as the constructor does, for requirements that are none.
    pub fn demand(&mut self, place: usize, required: &str) -> Result<(), JsValue> {
        let required = Requirements::from_json(required).map_err(|error| facts::of_configuration(&error))?;
        match self.demands.get_mut(place) {
            Some(former) => *former = required,
            None => self.demands.push(required),
        }
        Ok(())
    }

    /// Where so many octets of text may be written for the next call, as long as nothing else is asked of this instance.
    #[wasm_bindgen(js_name = roomFor)]
    pub fn room_for(&mut self, length: usize) -> *mut u8 {
        self.text.resize(length, 0);
        self.text.as_mut_ptr()
    }

    /// Begins with a bare token of so many octets, which were written. `demand` is a place of [`Engine::demand`].
    ///
    /// # Errors
    /// Throws as the constructor does, for a certificate that is none.
    pub fn begin(&mut self, length: usize, sent: Option<Sent>, demand: usize, now: f64) -> Result<StepKind, JsValue> {
        let (about, now) = self.about(demand, now)?;
        let presentation = Sent::presentation(sent.as_ref()).map_err(|error| facts::of_configuration(&error))?;
        let (server, text) = self.server_and_text(length);
        let next = server.begin_with(text, &about.required, &presentation, now);
        Ok(self.step(next, about, now))
    }

    /// Begins with the value of the `Authorization` field, written in the same way, or without one; several field lines are joined
    /// by commas (RFC 9110 §5.3).
    ///
    /// # Errors
    /// Throws as `begin` does.
    #[wasm_bindgen(js_name = beginRequest)]
    pub fn begin_request(
        &mut self,
        length: Option<usize>,
        sent: Option<Sent>,
        demand: usize,
        now: f64,
    ) -> Result<StepKind, JsValue> {
        let (mut about, now) = self.about(demand, now)?;
        let (server, text) = self.server_and_text(length.unwrap_or_default());
        let fields = if length.is_some() { &[text][..] } else { &[] };
        let next = Sent::with_request(sent.as_ref(), fields, |request| {
            let next = server.begin_presented(request, &about.required, now);
            // For the answer to a refusal, which a token that is accepted at once never gets.
            if !matches!(next, Next::Verdict(Ok(_))) {
                about.used = request.schemes_used();
            }
            next
        });
        Ok(self.step(next.map_err(|error| facts::of_configuration(&error))?, about, now))
    }

    /// Begins with a bare token and the keys at hand: `Accepted`, `Refused` or `Signature`, never a fetch or a wait.
    ///
    /// # Errors
    /// Throws as `begin` does.
    #[wasm_bindgen(js_name = beginAtHand)]
    pub fn begin_at_hand(
        &mut self,
        length: usize,
        sent: Option<Sent>,
        demand: usize,
        now: f64,
    ) -> Result<StepKind, JsValue> {
        let (about, now) = self.about(demand, now)?;
        let presentation = Sent::presentation(sent.as_ref()).map_err(|error| facts::of_configuration(&error))?;
        let (server, text) = self.server_and_text(length);
        let next = server.begin_at_hand(text, &about.required, &presentation, now);
        Ok(self.step(next, about, now))
    }

    /// The shortcut for a bare token that was accepted under this number (`number`), and came again by scheme `Bearer` with
    /// nothing else: its number from now on if it is good for this demand too, a negative one if `begin` has to say. The caller
    /// vouches that the text is the same.
    #[wasm_bindgen(js_name = judgeAgain)]
    #[must_use]
    pub fn judge_again(&mut self, number: f64, demand: usize, now: f64) -> f64 {
        let Some(required) = self.demands.get(demand) else { return NONE };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number that `number` gave")]
        let known = self.configured.server.judge_again(number as u64, required, UnixTime::from_milliseconds(now));
        to_js(known.as_ref().and_then(VerifiedToken::number))
    }

    /// What the last call has to say, as JSON text: of a token that was accepted, why it is refused, what to get, how long to wait,
    /// what to remember; nothing of a signature. It is said once.
    #[must_use]
    pub fn said(&mut self) -> String {
        match self.said.take() {
            Some(said) => said.text(),
            None => self.open.get(self.open.newest()).map(Question::said).unwrap_or_default(),
        }
    }

    /// The number of a token that the last call accepted, for `judgeAgain`, before `said`; negative if it is not remembered.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn number(&self) -> f64 {
        match &self.said {
            Some(Said::Accepted(token)) => to_js(token.number()),
            _ => NONE,
        }
    }

    /// The nonce for the next proof, where the last call accepted a token.
    #[wasm_bindgen(getter, js_name = dpopNonce)]
    #[must_use]
    pub fn dpop_nonce(&self) -> Option<String> {
        self.dpop_nonce.clone()
    }

    /// The number of the question that the last call asked, by which it is answered.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn question(&self) -> u32 {
        self.open.newest()
    }

    /// How many questions are open.
    #[wasm_bindgen(getter, js_name = openQuestions)]
    #[must_use]
    pub fn open_questions(&self) -> usize {
        self.open.len()
    }

    /// The algorithm of a `Signature` question, by its number.
    #[must_use]
    pub fn algorithm(&self, question: u32) -> usize {
        let asked = self.pending(question).map(Pending::algorithm);
        Algorithm::all().position(|algorithm| Some(algorithm) == asked).unwrap_or(usize::MAX)
    }

    /// The key of a `Signature` question, by its number; negative for one that came with the request.
    #[wasm_bindgen(js_name = keyId)]
    #[must_use]
    pub fn key_id(&self, question: u32) -> f64 {
        to_js(self.pending(question).and_then(Pending::key_id))
    }

    /// The key of a `Signature` question as JWK text.
    #[must_use]
    pub fn jwk(&self, question: u32) -> Option<String> {
        self.pending(question).and_then(Pending::jwk)
    }

    /// Where the octets lie that were signed, as long as the question is open and nothing else is asked of this instance.
    #[wasm_bindgen(js_name = inputAt)]
    #[must_use]
    pub fn input_at(&self, question: u32) -> *const u8 {
        self.input(question).as_ptr()
    }

    /// How many they are.
    #[wasm_bindgen(js_name = inputLength)]
    #[must_use]
    pub fn input_length(&self, question: u32) -> usize {
        self.input(question).len()
    }

    /// Where the octets of the signature lie, in the same way.
    #[wasm_bindgen(js_name = signatureAt)]
    #[must_use]
    pub fn signature_at(&self, question: u32) -> *const u8 {
        self.signature(question).as_ptr()
    }

    /// How many they are.
    #[wasm_bindgen(js_name = signatureLength)]
    #[must_use]
    pub fn signature_length(&self, question: u32) -> usize {
        self.signature(question).len()
    }

    /// The answer to a `Signature` question by the arithmetic in this module; `undefined` if it has none for the algorithm.
    #[wasm_bindgen(js_name = checkSignature)]
    #[must_use]
    pub fn check_signature(&self, question: u32) -> Option<bool> {
        self.pending(question).and_then(Pending::check_signature)
    }

    /// Takes the answer to a `Signature` question, which is closed by that; `Gone` if it is not open. Without an answer the token is
    /// refused.
    #[must_use]
    pub fn finish(&mut self, question: u32, valid: Option<bool>, now: f64) -> StepKind {
        let now = UnixTime::from_milliseconds(now);
        match self.open.take(question, now) {
            Some(Question::Signature(pending, about)) => {
                let next = self.server().finish(pending, valid, now);
                self.step(next, about, now)
            }
            _ => StepKind::Gone,
        }
    }

    /// Takes the answer to a `Remember` question, in the same way.
    #[must_use]
    pub fn remembered(&mut self, question: u32, first: Option<bool>, now: f64) -> StepKind {
        let now = UnixTime::from_milliseconds(now);
        match self.open.take(question, now) {
            Some(Question::Remember(remember, about)) => self.step(remember.finish(first, now).into(), about, now),
            _ => StepKind::Gone,
        }
    }

    /// What verified tokens may take of memory, in bytes.
    #[wasm_bindgen(getter, js_name = cacheBytes)]
    #[must_use]
    pub fn cache_bytes(&self) -> usize {
        self.configured.server.cache_bytes()
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
}

impl Engine {
    const fn server(&mut self) -> &mut ResourceServer {
        &mut self.configured.server
    }

    fn server_and_text(&mut self, length: usize) -> (&mut ResourceServer, &[u8]) {
        (&mut self.configured.server, self.text.get(..length).unwrap_or_default())
    }

    /// A place without a demand is no demand that a token could meet.
    fn about(&mut self, demand: usize, now: f64) -> Result<(About, UnixTime), JsValue> {
        let now = UnixTime::from_milliseconds(now);
        self.open.let_go(now);
        let unknown = || facts::of_configuration(&ConfigurationError::new("scopes", "were not read before"));
        let required = self.demands.get(demand).cloned().ok_or_else(unknown)?;
        Ok((About { required, used: Vec::new() }, now))
    }

    fn pending(&self, question: u32) -> Option<&Pending> {
        self.open.get(question).and_then(Question::pending)
    }

    fn input(&self, question: u32) -> &[u8] {
        self.pending(question).map(Pending::input).unwrap_or_default()
    }

    fn signature(&self, question: u32) -> &[u8] {
        self.pending(question).map(Pending::signature).unwrap_or_default()
    }

    fn step(&mut self, next: Next, about: About, now: UnixTime) -> StepKind {
        self.dpop_nonce = None;
        let said = match next {
            Next::Verdict(Ok(token)) => {
                self.dpop_nonce = self.configured.server.dpop_nonce(now);
                Said::Accepted(Box::new(token))
            }
            Next::Verdict(Err(refusal)) => self.refused(refusal, &about),
            Next::CheckSignature(pending) => return self.ask(Question::Signature(pending, about), now),
            Next::Remember(remember) => return self.ask(Question::Remember(remember, about), now),
            Next::Fetch(fetch) => Said::Fetch(fetch),
            Next::Wait(milliseconds) => Said::Wait(milliseconds),
        };
        let kind = said.kind();
        self.said = Some(said);
        kind
    }

    fn ask(&mut self, question: Question, now: UnixTime) -> StepKind {
        self.said = None;
        let kind = question.kind();
        self.open.add(question, now);
        kind
    }

    fn refused(&self, refusal: Refusal, about: &About) -> Said {
        let answer = self.configured.server.answer_to(&about.used, &refusal, about.required.scopes());
        Said::Refused(refusal, answer)
    }
}
