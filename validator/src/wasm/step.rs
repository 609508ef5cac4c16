//! Where one verification stands, as JavaScript is told.

use wasm_bindgen::prelude::*;

use super::{engine::About, facts};
use crate::{
    Refusal, UnixTime, VerifiedToken,
    challenge::Answer,
    dpop::ReplayKey,
    json::ObjectText,
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
    /// The question is not open: it took too long, or was answered. It begins again.
    Gone = 6,
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

/// A question that JavaScript answers later, with what the answer to the request needs to know of it.
#[derive(Debug)]
pub(super) enum Question {
    Signature(Box<Pending>, About),
    Remember(Box<Remember>, About),
}

impl Question {
    pub(super) const fn kind(&self) -> StepKind {
        match self {
            Self::Signature(..) => StepKind::Signature,
            Self::Remember(..) => StepKind::Remember,
        }
    }

    pub(super) fn pending(&self) -> Option<&Pending> {
        match self {
            Self::Signature(pending, _) => Some(pending),
            Self::Remember(..) => None,
        }
    }

    /// Of a signature there is nothing to say: what it is about is read where it lies.
    pub(super) fn said(&self) -> String {
        match self {
            Self::Signature(..) => String::new(),
            Self::Remember(remember, _) => replay(remember.replay()),
        }
    }
}

/// What is decided, or to be done before it begins again.
#[derive(Debug)]
pub(super) enum Said {
    Accepted(Box<VerifiedToken>),
    Refused(Refusal, Answer),
    Fetch(Fetch),
    Wait(u32),
}

impl Said {
    pub(super) const fn kind(&self) -> StepKind {
        match self {
            Self::Accepted(_) => StepKind::Accepted,
            Self::Refused(..) => StepKind::Refused,
            Self::Fetch(_) => StepKind::Fetch,
            Self::Wait(_) => StepKind::Wait,
        }
    }

    /// As JSON text.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Accepted(token) => token.json(),
            Self::Refused(refusal, answer) => facts::of_refusal(refusal, answer),
            Self::Fetch(fetch) => request(fetch),
            Self::Wait(milliseconds) => ObjectText::with_capacity(ROOM).raw("milliseconds", milliseconds).end(),
        }
    }
}

/// Bytes that hold most of what is said beside tokens and refusals.
const ROOM: usize = 256;

fn request(fetch: &Fetch) -> String {
    ObjectText::with_capacity(ROOM)
        .raw("background", fetch.background)
        .string("url", &fetch.url)
        .raw("ticket", fetch.ticket)
        .raw("maxBytes", fetch.max_bytes)
        .raw("timeoutMilliseconds", fetch.timeout_milliseconds)
        .string("storeKey", &fetch.store_key)
        .raw("isCold", fetch.is_cold)
        .end()
}

fn replay(replay: &ReplayKey) -> String {
    let until = replay.until().milliseconds_since(UnixTime::from_seconds(0));
    ObjectText::with_capacity(ROOM)
        .string("replayKey", replay.key())
        .raw("replayUntil", until.saturating_add(1)) // In milliseconds since 1970.
        .end()
}
