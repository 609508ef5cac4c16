//! How far a run is, on standard error; nothing when that is no terminal.

use countersign_harness::run::Event;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use std::cell::RefCell;
use std::time::Duration;

/// How often the time on the bar is brought up to date.
pub(super) const TICK: Duration = Duration::from_millis(250);

/// A bar that vanishes when the run ends.
pub(super) struct Progress {
    bar: ProgressBar,
    course: RefCell<Course>,
}

/// What the run does.
#[derive(Default)]
struct Course {
    requests: usize,
    check: String,
    /// What is waited for now, and until when.
    waiting: Option<(Timestamp, String)>,
    /// What the run will wait for in the end.
    waits_until: Option<Timestamp>,
}

impl Progress {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::new(0).with_message("looking for the server");
        // What does not fit into the line is cut.
        if let Ok(style) = ProgressStyle::with_template("{elapsed:>4}  {pos} of {len} checks, {wide_msg}") {
            bar.set_style(style);
        }
        Self { bar, course: RefCell::default() }
    }

    pub(super) fn show(&self, event: Event<'_>) {
        if let Event::Started { checks, .. } = event {
            self.bar.set_length(u64::try_from(checks).unwrap_or_default());
        }
        if let Event::Checked(_) = event {
            self.bar.inc(1);
        }
        self.course.borrow_mut().hear(event);
        self.tick();
    }

    /// Shows how time goes by.
    pub(super) fn tick(&self) {
        let course = self.course.borrow();
        if !course.check.is_empty() && !self.bar.is_hidden() {
            self.bar.set_message(course.line(Timestamp::now()));
        }
    }
}

impl Course {
    fn hear(&mut self, event: Event<'_>) {
        match event {
            Event::Started { waits_until, .. } => self.waits_until = waits_until,
            Event::Checking(id) => id.clone_into(&mut self.check),
            Event::Checked(_) => {}
            Event::Sending(number) => (self.requests, self.waiting) = (number, None),
            Event::Waiting { until, what } => self.waiting = Some((until, what.to_owned())),
        }
    }

    /// How many requests, which wait remains, and which check: what is cut first stands last.
    fn line(&self, now: Timestamp) -> String {
        let seconds = |until: &Timestamp| until.duration_since(now).as_secs_f64().ceil().max(0.0);
        let wait = match (&self.waiting, &self.waits_until) {
            (Some((until, what)), _) if seconds(until) > 0.0 => format!("waits {} s for {what}, ", seconds(until)),
            (_, Some(until)) if seconds(until) > 0.0 => format!("{} s until a token ends, ", seconds(until)),
            _ => String::new(),
        };
        format!("{} requests, {wait}{}", self.requests, self.check)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_what_is_waited_for_and_for_how_long() {
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let mut course = Course::default();
        course.hear(Event::Started { checks: 2, waits_until: Some(at(60)) });
        course.hear(Event::Checking("scope/subset"));
        course.hear(Event::Sending(7));
        assert_eq!(course.line(at(18)), "7 requests, 42 s until a token ends, scope/subset");
        course.hear(Event::Waiting { until: at(20), what: "a server that is busy" });
        assert_eq!(course.line(at(18)), "7 requests, waits 2 s for a server that is busy, scope/subset");
        // A wait that is over is none, and the token is still waited for.
        assert_eq!(course.line(at(20)), "7 requests, 40 s until a token ends, scope/subset");
        course.hear(Event::Checking("expiry/introspection"));
        course.hear(Event::Waiting { until: at(62), what: "the end of a token" });
        assert_eq!(course.line(at(61)), "7 requests, waits 1 s for the end of a token, expiry/introspection");
        course.hear(Event::Sending(8));
        assert_eq!(course.line(at(62)), "8 requests, expiry/introspection");
    }
}
