//! Sizes of what is sent.

use proptest::prelude::{Strategy, any};

/// Sizes on a logarithmic scale, octets.
pub fn sizes(largest: usize) -> impl Strategy<Value = usize> {
    let doublings = largest.max(1).ilog2();
    (0..=doublings, any::<usize>())
        .prop_map(move |(doublings, more)| (1_usize << doublings).saturating_add(more % (1 << doublings)).min(largest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert, proptest};

    proptest! {
        #[test]
        fn a_size_is_within_its_bounds(size in sizes(65_536)) {
            prop_assert!((1..=65_536).contains(&size));
        }
    }
}
