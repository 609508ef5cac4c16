//! `statements.json`: what the specifications demand of a resource server, one statement a line.

use std::collections::BTreeSet;

use serde_json::Value;

/// A statement, in our own words.
#[derive(Debug)]
pub struct Statement {
    /// Document, section, number; it never changes its meaning.
    pub id: String,
    pub topic: String,
    /// Document and section.
    pub source: String,
    /// How binding the text is: a key word of RFC 2119, `DEF` for what it defines, `IMPL` for what follows from it.
    pub keyword: String,
    /// The harm if the behaviour were missing: `critical`, `high`, `medium` or `low`.
    pub severity: String,
    pub requirement: String,
    /// Why nothing implements it.
    pub left_out: Option<String>,
}

impl Statement {
    /// Whether it must be implemented and tested, or be left out for a stated reason.
    pub fn counts(&self) -> bool {
        ["critical", "high", "medium"].contains(&self.severity.as_str())
    }
}

pub fn statements() -> Vec<Statement> {
    let rows: Vec<Value> = serde_json::from_str(include_str!("../../statements.json")).unwrap();
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_else(|| panic!("{name}: {row}")).to_owned();
    rows.iter()
        .map(|row| Statement {
            id: text(row, "id"),
            topic: text(row, "topic"),
            source: text(row, "source"),
            keyword: text(row, "keyword"),
            severity: text(row, "severity"),
            requirement: text(row, "requirement"),
            left_out: row.get("left_out").map(|reason| reason.as_str().unwrap().to_owned()),
        })
        .collect()
}

#[test]
fn the_catalogue_is_whole_and_well_formed() {
    let statements = statements();
    let ids: BTreeSet<&str> = statements.iter().map(|statement| statement.id.as_str()).collect();
    assert_eq!((statements.len(), ids.len()), (150, 150), "ids are unique, and none is lost");
    let count = |severity| statements.iter().filter(|statement| statement.severity == severity).count();
    assert_eq!(["critical", "high", "medium", "low"].map(count), [49, 59, 36, 6]);
    for statement in &statements {
        let section = statement.source.split_once('§').map_or("", |(_, section)| section);
        assert!(statement.id.contains(section), "{}: {}", statement.id, statement.source);
        assert!(statement.left_out.as_ref().is_none_or(|reason| reason.len() > 40), "{}: no reason", statement.id);
    }
}
