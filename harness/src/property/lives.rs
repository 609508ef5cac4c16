//! What introspection must say of tokens, whatever was done with them: a model, without a server.

use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// Around its end a token may be called either way: both clocks are rounded to seconds, and several machines have several.
const ROUNDING: SignedDuration = SignedDuration::from_secs(2);

/// How often a token is looked at that should be dead, a second apart: several machines need a moment to hear of a
/// revocation (RFC 7009 §2.1).
pub const LOOKS: u32 = 5;

/// Seconds between the looks after those, at a token that is active nevertheless: to all machines it takes a minute at
/// most, and a revocation that takes more than the first looks is late.
pub const LATER: [u64; 4] = [5, 10, 20, 20];

/// Whether a token that is looked at after this pause has not ended by itself before.
pub fn outlives(until: Option<Timestamp>, now: Timestamp, pause: Duration) -> bool {
    let look = SignedDuration::try_from(pause).ok().and_then(|pause| now.checked_add(pause + ROUNDING).ok());
    until.is_none_or(|until| look.is_some_and(|look| look < until))
}

/// The tokens that were issued.
#[derive(Debug, Default)]
pub struct Lives(Vec<Life>);

/// One token.
#[derive(Debug)]
struct Life {
    /// The number of the client.
    owner: usize,
    /// When it expires, if anything says so.
    until: Option<Timestamp>,
    revoked: bool,
    /// It was called inactive.
    dead: bool,
    /// Its client revoked another token, or got a new one: the server's policy may have ended this one too (RFC 7009
    /// §2.1).
    may_be_ended: bool,
    /// Another client revoked a token of its own, which is no reason for anything.
    strange_revocation: bool,
}

/// What contradicts the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breach {
    /// Active after it was revoked.
    RevokedAndActive,
    /// Active after it was inactive.
    ActiveAgain,
    /// Inactive after nothing but another client's revocation of another token.
    EndedByAnother,
    /// Inactive although nothing happened.
    EndedByNothing,
}

impl Lives {
    /// A token of this client is issued; its number.
    pub fn issue(&mut self, owner: usize, until: Option<Timestamp>) -> usize {
        self.0.iter_mut().filter(|life| life.owner == owner).for_each(|life| life.may_be_ended = true);
        self.0.push(Life { owner, until, revoked: false, dead: false, may_be_ended: false, strange_revocation: false });
        self.0.len() - 1
    }

    /// The token is revoked.
    pub fn revoke(&mut self, number: usize) {
        let Some(owner) = self.owner(number) else { return };
        for (other, life) in self.0.iter_mut().enumerate() {
            life.revoked |= other == number;
            life.may_be_ended |= life.owner == owner;
            life.strange_revocation |= life.owner != owner;
        }
    }

    /// Introspection calls it active or not.
    pub fn look(&mut self, number: usize, active: bool, now: Timestamp) -> Option<Breach> {
        let life = self.0.get_mut(number)?;
        let may_have_expired =
            life.until.is_none_or(|until| until.saturating_add(-ROUNDING).is_ok_and(|near| near <= now));
        let near_its_end = life.until.is_some_and(|until| until.duration_since(now).abs() <= ROUNDING);
        let is_first = !life.dead;
        life.dead |= !active && !near_its_end;
        let explained = life.revoked || life.may_be_ended || may_have_expired;
        match (active, is_first) {
            (true, _) if life.revoked => Some(Breach::RevokedAndActive),
            (true, false) => Some(Breach::ActiveAgain),
            (false, true) if explained => None,
            (false, true) if life.strange_revocation => Some(Breach::EndedByAnother),
            (false, true) => Some(Breach::EndedByNothing),
            (true, true) | (false, false) => None,
        }
    }

    /// Whose the token is.
    pub fn owner(&self, number: usize) -> Option<usize> {
        self.0.get(number).map(|life| life.owner)
    }

    /// When the token expires, if anything says so.
    pub fn until(&self, number: usize) -> Option<Timestamp> {
        self.0.get(number)?.until
    }

    /// Whether it is dead though its client did not revoke it.
    pub fn ended(&self, number: usize) -> bool {
        self.0.get(number).is_some_and(|life| life.dead && !life.revoked)
    }

    /// Whether it was revoked.
    pub fn revoked(&self, number: usize) -> bool {
        self.0.get(number).is_some_and(|life| life.revoked)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::UNIX_EPOCH;

    fn later(seconds: i64) -> Timestamp {
        START + SignedDuration::from_secs(seconds)
    }

    #[test]
    fn a_revoked_token_is_dead_for_good() {
        let mut lives = Lives::default();
        let one = lives.issue(0, Some(later(60)));
        assert_eq!(lives.look(one, true, START), None);
        lives.revoke(one);
        assert_eq!(lives.look(one, false, START), None);
        assert_eq!(lives.look(one, true, later(90)), Some(Breach::RevokedAndActive));
    }

    #[test]
    fn an_expired_token_stays_dead() {
        let mut lives = Lives::default();
        let one = lives.issue(0, Some(later(60)));
        assert_eq!(lives.look(one, false, later(57)), Some(Breach::EndedByNothing));
        let two = lives.issue(0, Some(later(60)));
        assert_eq!(lives.look(two, true, later(61)), None);
        assert_eq!(lives.look(two, false, later(63)), None);
        assert_eq!(lives.look(two, true, later(64)), Some(Breach::ActiveAgain));
    }

    #[test]
    fn a_token_outlives_a_pause_that_ends_before_it() {
        let pause = Duration::from_secs(20);
        assert!(outlives(None, START, pause));
        assert!(outlives(Some(later(23)), START, pause));
        assert!(!outlives(Some(later(22)), START, pause));
        assert!(!outlives(Some(later(5)), START, pause));
    }

    /// One machine's clock is a second ahead of the other's.
    #[test]
    fn around_its_end_a_token_may_be_called_either_way() {
        let mut lives = Lives::default();
        let one = lives.issue(0, Some(later(60)));
        for (second, active) in [(58, false), (59, true), (60, false), (61, true), (62, false)] {
            assert_eq!(lives.look(one, active, later(second)), None, "{second}");
        }
    }

    /// RFC 7009 §2.1 leaves it to the server which of the client's other tokens go with one; another client's do not.
    #[test]
    fn related_tokens_may_go_and_strange_ones_may_not() {
        let mut lives = Lives::default();
        let [one, other, strange] = [0, 0, 1].map(|owner| lives.issue(owner, Some(later(60))));
        lives.revoke(one);
        assert_eq!(lives.look(other, false, START), None);
        assert_eq!(lives.look(strange, false, START), Some(Breach::EndedByAnother));
        let newest = lives.issue(1, Some(later(60)));
        assert_eq!(lives.look(newest, false, START), Some(Breach::EndedByNothing));
    }
}
