//! What a refusal looks like.

pub(super) mod characters;
pub(super) mod media_type;
