//! The reference server: right by default, in memory, and wrong in exactly one named way when it is told to be.

mod assertion;
mod authenticate;
mod certificate;
mod defect;
mod documents;
mod dpop;
mod error;
mod exchange;
mod fault;
mod introspect;
mod loopback;
mod mint;
mod oddity;
mod proof;
mod protected;
mod registry;
mod revoke;
mod serve;
mod server;
mod settings;
mod state;
mod token;

pub(crate) use assertion::ASSERTION_TYPE;
pub use certificate::{AUTHORITY, Certified};
pub use defect::{DEFECTS, defect};
pub use error::SetupError;
pub use exchange::InMemory;
pub use fault::{Deviation, Fault, code, grants, refusals};
pub use loopback::{SHORT_TOKEN_LIFETIME, configuration, unseen_over_loopback};
pub use oddity::{Oddity, oddities};
pub use registry::{Kind, Registered, Registry};
pub use serve::Listening;
pub use server::Server;
pub use settings::{ExcessiveScopes, Lapse, Minting, Nonces, Settings, SigningAlgorithm};
