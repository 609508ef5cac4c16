//! What introspection tells (RFC 7662).

pub(super) mod authorization;
pub(super) mod live;
pub(super) mod parameters;
pub(super) mod post_only;
pub(super) mod unknown;
