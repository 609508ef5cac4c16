//! How the endpoint is reached.

pub(super) mod plaintext;
pub(super) mod throttling;
