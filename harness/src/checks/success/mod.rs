//! What a success looks like.

pub(super) mod body;
pub(super) mod cache_headers;
