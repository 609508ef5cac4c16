//! Properties of a live endpoint: generated requests, a budget, and the smallest counterexample.

mod driver;
mod lives;
mod near_misses;
mod sequence;
mod strategies;

pub use driver::{Trial, falsify, falsify_within, some};
pub use lives::{Breach, LATER, LOOKS, Lives, outlives};
pub use near_misses::{
    Alteration, Edit, alterations, arrangements, edits, long_ago, malformed_values, other_methods, sizes, twins,
};
pub use sequence::Scene;
pub use strategies::{
    Mutation, Step, lives, mutations, permutations, spellings, unknown_parameters, unsupported_grant_types,
};
