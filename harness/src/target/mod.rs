//! What is tested: the configuration, and the server that it leads to.

mod config;
mod configured;
mod discovery;
mod error;
mod limits;
mod resolve;
mod secret_source;
mod waiver;

pub use config::{Authentication, ClientTable, Config, Profile, Role, TargetTable};
pub use configured::Configured;
pub use discovery::{DiscoveryError, Metadata, discover, metadata_places};
pub use error::{ConfigError, Place, Problem};
pub use limits::Limits;
pub use resolve::{Client, ClientKey, Endpoints, Surroundings, Target, is_loopback};
pub use secret_source::SecretSource;
pub use waiver::Waiver;
