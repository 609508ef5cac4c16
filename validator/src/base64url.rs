//! Base64url without padding, in its one canonical form (RFC 7515 §2, RFC 4648 §3.5 and §5).
//!
//! Statements: RFC7515-5.2-10, RFC4648-3.5-10.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// The bytes, or `None` for anything but the one text that encodes them: padding, foreign characters and non-zero
/// unused bits are all refused.
pub(crate) fn decode(text: impl AsRef<[u8]>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// The canonical text.
pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
