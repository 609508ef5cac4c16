//! Why something was refused, as a plain object of JavaScript.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::{Code, ConfigurationError, Refusal, challenge::Answer};

/// What the package's `Refusal` has (pkg/src/error.js). It holds fixed words, and values that go into the answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Facts<'a> {
    code: &'static str,
    status: u16,
    error: Option<&'static str>,
    message: String,
    retryable: bool,
    challenge: Option<String>,
    dpop_nonce: Option<&'a str>,
    retry_after_seconds: Option<u32>,
}

impl Facts<'_> {
    /// `undefined` if there is no memory for it, which the package takes for a defect: nobody is let in by that.
    fn into_object(self) -> JsValue {
        serde_wasm_bindgen::to_value(&self).unwrap_or(JsValue::UNDEFINED)
    }
}

/// A refusal, and the answer to it.
pub(super) fn of_refusal(refusal: &Refusal, answer: &Answer) -> JsValue {
    let code = refusal.code();
    Facts {
        code: code.as_str(),
        status: answer.status,
        error: code.error(),
        message: refusal.to_string(),
        retryable: code.retryable(),
        // Several challenges may stand in one value (RFC 9110 §11.6.1).
        challenge: Some(answer.challenges.join(", ")).filter(|value| !value.is_empty()),
        dpop_nonce: answer.dpop_nonce.as_deref(),
        retry_after_seconds: answer.retry_after_seconds,
    }
    .into_object()
}

/// What JavaScript catches when options or arguments cannot be used.
pub(super) fn of_configuration(error: &ConfigurationError) -> JsValue {
    let code = Code::InvalidConfiguration;
    Facts {
        code: code.as_str(),
        status: code.status(),
        error: code.error(),
        message: error.to_string(),
        retryable: code.retryable(),
        challenge: None,
        dpop_nonce: None,
        retry_after_seconds: None,
    }
    .into_object()
}
