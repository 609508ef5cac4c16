//! When the requests were sent, and where the run waited.

use super::super::Run;
use crate::wire::Recorded;
use jiff::Timestamp;

/// A pause is worth a word when it is at least so long, seconds: shorter ones are pace.
const SHORTEST_WAIT_SECONDS: f64 = 0.5;

/// The run from left to right, in thousandths of its length.
pub(super) struct Timeline {
    pub(super) seconds: f64,
    pub(super) marks: Vec<Mark>,
    pub(super) waits: Vec<Wait>,
}

/// One exchange.
pub(super) struct Mark {
    pub(super) x: f64,
    pub(super) width: f64,
    pub(super) class: &'static str,
}

/// A pause between two exchanges.
pub(super) struct Wait {
    pub(super) x: f64,
    pub(super) width: f64,
    pub(super) seconds: f64,
    pub(super) before: usize,
}

impl Timeline {
    pub(super) fn of(run: &Run, exchanges: &[Recorded]) -> Self {
        let since = |time: Timestamp| time.duration_since(run.started).as_secs_f64().max(0.0);
        let seconds = since(run.finished);
        let scale = |at: f64| if seconds > 0.0 { (1000.0 * at / seconds).min(1000.0) } else { 0.0 };
        let marks = exchanges.iter().map(|exchange| {
            let (sent, received) = (since(exchange.sent), since(exchange.received));
            // Narrower marks would not be seen.
            Mark { x: scale(sent), width: scale(received - sent).max(1.5), class: class(exchange.status) }
        });
        let pauses = exchanges.windows(2).filter_map(|pair| {
            let [before, after] = pair else { return None };
            let (from, to) = (since(before.received), since(after.sent));
            let waited = to - from >= SHORTEST_WAIT_SECONDS;
            let wait = Wait { x: scale(from), width: scale(to - from), seconds: to - from, before: after.id };
            waited.then_some(wait)
        });
        Self { seconds, marks: marks.collect(), waits: pauses.collect() }
    }

    /// Where the axis has its numbers, seconds.
    pub(super) fn ticks(&self) -> impl Iterator<Item = f64> {
        (0..=4_u8).map(|quarter| self.seconds * f64::from(quarter) / 4.0)
    }

    pub(super) fn waited(&self) -> f64 {
        self.waits.iter().map(|wait| wait.seconds).sum()
    }
}

fn class(status: Option<u16>) -> &'static str {
    match status {
        Some(200..=299) => "ok",
        Some(500..) | None => "bad",
        Some(_) => "refused",
    }
}
