//! Both halves together, in real runtimes, against real servers. What the tests, the demo and `xtask` share stands here.
//!
//! Nothing here prints: what a step has to say goes to the `say` that it is given.

pub mod application;
pub mod authorization;
pub mod conformance;
mod error;
pub mod node;
pub mod place;
pub mod process;
pub mod python;
pub mod real_server;
pub mod runtime;
pub mod scenario;
pub mod server;
pub mod suite;

pub use error::{Error, Result};
