//! What browsers may do.

pub(super) mod origins;
