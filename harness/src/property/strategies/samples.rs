//! For tests of what a strategy comes to: values of it, the same each time, and addresses to begin with.

use crate::wire::Address;
use proptest::strategy::{Just, Strategy, ValueTree as _};
use proptest::test_runner::TestRunner;

/// Enough that each kind of value occurs.
const SAMPLES: usize = 1000;

/// Values of the strategy.
pub(super) fn samples<S: Strategy>(strategy: &S) -> Vec<S::Value> {
    let mut runner = TestRunner::deterministic();
    (0..SAMPLES).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

/// Addresses of several forms.
fn addresses() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "https://as.example",
        "https://as.example/",
        "https://as.example:8443/realms/a%c3%a9/token",
        "http://127.0.0.1:80/token",
        "http://[::1]:9000",
        "https://login.example/tenant.one/oauth2",
    ])
}

/// An address and a value that is made of it.
pub(super) fn beside<S: Strategy<Value = String>>(
    make: fn(&str) -> S,
) -> impl Strategy<Value = (&'static str, String)> {
    addresses().prop_flat_map(move |address| (Just(address), make(address)))
}

/// What equivalents have in common.
pub(super) fn normal(text: &str) -> Option<Address> {
    Some(Address::read(text)?.normal())
}
