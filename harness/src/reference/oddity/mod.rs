//! Servers that are unusual and right: no check may fail on them.

mod around;
mod token_endpoint;

use super::Deviation;

/// A server that is unusual and right.
#[derive(Debug, Clone, Copy)]
pub struct Oddity {
    /// Its name.
    pub name: &'static str,
    /// What it does, and where that is allowed.
    pub says: &'static str,
    /// The difference from the usual server.
    pub deviation: Deviation,
}

/// Every one that the harness is held to.
pub fn oddities() -> impl Iterator<Item = &'static Oddity> {
    token_endpoint::ODDITIES.iter().chain(around::ODDITIES)
}
