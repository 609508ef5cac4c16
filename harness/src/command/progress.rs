//! How far a run is, on standard error; nothing when that is no terminal.

use countersign_harness::run::Event;
use indicatif::{ProgressBar, ProgressStyle};

/// A bar that vanishes when the run ends.
pub(super) struct Progress {
    bar: ProgressBar,
    requests: usize,
}

impl Progress {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::new(0).with_message("looking for the server");
        if let Ok(style) = ProgressStyle::with_template("{elapsed:>4}  {pos} of {len} checks, {msg}") {
            bar.set_style(style);
        }
        Self { bar, requests: 0 }
    }

    pub(super) fn show(&mut self, event: Event<'_>) {
        match event {
            Event::Started(checks) => self.bar.set_length(u64::try_from(checks).unwrap_or_default()),
            Event::Checking(id) => self.bar.set_message(format!("{} requests, {id}", self.requests)),
            Event::Checked(checked) => {
                self.requests += checked.exchanges.len();
                self.bar.inc(1);
            }
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
