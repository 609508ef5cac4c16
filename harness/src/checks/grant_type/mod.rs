//! How the server tells grants apart.

pub(super) mod announced;
pub(super) mod empty;
pub(super) mod exact;
pub(super) mod missing;
pub(super) mod others;
pub(super) mod repeated;
pub(super) mod unsupported;
