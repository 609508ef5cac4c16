//! Parameters that stand twice.

use proptest::prelude::{Strategy, any};

/// A parameter that stands twice: the other value, whether it is the first, and how many others stand between.
pub fn twins() -> impl Strategy<Value = (String, bool, usize)> {
    ("x_[a-z]{1,12}", any::<bool>(), 0_usize..4)
}
