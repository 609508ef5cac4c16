//! What holds whatever was sent.

pub(super) mod any_request;
pub(super) mod life_of_tokens;
