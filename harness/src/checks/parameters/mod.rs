//! How parameters are read.

pub(super) mod accept;
pub(super) mod broken_escapes;
pub(super) mod chunked;
pub(super) mod content_fields;
pub(super) mod empty;
pub(super) mod in_query;
pub(super) mod injection;
pub(super) mod large;
pub(super) mod media_type;
pub(super) mod media_type_spelling;
pub(super) mod names;
pub(super) mod order;
pub(super) mod reencoded;
pub(super) mod repeated_scope;
pub(super) mod separators;
pub(super) mod unknown;
