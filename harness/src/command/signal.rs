//! Ended from outside: the partial report is still written, and the status says which signal it was.

use countersign_harness::exit::Exit;
use std::io;

/// SIGXFSZ on Linux and macOS.
#[cfg(unix)]
const FILE_TOO_LARGE: i32 = 25;

/// From now on a file that grows beyond the limit of the user (`ulimit -f`) is an error of the write, which is told and
/// after which nothing half-written is left, and no longer a signal that ends the command in the middle of it.
pub(super) fn tell_of_large_files() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        // Where it cannot be heard, it ends the command, as it would have.
        _ = signal(SignalKind::from_raw(FILE_TOO_LARGE));
    }
}

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
