//! Sets of statements, frozen by release: a run that is pinned to one is not turned red by what came later.
//!
//! A set is a file with a line for each statement: its id, its level, and the checks that judge it. What a newer program
//! judges beyond the set is still run and shown, as a note that leaves the exit status alone.

use super::{Level, statement};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};
use std::borrow::Cow;

/// The statements, their levels and their checks as one release had them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct StatementSet {
    /// Year and number, as the configuration and the report spell it.
    pub name: &'static str,
    text: &'static str,
    /// The first release that has it, and from then on SHA-256 of its file, in hexadecimal.
    frozen: (&'static str, Option<&'static str>),
}

/// Every set, the oldest first. The last is what this program has; the others never change.
pub const STATEMENT_SETS: &[StatementSet] = &[NEWEST];

const NEWEST: StatementSet =
    StatementSet { name: "2026.1", text: include_str!("sets/2026.1.txt"), frozen: ("0.1.0", None) };

/// What a finding comes to under a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weighed {
    /// How binding the statement is there.
    pub level: Level,
    /// The set does not have it, so it does not count.
    pub newer: bool,
}

impl StatementSet {
    /// The set with this name.
    pub fn named(name: &str) -> Option<Self> {
        STATEMENT_SETS.iter().copied().find(|set| set.name == name)
    }

    /// The names of all sets, the oldest first.
    pub fn names() -> impl Iterator<Item = &'static str> {
        STATEMENT_SETS.iter().map(|set| set.name)
    }

    /// Whether the set has this check.
    pub fn has_check(&self, check: &str) -> bool {
        self.lines().any(|(.., mut checks)| checks.any(|id| id == check))
    }

    /// What becomes of a finding of this check about this statement, which is of this level today.
    pub fn weigh(&self, check: &str, id: &str, level: Level) -> Weighed {
        let mut lines = self.lines().filter(|(line, ..)| *line == id);
        let then = lines.find_map(|(_, level, mut checks)| checks.any(|id| id == check).then_some(level));
        let today = statement(id).map(|statement| statement.keyword.level(true));
        match then {
            None => Weighed { level: Level::May, newer: true },
            // A statement that became stricter since is as strict as it was.
            Some(then) if today.is_some_and(|today| then < today) => Weighed { level: level.min(then), newer: false },
            Some(_) => Weighed { level, newer: false },
        }
    }

    fn lines(&self) -> impl Iterator<Item = (&'static str, Level, impl Iterator<Item = &'static str>)> {
        self.text.lines().filter_map(|line| {
            let mut words = line.split(' ');
            let (id, level) = (words.next()?, Level::named(words.next()?)?);
            Some((id, level, words))
        })
    }
}

impl Default for StatementSet {
    fn default() -> Self {
        NEWEST
    }
}

/// The name says everything.
impl std::fmt::Debug for StatementSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StatementSet({})", self.name)
    }
}

impl JsonSchema for StatementSet {
    fn schema_name() -> Cow<'static, str> {
        "StatementSet".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": Self::names().collect::<Vec<_>>() })
    }
}

impl<'de> Deserialize<'de> for StatementSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let known = || format!("unknown set of statements; there are {}", Self::names().collect::<Vec<_>>().join(", "));
        Self::named(&name).ok_or_else(|| de::Error::custom(known()))
    }
}

#[cfg(test)]
impl StatementSet {
    /// A set that no release had.
    pub(crate) const fn of_test(text: &'static str) -> Self {
        Self { name: "test", text, frozen: ("none", None) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::statements;
    use crate::checks;
    use std::path::Path;

    /// What the program has, as a set.
    fn current() -> String {
        let line = |statement: &crate::catalogue::Statement| {
            let judges = checks::ALL.iter().filter(|check| check.statements.contains(&statement.id.as_str()));
            let words = [statement.id.as_str(), statement.keyword.level(true).name()];
            words.into_iter().chain(judges.map(|check| check.id)).collect::<Vec<_>>().join(" ") + "\n"
        };
        statements().iter().map(line).collect()
    }

    #[test]
    fn the_newest_set_is_what_the_program_has() {
        let current = current();
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/catalogue/sets/{}.txt", NEWEST.name));
        let again = "COUNTERSIGN_BLESS=1 cargo test -p countersign-harness --lib sets";
        if std::env::var_os("COUNTERSIGN_BLESS").is_some() && NEWEST.frozen.1.is_none() {
            std::fs::write(&file, &current).unwrap();
            return;
        }
        let stored = std::fs::read_to_string(&file).unwrap();
        let remedy = NEWEST.frozen.1.map_or(again, |_| "it was released: add the next one to STATEMENT_SETS");
        assert!(stored == current, "{} is not what the program has: {remedy}", file.display());
    }

    /// Others have pinned it: neither an id nor a level in it may change.
    #[test]
    fn a_released_set_never_changes() {
        let changelog = include_str!("../../../CHANGELOG.md");
        for set in STATEMENT_SETS {
            let (release, digest) = set.frozen;
            let released = changelog.lines().any(|line| line.starts_with(&format!("## {release}")));
            let computed = crate::digest::hex(set.text.as_bytes());
            match digest {
                Some(digest) => assert_eq!(computed, digest, "{set:?} was released and never changes: add a new one"),
                None => assert!(!released && *set == NEWEST, "{set:?} is released: freeze it with {computed}"),
            }
        }
    }

    /// An id never changes its meaning, so none of a set may be gone.
    #[test]
    fn every_id_of_a_set_is_still_known() {
        for set in STATEMENT_SETS {
            assert_eq!(set.lines().count(), set.text.lines().count(), "{set:?} has a line that is none");
            for (id, _, checks) in set.lines() {
                assert!(statement(id).is_some(), "{set:?}: {id}");
                checks.for_each(|id| assert!(checks::check(id).is_some(), "{set:?}: {id}"));
            }
        }
    }

    #[test]
    fn what_came_later_is_a_note() {
        let set =
            StatementSet::of_test("RFC6749-5.1-16 should success/cache-headers\nRFC6749-5.1-17 must other/check\n");
        let weigh = |id: &str, level: Level| {
            let Weighed { level, newer } = set.weigh("success/cache-headers", id, level);
            (level, newer)
        };
        assert_eq!(weigh("RFC6749-5.1-16", Level::Must), (Level::Should, false), "it was weaker then");
        assert_eq!(weigh("RFC6749-5.1-16", Level::May), (Level::May, false));
        assert_eq!(weigh("RFC6749-5.1-17", Level::Must), (Level::May, true), "another check judged it then");
        assert_eq!(weigh("RFC9111-3-01", Level::Must), (Level::May, true));
        assert!(set.has_check("other/check") && !set.has_check("success/body"));
    }
}
