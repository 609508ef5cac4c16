//! Places in a list.

use proptest::prelude::{Strategy, prop};

/// Places for parameters, to sort them by.
pub fn permutations() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::num::u8::ANY, 6)
}

/// Some of so many places, or all, or none.
pub fn selections(count: usize) -> impl Strategy<Value = Vec<usize>> {
    prop::sample::subsequence((0..count).collect::<Vec<_>>(), 0..=count)
}
