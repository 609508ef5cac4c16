//! Why something was refused, as JSON text: what the package's `Refusal` has (pkg/src/error.js). It holds fixed words, and values
//! that go into the answer.

use wasm_bindgen::prelude::*;

use crate::{Code, ConfigurationError, Refusal, challenge::Answer, json::ObjectText};

/// Bytes that hold most of them.
const ROOM: usize = 384;

fn facts(code: Code, status: u16, message: &str) -> ObjectText {
    ObjectText::with_capacity(ROOM)
        .string("code", code.as_str())
        .raw("status", status)
        .optional("error", code.error())
        .string("message", message)
        .raw("retryable", code.retryable())
}

/// A refusal, and the answer to it.
pub(super) fn of_refusal(refusal: &Refusal, answer: &Answer) -> String {
    let facts = facts(refusal.code(), answer.status, &refusal.to_string());
    // Several challenges may stand in one value (RFC 9110 §11.6.1).
    let challenge = Some(answer.challenges.join(", ")).filter(|value| !value.is_empty());
    let facts = facts.optional("challenge", challenge.as_deref()).optional("dpopNonce", answer.dpop_nonce.as_deref());
    match answer.retry_after_seconds {
        Some(seconds) => facts.raw("retryAfterSeconds", seconds).end(),
        None => facts.end(),
    }
}

/// What JavaScript catches when options or arguments cannot be used.
pub(super) fn of_configuration(error: &ConfigurationError) -> JsValue {
    let code = Code::InvalidConfiguration;
    facts(code, code.status(), &error.to_string()).end().into()
}
