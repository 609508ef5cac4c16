//! What a server did in an earlier run, in insta's text format, so that a change of behaviour is seen.

use std::collections::BTreeMap;

/// The checks that follow a snapshot.
const FOLLOWED: [&str; 5] =
    ["errors/answers", "introspection/live", "metadata/document", "success/body", "token/header"];

/// Whether a run writes a snapshot with this name.
pub fn is_followed(name: &str) -> bool {
    FOLLOWED.iter().any(|check| name_of(check) == name)
}

/// The name of the snapshot of a check.
fn name_of(check: &str) -> String {
    check.replace('/', "__")
}

/// The snapshots that are stored, by name.
pub type Stored = BTreeMap<String, String>;

/// What a server did in this run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The name of its file, without `.snap`.
    pub name: String,
    /// The text of its file.
    pub text: String,
}

impl Snapshot {
    /// The snapshot of a check.
    pub fn new(check: &str, body: &str) -> Self {
        let text = format!("---\nsource: countersign\nexpression: {check}\n---\n{}\n", body.trim_end());
        Self { name: name_of(check), text }
    }

    /// What the server did, without the header of the file: what a test of your own gives to insta.
    pub fn body(&self) -> &str {
        body(&self.text).trim_end()
    }

    /// The first line that differs from what is stored, if anything is.
    pub fn difference(&self, stored: &Stored) -> Option<String> {
        let (old, new) = (body(stored.get(&self.name)?), body(&self.text));
        if old == new {
            return None;
        }
        let (mut old, mut new) = (old.lines(), new.lines());
        loop {
            match (old.next(), new.next()) {
                (Some(old), Some(new)) if old == new => {}
                (None, None) => return Some("only the ends of lines differ".into()),
                (old, new) => {
                    return Some(format!("`{}` instead of `{}`", new.unwrap_or("nothing"), old.unwrap_or("nothing")));
                }
            }
        }
    }
}

/// What stands below the header.
fn body(text: &str) -> &str {
    text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).map_or(text, |(_, body)| body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Check;
    use crate::checks;
    use std::collections::BTreeSet;

    #[test]
    fn the_checks_that_follow_a_snapshot_are_listed() {
        let follows = |check: &&&Check| check.source.contains("probe.follow(");
        let found: BTreeSet<_> = checks::ALL.iter().filter(follows).map(|check| check.id).collect();
        assert_eq!(found, BTreeSet::from(FOLLOWED));
        assert!(is_followed("success__body") && !is_followed("scope__subset") && !is_followed("success/body"));
    }

    /// The file is insta's: it reads our text, and finds the same body in it.
    #[test]
    fn insta_reads_it_back() {
        let snapshot = Snapshot::new("success/body", "status: 200\nmembers: 4");
        let folder = std::env::temp_dir().join(format!("countersign-snapshot-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("success__body.snap"), &snapshot.text).unwrap();
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(&folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!("success__body", "status: 200\nmembers: 4"));
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_difference_is_shown_by_its_line() {
        let stored = Stored::from([("a__b".to_owned(), Snapshot::new("a/b", "x: 1\ny: 2").text)]);
        assert_eq!(Snapshot::new("a/b", "x: 1\ny: 2").difference(&stored), None);
        assert_eq!(Snapshot::new("a/b", "x: 1\ny: 3").difference(&stored).unwrap(), "`y: 3` instead of `y: 2`");
        assert_eq!(Snapshot::new("a/c", "x: 1").difference(&stored), None);
    }
}
