//! Properties of a live endpoint: generated requests, a budget, and the smallest counterexample.

mod driver;
mod lives;
mod strategies;

pub use driver::{falsify, falsify_within};
pub use lives::{Breach, Lives};
pub use strategies::{
    Mutation, Step, lives, mutations, permutations, spellings, unknown_parameters, unsupported_grant_types,
};
