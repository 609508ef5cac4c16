//! What holds whatever was sent.

pub(super) mod any_request;
