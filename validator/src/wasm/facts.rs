//! Why something was refused: what the package's `Refusal` has (pkg/src/error.js), of a token as JSON text, of what nobody can use
//! as an object to be thrown. It holds fixed words, and values that go into the answer.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::{Code, ConfigurationError, Refusal, challenge::Answer, json::ObjectText};

/// Bytes that hold most of them.
const ROOM: usize = 384;

/// A refusal, and the answer to it.
pub(super) fn of_refusal(refusal: &Refusal, answer: &Answer) -> String {
    let code = refusal.code();
    let facts = ObjectText::with_capacity(ROOM)
        .string("code", code.as_str())
        .raw("status", answer.status)
        .optional("error", code.error())
        .string("message", &refusal.to_string())
        .raw("retryable", code.retryable());
    // Several challenges may stand in one value (RFC 9110 §11.6.1).
    let challenge = Some(answer.challenges.join(", ")).filter(|value| !value.is_empty());
    let facts = facts.optional("challenge", challenge.as_deref()).optional("dpopNonce", answer.dpop_nonce.as_deref());
    match answer.retry_after_seconds {
        Some(seconds) => facts.raw("retryAfterSeconds", seconds).end(),
        None => facts.end(),
    }
}

#[derive(Serialize)]
struct Thrown<'a> {
    code: &'static str,
    status: u16,
    error: Option<&'static str>,
    message: &'a str,
    retryable: bool,
}

/// What JavaScript catches when options or arguments cannot be used.
///
/// `undefined` if there is no memory for it, which the package takes for a defect: nobody is let in by that.
pub(super) fn of_configuration(error: &ConfigurationError) -> JsValue {
    let code = Code::InvalidConfiguration;
    let thrown = Thrown {
        code: code.as_str(),
        status: code.status(),
        error: code.error(),
        message: &error.to_string(),
        retryable: code.retryable(),
    };
    serde_wasm_bindgen::to_value(&thrown).unwrap_or(JsValue::UNDEFINED)
}
