//! Whoever watches a run, and may end it.

use super::Event;
use crate::clock::LocalFuture;

/// Hears what happens, and says when it is enough.
pub struct Watcher<'a> {
    event: Box<dyn FnMut(Event<'_>) + 'a>,
    stop: LocalFuture<'a, ()>,
}

impl<'a> Watcher<'a> {
    /// Hears events; the run ends early, with a partial report, when `stop` completes.
    pub fn new(event: impl FnMut(Event<'_>) + 'a, stop: impl Future<Output = ()> + 'a) -> Self {
        Self { event: Box::new(event), stop: Box::pin(stop) }
    }

    /// Nobody watches.
    pub fn nobody() -> Self {
        Self::new(|_| (), std::future::pending())
    }

    pub(super) fn hear(&mut self, event: Event<'_>) {
        (self.event)(event);
    }

    /// The outcome of the work, or nothing when the run is to end before it is done.
    pub(super) async fn unless_stopped<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = &mut self.stop => {
                // It is enough from now on, and a completed future must not be asked again.
                self.stop = Box::pin(std::future::ready(()));
                None
            }
            outcome = work => Some(outcome),
        }
    }
}

impl std::fmt::Debug for Watcher<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watcher")
    }
}
