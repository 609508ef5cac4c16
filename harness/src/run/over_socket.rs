//! The usual run: a configuration, a socket, the clock of the machine.

use super::{Completed, Options, RunError, Watcher, prepare};
use crate::check::Check;
use crate::clock::SystemClock;
use crate::target::{Client, Config, Role};
use crate::wire::{Socket, TrustError};
use std::collections::BTreeMap;
use std::path::Path;

/// Why a run over a socket came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum OverSocketError {
    /// TLS cannot be set up.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// There is no run.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// Runs these checks against the server that the configuration names; `folder` is where its relative paths start.
pub async fn over_socket(
    (config, clients): (&Config, (Client, BTreeMap<Role, Client>)),
    folder: &Path,
    checks: &[&'static Check],
    options: &Options,
    watcher: Watcher<'_>,
) -> Result<Completed, OverSocketError> {
    let ca_file = config.target.ca_file.as_ref().map(|path| folder.join(path));
    let socket = Socket::new(ca_file.as_deref())?;
    Ok(prepare(&socket, &SystemClock, config, clients).run(checks, options, watcher).await?)
}
