//! How parameters are read.

pub(super) mod reencoded;
pub(super) mod repeated_scope;
pub(super) mod unknown;
