//! Where one verification stands, as JavaScript reads it.

use js_sys::{JsString, Uint8Array};
use wasm_bindgen::prelude::*;

use super::{engine::About, facts};
use crate::{
    Refusal, UnixTime, VerifiedToken,
    challenge::Answer,
    dpop::ReplayKey,
    key_source::{Fetch, Received},
    verify::{Pending, Remember},
};

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
    /// Whether a proof has come before is to be told.
    Remember = 5,
}

/// What was made of the answer to a request, for JavaScript.
#[wasm_bindgen]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing: it came too late.
    Ignored = 0,
    /// Nothing that could be used.
    Failed = 1,
    /// The place of a key set.
    Metadata = 2,
    /// Keys.
    KeySet = 3,
}

impl From<Received> for Outcome {
    fn from(received: Received) -> Self {
        match received {
            Received::Ignored => Self::Ignored,
            Received::Failed => Self::Failed,
            Received::Metadata => Self::Metadata,
            Received::KeySet => Self::KeySet,
        }
    }
}

#[derive(Debug)]
pub(super) enum State {
    /// With the nonce for the next proof.
    Accepted(Box<VerifiedToken>, Option<String>),
    Refused(Refusal, Answer),
    Signature(Box<Pending>, About),
    Remember(Box<Remember>, About),
    Fetch(Fetch),
    Wait(u32),
}

/// A number of the core, which counts up from 0 and stays below 2^53.
#[expect(clippy::cast_precision_loss, reason = "below 2^53")]
pub(super) const fn to_js(number: u64) -> f64 {
    number as f64
}

/// One step of a verification; the members that its kind does not have are empty or `undefined`.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Step(pub(super) State);

impl Step {
    const fn refused(&self) -> Option<(&Refusal, &Answer)> {
        match &self.0 {
            State::Refused(refusal, answer) => Some((refusal, answer)),
            _ => None,
        }
    }

    fn accepted(&self) -> Option<&VerifiedToken> {
        match &self.0 {
            State::Accepted(token, _) => Some(token),
            _ => None,
        }
    }

    pub(super) fn pending(&self) -> Option<&Pending> {
        match &self.0 {
            State::Signature(pending, _) => Some(pending),
            _ => None,
        }
    }

    const fn replay(&self) -> Option<&ReplayKey> {
        match &self.0 {
            State::Remember(remember, _) => Some(remember.replay()),
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
            State::Accepted(..) => StepKind::Accepted,
            State::Refused(..) => StepKind::Refused,
            State::Signature(..) => StepKind::Signature,
            State::Fetch(_) => StepKind::Fetch,
            State::Wait(_) => StepKind::Wait,
            State::Remember(..) => StepKind::Remember,
        }
    }

    /// As an object with the members of the package's `Refusal`.
    #[wasm_bindgen(getter)]
    pub fn refusal(&self) -> JsValue {
        self.refused().map_or(JsValue::UNDEFINED, |(refusal, answer)| facts::of_refusal(refusal, answer))
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
    pub fn number(&self) -> Option<f64> {
        self.accepted().and_then(VerifiedToken::number).map(to_js)
    }

    #[wasm_bindgen(getter)]
    pub fn algorithm(&self) -> Option<JsString> {
        self.pending().map(|pending| pending.algorithm().name().into())
    }

    #[wasm_bindgen(getter, js_name = keyId)]
    pub fn key_id(&self) -> Option<f64> {
        self.pending().and_then(Pending::key_id).map(to_js)
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

    #[wasm_bindgen(getter, js_name = storeKey)]
    pub fn store_key(&self) -> Option<String> {
        self.fetch().map(|fetch| fetch.store_key.clone())
    }

    #[wasm_bindgen(getter, js_name = isCold)]
    pub fn is_cold(&self) -> Option<bool> {
        self.fetch().map(|fetch| fetch.is_cold)
    }

    #[wasm_bindgen(getter, js_name = dpopNonce)]
    pub fn dpop_nonce(&self) -> Option<String> {
        match &self.0 {
            State::Accepted(_, nonce) => nonce.clone(),
            _ => None,
        }
    }

    #[wasm_bindgen(getter, js_name = replayKey)]
    pub fn replay_key(&self) -> Option<String> {
        self.replay().map(|replay| replay.key().to_owned())
    }

    /// In milliseconds since 1970.
    #[wasm_bindgen(getter, js_name = replayUntil)]
    pub fn replay_until(&self) -> Option<f64> {
        let until = self.replay()?.until().milliseconds_since(UnixTime::from_seconds(0));
        // Seconds are below 2^53, and this is near the time of today.
        #[expect(clippy::cast_precision_loss, reason = "see above")]
        Some(until.saturating_add(1) as f64)
    }

    #[wasm_bindgen(getter, js_name = waitMilliseconds)]
    pub fn wait_milliseconds(&self) -> Option<u32> {
        match self.0 {
            State::Wait(milliseconds) => Some(milliseconds),
            _ => None,
        }
    }
}
