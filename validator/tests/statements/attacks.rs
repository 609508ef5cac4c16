//! The table of attacks in SECURITY.md: every class is there, and every test that it names exists.

use std::{collections::BTreeSet, fs};

use super::{
    index::{Index, root},
    page::test_name,
};

/// The classes of attacks that are known against validators of bearer tokens, so that none is dropped unnoticed.
const CLASSES: usize = 37;

#[test]
fn every_attack_has_a_defence_that_a_test_shows() {
    let index = Index::read();
    let tests: BTreeSet<String> = index.all_tests.iter().map(test_name).collect();
    let page = fs::read_to_string(root().join("SECURITY.md")).unwrap();
    let rows: Vec<Vec<&str>> = page
        .lines()
        .filter(|line| {
            line.strip_prefix("| ").is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
        })
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect();
    assert_eq!(rows.len(), CLASSES, "one row a class of attack");
    let mut missing = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let [number, attack, defence, named] = row[..] else { panic!("no four columns: {row:?}") };
        assert_eq!(number, (at + 1).to_string(), "{attack}");
        assert!(defence.len() > 20, "{attack}: no defence");
        missing.extend(named.split("<br>").filter(|test| !tests.contains(*test)));
    }
    assert!(missing.is_empty(), "there are no such tests: {missing:?}");
}
