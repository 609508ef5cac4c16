//! How far a run is, on standard error; nothing when that is no terminal.

use countersign_harness::run::Event;
use indicatif::{ProgressBar, ProgressStyle};

/// A bar that vanishes when the run ends.
pub(super) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::new(0).with_message("looking for the server");
        if let Ok(style) = ProgressStyle::with_template("{elapsed:>4} [{bar:30}] {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        Self(bar)
    }

    pub(super) fn show(&mut self, event: Event<'_>) {
        match event {
            Event::Started(checks) => self.0.set_length(u64::try_from(checks).unwrap_or_default()),
            Event::Checking(id) => self.0.set_message(id.to_owned()),
            Event::Checked(_) => self.0.inc(1),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
