//! For tests of what a strategy comes to: values of it, the same each time.

use proptest::strategy::{Strategy, ValueTree as _};
use proptest::test_runner::TestRunner;

/// Enough that each kind of value occurs.
const SAMPLES: usize = 1000;

/// Values of the strategy.
pub(super) fn samples<S: Strategy>(strategy: &S) -> Vec<S::Value> {
    let mut runner = TestRunner::deterministic();
    (0..SAMPLES).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}
