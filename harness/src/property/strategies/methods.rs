//! Methods of requests.

use proptest::prelude::Strategy;

/// Methods that nobody has (RFC 9110 §16.1.1: a method is a token): one that some server knows might change something there.
pub fn other_methods() -> impl Strategy<Value = String> {
    "X-[A-Za-z0-9!#$%&'*+.^_`|~-]{1,12}"
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert, proptest};

    proptest! {
        #[test]
        fn other_methods_are_of_nobody(method in other_methods()) {
            prop_assert!(method.starts_with("X-"), "{}", method);
        }
    }
}
