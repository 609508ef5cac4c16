//! Every statement of `statements.json`: where the code implements it, which tests prove it, or why it is left out.
//! STATEMENTS.md is this table, and the table of attacks in SECURITY.md names tests that exist.
//!
//! To write STATEMENTS.md again: `COUNTERSIGN_BLESS=1 cargo test -p countersign-validator --test statements`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]
#![allow(unreachable_pub, reason = "the modules of one test")]
#![allow(clippy::disallowed_methods, reason = "the fence is for the core; this test is told to write by a variable")]

mod attacks;
mod catalogue;
mod index;
mod page;

use std::collections::BTreeSet;

use catalogue::statements;
use index::Index;

#[test]
fn every_id_in_the_sources_is_a_statement() {
    let known: BTreeSet<String> = statements().into_iter().map(|statement| statement.id).collect();
    let index = Index::read();
    for (id, place) in index.code.iter().chain(&index.tests) {
        assert!(known.contains(id), "{} {} names {id}, which statements.json does not have", place.file, place.name);
    }
    assert_eq!(index.astray, [], "ids that no test names: put them above the test");
}

#[test]
fn every_statement_is_implemented_and_tested_or_left_out_for_a_reason() {
    let index = Index::read();
    let mut wrong = Vec::new();
    for statement in statements() {
        let is_tested = index.tests.iter().any(|(id, _)| *id == statement.id);
        let is_implemented = index.code.iter().any(|(id, _)| *id == statement.id);
        match (&statement.left_out, is_implemented, is_tested) {
            (None, true, true) | (Some(_), false, false) => {}
            (None, ..) if !statement.counts() => {}
            (None, _, false) => wrong.push(format!("{}: no test names it, and no reason leaves it out", statement.id)),
            (None, false, _) => wrong.push(format!("{}: no code names it", statement.id)),
            (Some(_), ..) => wrong.push(format!("{}: left out, but the sources name it", statement.id)),
        }
    }
    assert!(wrong.is_empty(), "{} statements\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_page_is_current() {
    let path = index::root().join("validator/STATEMENTS.md");
    let page = page::page(&statements(), &Index::read());
    if std::env::var("COUNTERSIGN_BLESS").is_ok() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "write it again: COUNTERSIGN_BLESS=1 cargo test -p countersign-validator --test statements"
    );
}
