//! Times of claims.

use proptest::prelude::Strategy;

/// How long ago something ended, seconds: an hour, which is beyond the skew that clocks are granted, to some years.
pub fn long_ago() -> impl Strategy<Value = i64> {
    (0_u32..16, 0_i64..3600).prop_map(|(doublings, more)| 3600_i64.saturating_mul(1 << doublings).saturating_add(more))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert, proptest};

    proptest! {
        #[test]
        fn long_ago_is_beyond_the_skew(seconds in long_ago()) {
            prop_assert!((3600..20 * 365 * 86_400).contains(&seconds));
        }
    }
}
