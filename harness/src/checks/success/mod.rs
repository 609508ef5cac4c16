//! What a success looks like.

pub(super) mod body;
pub(super) mod cache_headers;
pub(super) mod members;
pub(super) mod nowhere_else;
