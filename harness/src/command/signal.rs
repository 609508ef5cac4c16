//! Ended from outside: the partial report is still written, and the status says which signal it was.

use countersign_harness::exit::Exit;
use std::io;

/// Completes with the first signal that ends the command.
#[cfg(unix)]
pub(super) async fn received() -> io::Result<Exit> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => Ok(Exit::Interrupted),
        _ = terminate.recv() => Ok(Exit::Terminated),
    }
}

/// Completes with the first signal that ends the command.
#[cfg(not(unix))]
pub(super) async fn received() -> io::Result<Exit> {
    tokio::signal::ctrl_c().await.map(|()| Exit::Interrupted)
}
