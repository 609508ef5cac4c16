//! Questions that were asked and are not answered yet. A runtime may drop a request that waits without a word: whoever sends a request
//! and hangs up must not leave memory behind.

use std::collections::BTreeMap;

use super::step::Question;
use crate::UnixTime;

/// So long a question may be under way, in milliseconds: five times what a store may take.
const ABANDONED: u64 = 10_000;

#[derive(Debug, Default)]
pub(super) struct OpenQuestions {
    /// By number, with when it was asked; in that order.
    asked: BTreeMap<u32, (UnixTime, Question)>,
    newest: u32,
}

impl OpenQuestions {
    /// Takes a question up; its number is the newest.
    pub(super) fn add(&mut self, question: Question, now: UnixTime) {
        self.newest = self.newest.wrapping_add(1);
        self.asked.insert(self.newest, (now, question));
    }

    /// The number of the question that was asked last.
    pub(super) const fn newest(&self) -> u32 {
        self.newest
    }

    pub(super) fn get(&self, number: u32) -> Option<&Question> {
        self.asked.get(&number).map(|(_, question)| question)
    }

    /// With its answer it is closed. `None` too if the answer came too late.
    pub(super) fn take(&mut self, number: u32, now: UnixTime) -> Option<Question> {
        self.let_go(now);
        self.asked.remove(&number).map(|(_, question)| question)
    }

    pub(super) fn len(&self) -> usize {
        self.asked.len()
    }

    /// Drops what nobody answered in time, or what was asked as far in the future: the clock was set back then. Clocks of one moment
    /// may differ by less, where a runtime stops them for each request. An answer that comes all the same begins anew.
    pub(super) fn let_go(&mut self, now: UnixTime) {
        while let Some(oldest) = self.asked.first_entry()
            && now.milliseconds_since(oldest.get().0).unsigned_abs() >= ABANDONED
        {
            oldest.remove();
        }
    }
}
