//! The normative statements as data: what the specifications say, whom each statement binds, and what it takes to test it.

mod disagreements;
mod level;
mod need;
mod sets;
mod statement;

pub use disagreements::{DISAGREEMENTS, Decision, Disagreement, Ruling, Worth, told, worth};
pub use level::{Keyword, Level, Severity};
pub use need::Need;
pub use sets::{STATEMENT_SETS, StatementSet, Weighed};
pub use statement::{Basis, Party, Statement};

use std::sync::LazyLock;

/// The file as it is shipped.
const TOKEN_ENDPOINT: &str = include_str!("token_endpoint.json");

/// Every statement about the token endpoint, in the order of the catalogue.
///
/// The data is part of the program and read by a test, so it cannot fail to parse; were it broken, the list would be
/// empty and every test about it would say so.
pub fn statements() -> &'static [Statement] {
    static STATEMENTS: LazyLock<Vec<Statement>> =
        LazyLock::new(|| serde_json::from_str(TOKEN_ENDPOINT).unwrap_or_default());
    &STATEMENTS
}

/// SHA-256 of the catalogue, in hexadecimal: two runs with the same digest were held against the same statements.
pub fn digest() -> String {
    crate::digest::hex(TOKEN_ENDPOINT.as_bytes())
}

/// The statement with this id.
pub fn statement(id: &str) -> Option<&'static Statement> {
    statements().iter().find(|statement| statement.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_whole_catalogue_is_read() {
        let parsed: Vec<Statement> = serde_json::from_str(TOKEN_ENDPOINT).unwrap();
        assert_eq!(parsed.len(), 331);
    }

    #[test]
    fn ids_are_unique() {
        let ids: HashSet<_> = statements().iter().map(|statement| &statement.id).collect();
        assert_eq!(ids.len(), statements().len());
    }

    #[test]
    fn an_id_names_its_document_and_section() {
        for statement in statements() {
            let section = statement.id.rsplit_once('-').unwrap().0;
            let (document, section) = section.split_once('-').unwrap_or((section, ""));
            let digits = document.trim_start_matches(|c: char| !c.is_ascii_digit());
            let named = statement.source.to_uppercase().contains(digits) || document == "OA21" || document == "HARNESS";
            assert!(named && statement.source.contains(section), "{}: {}", statement.id, statement.source);
        }
    }

    /// `explain` shows it to people: no shorthand, and no option that the command does not have.
    #[test]
    fn cautions_are_for_readers() {
        for (id, caution) in
            statements().iter().filter_map(|statement| Some((&statement.id, statement.caution.as_ref()?)))
        {
            let words: Vec<_> = caution.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').collect();
            let shorthand = ["INC", "WARN", "FAIL", "SEC2", "memory"].iter().any(|word| words.contains(word));
            let options = words.iter().filter(|word| word.starts_with("--"));
            assert!(!shorthand && options.into_iter().all(|option| *option == "--allow"), "{id}: {caution}");
        }
    }
}
