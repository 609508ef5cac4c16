//! Thousands of tokens, valid and hostile, with the verdict of the native core: printed as JSON for the test that runs them
//! through every backend of the package and through another library (`pkg/test/differential.test.mjs`).
//!
//! The same tokens come out each time. Each has a class, which says what was done to it: where the other library decides
//! otherwise, `pkg/test/differential/jose.txt` explains that for the class.

#![expect(clippy::print_stdout, reason = "an example is a program of the tests")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "as in a test")]
#![allow(clippy::arithmetic_side_effects, unreachable_pub, reason = "as in a test")]

mod algorithms;
mod characters;
mod claims;
mod curves;
mod dice;
mod forge;
mod headers;
mod json_texts;
mod judge;
mod keys;
mod kids;
mod rsa_signatures;
mod signer;
#[path = "../../tests/support/mod.rs"]
mod support;
mod times;
mod torsion;
mod valid;

use forge::Forge;

/// One row a kind of deed.
const GROUPS: &[fn(&mut Forge)] = &[
    valid::add,
    characters::add,
    json_texts::add,
    headers::add,
    algorithms::add,
    kids::add,
    curves::add,
    torsion::add,
    rsa_signatures::add,
    claims::add,
    times::add,
];

fn main() {
    let mut forge = Forge::new();
    for add in GROUPS {
        add(&mut forge);
    }
    println!("{}", judge::as_json(&forge.cases));
}
