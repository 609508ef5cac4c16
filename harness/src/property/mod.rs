//! Properties of a live endpoint: generated requests, a budget, and the smallest counterexample.

mod driver;
mod lives;
mod sequence;
mod strategies;

pub use driver::{Trial, cases, falsify, falsify_few, falsify_within, few};
pub use lives::{Breach, LATER, LOOKS, Lives, outlives};
pub use sequence::Scene;
pub use strategies::*;
