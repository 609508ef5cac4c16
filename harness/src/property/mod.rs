//! Properties of a live endpoint: generated requests, a budget, and the smallest counterexample.

mod driver;
mod strategies;

pub use driver::falsify;
pub use strategies::{Mutation, mutations, permutations, spellings, unknown_parameters, unsupported_grant_types};
