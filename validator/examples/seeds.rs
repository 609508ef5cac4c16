//! Writes a few inputs for each target of the fuzzer into the folder that it is given: what it begins with, out of the
//! tokens, requests and vectors of the tests.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "as in a test")]
#![allow(clippy::disallowed_methods, reason = "a program of the tests writes files")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::{fs, path::Path};

fn main() {
    let folder = std::env::args().nth(1).expect("the folder to write to");
    for (target, inputs) in support::seeds::all() {
        let folder = Path::new(&folder).join(target);
        fs::create_dir_all(&folder).unwrap();
        for (at, input) in inputs.iter().enumerate() {
            fs::write(folder.join(format!("{at:03}")), input).unwrap();
        }
    }
}
