//! Prints the corpus of the tests as JSON, for the test that runs it through the npm package.

#![expect(clippy::print_stdout, reason = "an example is a program of the tests")]

#[path = "../tests/support/mod.rs"]
mod support;

fn main() {
    println!("{}", support::corpus::as_json());
}
