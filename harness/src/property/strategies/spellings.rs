//! The same form in other letters.

use crate::wire::Spelling;
use proptest::prelude::{Just, Strategy, prop_oneof};

/// For each octet of a form, how it is written.
pub fn spellings() -> impl Strategy<Value = Vec<Spelling>> {
    proptest::collection::vec(prop_oneof![Just(Spelling::Plain), Just(Spelling::Upper), Just(Spelling::Lower)], 24..64)
}
