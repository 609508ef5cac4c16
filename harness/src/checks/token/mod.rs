//! What can be said of the token itself.

pub(super) mod signature;
