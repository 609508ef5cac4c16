//! Every fault against every check, which takes minutes: `cargo xtask test --only product`.

#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod common;

use common::all;
use common::matrix::matrix;

/// Whoever finds a fault in another topic is written down too: a check that begins to fail where nobody looked for it shows
/// here.
#[test]
fn every_fault_against_every_check() {
    insta::assert_snapshot!(matrix(|_| all().to_vec()).rows);
}
