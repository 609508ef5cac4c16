//! Sets of scopes.

use proptest::prelude::{Just, Strategy};

/// Places in a list of so many: each occurs, in any order, some more than once.
pub fn arrangements(count: usize) -> impl Strategy<Value = Vec<usize>> {
    let more = proptest::collection::vec(0..count.max(1), 0..=count);
    more.prop_flat_map(move |more| {
        Just((0..count).chain(more.into_iter().filter(|place| *place < count)).collect::<Vec<_>>()).prop_shuffle()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert, proptest};

    proptest! {
        #[test]
        fn an_arrangement_has_each(places in arrangements(4)) {
            prop_assert!((0..4).all(|place| places.contains(&place)) && places.len() <= 8);
        }
    }
}
