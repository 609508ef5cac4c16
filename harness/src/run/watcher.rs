//! Whoever watches a run, and may end it.

use super::Event;
use crate::clock::LocalFuture;
use std::rc::Rc;

/// Hears what happens, and says when it is enough.
pub struct Watcher<'a> {
    ear: Ear<'a>,
    stop: LocalFuture<'a, ()>,
}

/// Hears what happens, wherever in the run that is.
#[derive(Clone)]
pub(super) struct Ear<'a>(Rc<dyn Fn(Event<'_>) + 'a>);

impl<'a> Watcher<'a> {
    /// Hears events; the run ends early, with a partial report, when `stop` completes.
    pub fn new(event: impl Fn(Event<'_>) + 'a, stop: impl Future<Output = ()> + 'a) -> Self {
        Self { ear: Ear(Rc::new(event)), stop: Box::pin(stop) }
    }

    /// Nobody watches.
    pub fn nobody() -> Self {
        Self::new(|_| (), std::future::pending())
    }

    pub(super) fn ear(&self) -> Ear<'a> {
        self.ear.clone()
    }

    pub(super) fn hear(&self, event: Event<'_>) {
        self.ear.hear(event);
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

impl Ear<'_> {
    pub(super) fn hear(&self, event: Event<'_>) {
        (self.0)(event);
    }
}

impl std::fmt::Debug for Ear<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ear")
    }
}

impl std::fmt::Debug for Watcher<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watcher")
    }
}
