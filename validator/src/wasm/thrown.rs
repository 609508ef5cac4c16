//! What JavaScript catches.

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::{Code, ConfigurationError};

/// A configuration error as JavaScript catches it.
pub(super) fn thrown(error: &ConfigurationError) -> JsValue {
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
