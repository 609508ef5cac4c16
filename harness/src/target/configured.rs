//! A configuration with everything that it names: read once, for the command and for tests.

use super::{Client, Config, ConfigError, Role, Surroundings};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// A configuration, the secrets of its clients, and the place from which its relative paths start.
#[derive(Debug, Clone)]
pub struct Configured {
    /// What is configured.
    pub config: Config,
    /// The client that works, and the companions.
    pub clients: (Client, BTreeMap<Role, Client>),
    /// Where relative paths start.
    pub folder: PathBuf,
    /// The configuration as it is written.
    pub text: String,
}

impl Configured {
    /// Reads a configuration and fetches its secrets; messages call it `file`, and `variable` reads the environment.
    pub fn read(
        text: String,
        file: &str,
        folder: PathBuf,
        variable: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<Self, ConfigError> {
        let config = Config::parse(&text, file)?;
        let surroundings = Surroundings { file, text: &text, folder: &folder, variable };
        surroundings.check_uris(&config)?;
        let clients = surroundings.clients(&config)?;
        Ok(Self { config, clients, folder, text })
    }
}
