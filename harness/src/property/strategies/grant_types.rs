//! Grant types that no server has.

use proptest::prelude::{Strategy, prop_oneof};

/// Grant types that no server has: names and URIs (RFC 6749 §4.5), all marked as ours.
pub fn unsupported_grant_types() -> impl Strategy<Value = String> {
    prop_oneof![
        "x_[A-Za-z0-9_.-]{1,24}",
        "urn:example:[a-z0-9]{1,16}:[a-z0-9-]{1,16}",
        "https://grant\\.example/[a-z0-9/]{1,16}",
    ]
}
