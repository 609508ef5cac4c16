//! How the server tells grants apart.

pub(super) mod empty;
pub(super) mod missing;
pub(super) mod repeated;
pub(super) mod unsupported;
