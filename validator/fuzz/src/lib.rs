//! What holds for any input: one function a target of the fuzzer. Each panics if it does not hold, which is how a fuzzer is told.
//!
//! The tests of the validator include this file, and hold it against the tokens of their own.

#![allow(dead_code, unreachable_pub, reason = "each includer uses a part of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a target fails")]
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "the same")]

mod answers;
mod challenge_reader;
mod common;
mod documents;
mod fields;
mod json_texts;
mod keys;
mod proofs;
mod tokens;

pub use answers::{answer, requirement};
pub use documents::{cache_control, metadata};
pub use fields::authorization;
pub use json_texts::json;
pub use keys::key_set;
pub use proofs::proof;
pub use tokens::{signed_token, token};

/// A name, that of the file in `fuzz_targets`, and what holds for any input.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("token", token),
    ("signed_token", signed_token),
    ("json", json),
    ("key_set", key_set),
    ("answer", answer),
    ("requirement", requirement),
    ("proof", proof),
    ("metadata", metadata),
    ("cache_control", cache_control),
    ("authorization", authorization),
];
