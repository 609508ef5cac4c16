//! Conformance tests for OAuth 2.0 token endpoints (RFC 6749 §4.4, the client credentials grant).
//!
//! The engine returns values; it never prints and never exits. The `countersign` command around it does both.
//! Its clock and its stream are parameters, so that the same engine runs over a socket or in memory.
//!
//! [`conformance`] is for tests of your own server; [`run`] has the parts for whoever wants to choose stream and clock.

pub mod bounded;
pub mod catalogue;
pub mod cause;
pub mod check;
pub mod checks;
pub mod clock;
pub mod conformance;
mod digest;
pub mod evidence;
pub mod exit;
mod jwt;
mod kill_matrix;
pub mod property;
pub mod reference;
pub mod report;
pub mod run;
pub mod shell;
mod signing_key;
pub mod snapshot;
pub mod target;
#[cfg(test)]
mod testing;
mod token_signature;
pub mod wire;
pub mod x509;
