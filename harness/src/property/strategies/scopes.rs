//! Sets of scopes.

use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::sample::subsequence;

/// Places in a list of so many: each occurs, in any order, some more than once.
pub fn arrangements(count: usize) -> impl Strategy<Value = Vec<usize>> {
    let more = proptest::collection::vec(0..count.max(1), 0..=count);
    more.prop_flat_map(move |more| {
        Just((0..count).chain(more.into_iter().filter(|place| *place < count)).collect::<Vec<_>>()).prop_shuffle()
    })
}

/// Some of these scopes, one at least, each once and in any order.
pub fn subsets(scopes: &[String]) -> impl Strategy<Value = Vec<String>> + use<> {
    subsequence(scopes.to_vec(), 1.min(scopes.len())..=scopes.len()).prop_shuffle()
}

/// A scope that nobody registered, alone or among others.
#[derive(Debug, Clone)]
pub struct Stranger {
    /// The scope that is not known.
    pub scope: String,
    /// All that is asked for, in its order.
    pub asked: Vec<String>,
}

/// Scopes that nobody registered (RFC 6749 §3.3), without the signs that firewalls look for, among any of these.
pub fn strangers(scopes: &[String]) -> impl Strategy<Value = Stranger> + use<> {
    let stranger = prop_oneof!["x_[a-z]{1,12}", "x_[A-Za-z0-9!#*+,./:=@_~-]{1,40}"];
    let known = subsequence(scopes.to_vec(), 0..=scopes.len());
    (known, stranger, 0_usize..64).prop_map(|(mut asked, scope, place)| {
        asked.insert(place % (asked.len() + 1), scope.clone());
        Stranger { scope, asked }
    })
}

#[cfg(test)]
mod tests {
    use super::super::samples::samples;
    use super::*;
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};
    use std::collections::BTreeSet;

    fn three() -> Vec<String> {
        ["read", "write", "api:admin"].map(str::to_owned).to_vec()
    }

    proptest! {
        #[test]
        fn an_arrangement_has_each(places in arrangements(4)) {
            prop_assert!((0..4).all(|place| places.contains(&place)) && places.len() <= 8);
        }

        #[test]
        fn a_subset_has_each_once_and_one_at_least(subset in subsets(&three())) {
            let distinct: BTreeSet<_> = subset.iter().collect();
            prop_assert!(!subset.is_empty() && distinct.len() == subset.len());
            prop_assert!(subset.iter().all(|scope| three().contains(scope)));
        }

        #[test]
        fn a_stranger_is_legal_and_the_only_one(stranger in strangers(&three())) {
            prop_assert!(stranger.scope.chars().all(|c| matches!(c, '!' | '#'..='[' | ']'..='~')));
            let strange: Vec<_> = stranger.asked.iter().filter(|scope| !three().contains(scope)).collect();
            prop_assert_eq!(strange, [&stranger.scope]);
        }
    }

    #[test]
    fn every_set_and_every_place_occurs() {
        let sets: BTreeSet<BTreeSet<_>> = samples(&subsets(&three())).into_iter().map(BTreeSet::from_iter).collect();
        assert_eq!(sets.len(), 7, "{sets:?}");
        let asked: BTreeSet<_> = samples(&strangers(&three()))
            .into_iter()
            .map(|stranger| (stranger.asked.len(), stranger.asked.iter().position(|scope| *scope == stranger.scope)))
            .collect();
        assert_eq!(asked.len(), 1 + 2 + 3 + 4, "{asked:?}");
    }

    #[test]
    fn without_a_scope_there_is_nothing_but_strangers() {
        assert!(samples(&subsets(&[])).iter().all(Vec::is_empty));
        assert!(samples(&strangers(&[])).iter().all(|stranger| stranger.asked == [stranger.scope.clone()]));
    }
}
