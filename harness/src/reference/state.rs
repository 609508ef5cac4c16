//! What the reference server remembers: its tokens, and who asked lately.

use super::Registered;
use jiff::Timestamp;
use std::collections::{HashMap, VecDeque};

/// A token that was issued.
#[derive(Debug, Clone)]
pub(super) struct Issued {
    pub(super) client: &'static Registered,
    pub(super) scope: String,
    pub(super) issued_at: i64,
    pub(super) expires_at: i64,
    pub(super) revoked: bool,
}

#[derive(Default)]
pub(super) struct State {
    tokens: HashMap<String, Issued>,
    recent: VecDeque<Timestamp>,
}

/// How long a dead token is remembered, seconds.
const REMEMBERED: i64 = 3600;

impl State {
    pub(super) fn remember(&mut self, token: String, issued: Issued) {
        let now = issued.issued_at;
        self.tokens.retain(|_, old| old.expires_at + REMEMBERED > now);
        self.tokens.insert(token, issued);
    }

    pub(super) fn revoke(&mut self, token: &str, by: &Registered) {
        if let Some(issued) = self.tokens.get_mut(token).filter(|issued| issued.client.id == by.id) {
            issued.revoked = true;
        }
    }

    /// The token, if it is alive within the leeway.
    pub(super) fn alive(&self, token: &str, now: Timestamp, leeway: i64) -> Option<&Issued> {
        let alive = |issued: &&Issued| !issued.revoked && now.as_second() < issued.expires_at.saturating_add(leeway);
        self.tokens.get(token).filter(alive)
    }

    /// Whether one more request exceeds so many a second.
    pub(super) fn is_busy(&mut self, now: Timestamp, per_second: u32) -> bool {
        let within = |then: &Timestamp| now.duration_since(*then).as_millis() < 1000;
        while self.recent.front().is_some_and(|then| !within(then)) {
            self.recent.pop_front();
        }
        if self.recent.len() >= usize::try_from(per_second).unwrap_or(usize::MAX) {
            return true;
        }
        self.recent.push_back(now);
        false
    }
}

/// Tokens are not shown.
impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "State({} tokens)", self.tokens.len())
    }
}
