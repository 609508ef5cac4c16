//! What a refusal looks like.

pub(super) mod answers;
pub(super) mod characters;
pub(super) mod empty_body;
pub(super) mod media_type;
