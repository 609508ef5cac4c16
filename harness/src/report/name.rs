//! Ids and sources in a run: those of this program, or of the version that wrote the run.

use crate::{catalogue, checks};
use serde::{Deserialize, Deserializer};

/// An id of the catalogue.
pub type Name = &'static str;

/// Ids of the catalogue.
pub type Names = &'static [Name];

/// Reads a name.
pub(super) fn one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Name, D::Error> {
    String::deserialize(deserializer).map(known)
}

/// Reads a list of names.
pub(super) fn some<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Name>, D::Error> {
    Ok(Vec::<String>::deserialize(deserializer)?.into_iter().map(known).collect())
}

/// Reads a list of names that a check has.
pub(super) fn many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Names, D::Error> {
    let names = some(deserializer)?;
    let known = checks::ALL.iter().map(|check| check.statements).find(|statements| *statements == names.as_slice());
    Ok(known.unwrap_or_else(|| Vec::leak(names)))
}

/// The name as this program has it. One that it does not have lives until the program ends: the command reads a
/// handful of runs and ends, and in exchange a run in memory is made of names that cost nothing.
fn known(name: String) -> Name {
    let check = checks::check(&name).map(|check| check.id);
    let statement = || catalogue::statement(&name).map(|statement| statement.id.as_str());
    let source =
        || catalogue::statements().iter().map(|statement| statement.source.as_str()).find(|source| *source == name);
    check.or_else(statement).or_else(source).unwrap_or_else(|| String::leak(name))
}
