//! Sizes of what is sent.

use proptest::prelude::Strategy;
use proptest::strategy::Union;
use std::fmt;

/// A part of a token request that can grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The content, by a parameter that nobody knows.
    Content,
    /// One scope.
    Scope,
    /// The list of scopes.
    Scopes,
    /// A header field that nobody knows.
    Field,
    /// The `jti` of the client's assertion.
    AssertionId,
    /// The `jti` of a proof of possession, which travels in a header field.
    ProofId,
}

impl Part {
    /// What nobody needs, octets: content as large as common servers read without a word, and fields twice as large as
    /// most have room for, which is 8 or 16 KiB for all of them.
    pub fn largest(self) -> usize {
        match self {
            Self::Content => 64 * 1024,
            Self::Scope | Self::Scopes | Self::Field | Self::AssertionId => 32 * 1024,
            Self::ProofId => 16 * 1024,
        }
    }
}

/// A part and its size, octets.
#[derive(Debug, Clone, Copy)]
pub struct Growth {
    /// What grows.
    pub part: Part,
    /// How large it is.
    pub octets: usize,
}

impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = match self.part {
            Part::Content => "a parameter",
            Part::Scope => "a scope",
            Part::Scopes => "scopes",
            Part::Field => "a header field",
            Part::AssertionId => "an assertion with a `jti`",
            Part::ProofId => "a proof with a `jti`",
        };
        write!(f, "{part} of {} octets", self.octets)
    }
}

/// So many sizes show each part at most of its orders of magnitude.
pub const SIZES: u32 = 24;

/// Smaller ones occur every day, octets.
const SMALLEST: usize = 64;

/// Each of these parts in sizes on a logarithmic scale.
pub fn growths(parts: &[Part]) -> impl Strategy<Value = Growth> + use<> {
    let of = |part: &Part| {
        let part = *part;
        sizes(part.largest()).prop_map(move |octets| Growth { part, octets })
    };
    Union::new(parts.iter().map(of))
}

/// Sizes on a logarithmic scale, octets.
fn sizes(largest: usize) -> impl Strategy<Value = usize> {
    let doublings = (largest / SMALLEST).max(1).ilog2();
    (0..=doublings, 0..=largest)
        .prop_map(move |(doublings, more)| ((SMALLEST << doublings) + more % (SMALLEST << doublings)).min(largest))
}

#[cfg(test)]
mod tests {
    use super::super::samples::samples;
    use super::*;
    use proptest::prelude::{prop_assert, proptest};
    use std::collections::BTreeSet;

    const PARTS: [Part; 6] = [Part::Content, Part::Scope, Part::Scopes, Part::Field, Part::AssertionId, Part::ProofId];

    proptest! {
        #[test]
        fn a_size_is_within_its_bounds(growth in growths(&PARTS)) {
            prop_assert!((SMALLEST..=growth.part.largest()).contains(&growth.octets));
        }
    }

    #[test]
    fn each_part_has_each_order_of_magnitude() {
        for part in PARTS {
            let orders: BTreeSet<_> = samples(&growths(&[part])).iter().map(|growth| growth.octets.ilog2()).collect();
            assert_eq!(orders, (SMALLEST.ilog2()..=part.largest().ilog2()).collect(), "{part:?}");
        }
        let parts: Vec<_> = samples(&growths(&PARTS)).iter().map(|growth| growth.part).collect();
        assert!(PARTS.iter().all(|part| parts.contains(part)));
    }
}
