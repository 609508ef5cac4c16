//! What the server says of itself.

pub(super) mod advice;
pub(super) mod algorithms;
pub(super) mod caching;
pub(super) mod document;
pub(super) mod https;
pub(super) mod issuer;
pub(super) mod openid;
pub(super) mod required;
pub(super) mod types;
pub(super) mod unknown_issuer;
