//! Which methods the endpoint answers to.

pub(super) mod case;
pub(super) mod post_only;
