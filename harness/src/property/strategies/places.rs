//! Places in a list.

use proptest::prelude::{Strategy, prop};

/// Places for parameters, to sort them by.
pub fn permutations() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::num::u8::ANY, 6)
}
