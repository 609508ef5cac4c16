//! What takes too long for each change: run by `cargo xtask test --long`, or by its name.

mod fuzz;
mod mutants;

pub(crate) use fuzz::{DEFAULT_SECONDS, fuzz, set_seconds};
pub(crate) use mutants::mutants;
