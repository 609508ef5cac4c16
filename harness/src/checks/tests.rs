//! Tests about the list: a step that was forgotten when a check was added is a failing test.

use super::{ALL, faults};
use crate::catalogue::statement;
use crate::check::PAGE_PARTS;
use std::collections::{BTreeSet, HashSet};
use std::path::Path;

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/checks"))
}

/// Every file in a folder of a topic, as `topic/name.rs`.
fn files() -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    for topic in std::fs::read_dir(folder()).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_dir()) {
        for file in std::fs::read_dir(topic.path()).unwrap().map(Result::unwrap) {
            let (topic, file) = (topic.file_name(), file.file_name());
            files.insert(format!("{}/{}", topic.to_str().unwrap(), file.to_str().unwrap()));
        }
    }
    files.retain(|path| !path.ends_with("/mod.rs"));
    files
}

#[test]
fn every_file_is_in_the_list_and_named_after_its_id() {
    let listed: BTreeSet<_> = ALL.iter().map(|check| check.path()).collect();
    assert_eq!(listed, files(), "left: the list in checks/mod.rs, right: the files");
    assert_eq!(listed.len(), ALL.len(), "a check stands twice in the list");
}

#[test]
fn every_check_includes_its_own_file() {
    for check in ALL {
        let text = std::fs::read_to_string(folder().join(check.path())).unwrap();
        assert!(check.source == text, "{}: `source` is not the text of its own file", check.id);
    }
}

#[test]
fn every_page_says_what_a_reader_needs() {
    for check in ALL {
        let page = check.page();
        assert!(check.title().len() > 20 && page.lines().next().unwrap().ends_with('.'), "{}: no title", check.id);
        let mut rest = page.as_str();
        for part in PAGE_PARTS {
            let found = rest.split_once(&format!("\n\n**{part}.** "));
            rest = found.unwrap_or_else(|| panic!("{}: the page has no `**{part}.**` in its place", check.id)).1;
        }
    }
}

#[test]
fn every_statement_is_in_the_catalogue() {
    for check in ALL {
        assert!(!check.statements.is_empty(), "{}: no statement", check.id);
        for id in check.statements {
            assert!(statement(id).is_some(), "{}: the catalogue has no {id}", check.id);
        }
    }
}

/// Where a check names its statements that does not name them itself or in its topic.
const TABLES: [(&str, &str); 2] = [
    ("robustness/any-request", include_str!("oracle.rs")),
    ("robustness/life-of-tokens", include_str!("../property/sequence.rs")),
];

/// A statement that no line of its check can break would be called met whatever the server does.
#[test]
fn every_statement_of_a_check_can_be_broken_by_it() {
    for check in ALL {
        let (head, rest) = check.source.split_once("statements: &[").unwrap();
        let (_, code) = rest.split_once(']').unwrap();
        let topic = std::fs::read_to_string(folder().join(check.path()).with_file_name("mod.rs")).unwrap();
        let [code, topic] = [code, &topic].map(|text| without_leaves(text.split("#[cfg(test)]").next().unwrap()));
        let tables = TABLES.iter().filter(|(id, _)| *id == check.id).map(|(_, table)| *table);
        let texts: Vec<_> = tables.chain([head, &code, &topic]).collect();
        for id in check.statements {
            let named = texts.iter().any(|text| text.contains(&format!("\"{id}\"")));
            assert!(named, "{}: nothing in it breaks {id}", check.id);
        }
    }
}

/// A check without what only leaves statements: the calls, and where these name a variable, the heads of the loops
/// around them.
fn without_leaves(code: &str) -> String {
    let mut pieces = code.split("probe.leave(");
    let mut judges = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        if piece.starts_with(|letter: char| letter.is_ascii_lowercase()) {
            judges.truncate(judges.rfind("for ").unwrap());
        }
        let mut open = 1;
        let is_end = |letter: char| {
            open += i32::from(letter == '(') - i32::from(letter == ')');
            open == 0
        };
        judges.push_str(&piece[piece.find(is_end).unwrap()..]);
    }
    judges
}

/// Ids stand beside the call, below it, or in the list of a loop around it.
#[test]
fn what_is_left_is_not_broken_by_that() {
    let code = r#"
        for (name, statement) in [("iat", "LOOP-1"), ("nbf", "LOOP-2")] {
            if !claims.contains_key(name) {
                probe.leave(statement, Stop::NotApplicable(format!("the token has no `{name}`")));
            }
        }
        probe.leave("BESIDE-1", Stop::NotApplicable("there is none; nothing is judged".into()));
        probe.leave(
            "BELOW-1",
            Stop::NotApplicable("there is none".into()),
        );
        for name in ["BROKEN-1"] {
            probe.demand(holds, name, expected, actual, exchange);
        }
        probe.leave("BESIDE-2", reason);
        probe.demand(holds, "BROKEN-2", expected, actual, exchange);
    "#;
    let left = without_leaves(code);
    let named: Vec<_> = left.split('"').filter(|text| text.ends_with("-1") || text.ends_with("-2")).collect();
    assert_eq!(named, ["BROKEN-1", "BROKEN-2"]);
}

/// What is left under another id is left by nobody.
#[test]
fn a_check_leaves_statements_of_its_own() {
    for check in ALL {
        // What stands before the first one names none.
        for left in check.source.split("probe.leave(\"").skip(1) {
            let id = left.split('"').next().unwrap();
            assert!(check.statements.contains(&id), "{}: leaves {id}", check.id);
        }
    }
}

/// A reason beside a check would be out of date.
#[test]
fn a_statement_has_a_check_or_a_reason_and_not_both() {
    for statement in crate::catalogue::statements() {
        let judged = ALL.iter().any(|check| check.statements.contains(&statement.id.as_str()));
        assert!(judged != statement.unjudged.is_some(), "{}: a check or a reason, and not both", statement.id);
    }
}

#[test]
fn every_check_has_a_fault_and_canned_replies() {
    for check in ALL {
        assert!(!check.faults.is_empty(), "{}: no fault", check.id);
        assert!(check.source.contains("canned_replies"), "{}: no test with canned replies", check.id);
    }
}

#[test]
fn fault_ids_are_unique_and_plain() {
    let mut seen = HashSet::new();
    for (id, ..) in faults() {
        assert!(id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-/".contains(c)), "{id}");
        assert!(seen.insert(id.clone()), "{id} stands twice");
    }
}

#[test]
fn files_stay_small() {
    for path in files() {
        let lines = std::fs::read_to_string(folder().join(&path)).unwrap().lines().count();
        assert!(lines <= 260, "{path} has {lines} lines: what is shared belongs into the topic's mod.rs");
    }
}
