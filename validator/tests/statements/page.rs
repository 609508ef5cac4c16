//! STATEMENTS.md, from the catalogue and the scan.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{
    catalogue::Statement,
    index::{Index, Place},
};

const HEAD: &str = "\
# Statements

What the specifications demand of a resource server, in our own words, with the code that does it and the tests that prove it.
Generated from `statements.json` and from the ids that stand in the sources; the last section says what is left out and why.
To write it again: `COUNTERSIGN_BLESS=1 cargo test -p countersign-validator --test statements`.

A test is `file: name`; `corpus` and `sender` are tables of requests, each row a case that runs natively and, for `corpus`,
through the package with every backend of signatures.
";

pub fn page(statements: &[Statement], index: &Index) -> String {
    let mut page = HEAD.to_owned();
    let of = |found: &[(String, Place)], id: &str| -> BTreeSet<Place> {
        found.iter().filter(|(other, _)| other == id).map(|(_, place)| place.clone()).collect()
    };
    let kept: Vec<_> = statements.iter().filter(|statement| statement.left_out.is_none()).collect();
    let _ = write!(
        page,
        "\n{} statements: {} implemented and tested, {} left out.\n",
        statements.len(),
        kept.len(),
        statements.len() - kept.len()
    );
    let mut topic = "";
    for statement in kept {
        if statement.topic != topic {
            topic = &statement.topic;
            let _ = write!(
                page,
                "\n## {topic}\n\n| id | severity | statement | code | tests |\n| --- | --- | --- | --- | --- |\n"
            );
        }
        let code: Vec<String> = of(&index.code, &statement.id).iter().map(|place| code_name(&place.file)).collect();
        let tests: Vec<String> = of(&index.tests, &statement.id).iter().map(test_name).collect();
        let _ = writeln!(
            page,
            "| {} | {} | {} ({}, {}) | {} | {} |",
            statement.id,
            statement.severity,
            statement.requirement.replace('|', "\\|"),
            statement.source,
            statement.keyword,
            code.join(", "),
            tests.join("<br>"),
        );
    }
    page += "\n## Left out\n\n| id | severity | statement | why |\n| --- | --- | --- | --- |\n";
    for statement in statements {
        if let Some(reason) = &statement.left_out {
            let (id, severity, requirement) = (&statement.id, &statement.severity, &statement.requirement);
            let _ = writeln!(page, "| {id} | {severity} | {requirement} ({}) | {reason} |", statement.source);
        }
    }
    page
}

/// `rule/typ`, `key/read`, `pkg/request`.
fn code_name(file: &str) -> String {
    let name = file.trim_start_matches("validator/src/").replace("pkg/src/", "pkg/");
    let name = name.trim_end_matches(".rs").trim_end_matches(".js").trim_end_matches("/mod");
    format!("`{name}`")
}

/// `properties: the_shape_of_time`, `corpus: form`, `json::tests: name`, `pkg/request.test: title`.
pub fn test_name(place: &Place) -> String {
    let file = place.file.trim_start_matches("validator/tests/").trim_start_matches("support/");
    let file = file.replace("validator/", "").replace("pkg/test/", "pkg/");
    format!("{}: {}", file.trim_end_matches(".rs").trim_end_matches(".mjs"), place.name)
}
