//! Tests that Node runs itself: the files `*.test.mjs` of a folder.

use crate::suite::Tally;
use countersign_tests::node::Node;
use countersign_tests::{Error, Result};
use std::path::{Path, PathBuf};

/// Runs the tests of a folder, each with these variables in its environment.
pub(crate) fn test(
    node: &Node,
    folder: &Path,
    environment: Vec<(&'static str, PathBuf)>,
    tally: &mut Tally,
) -> Result<()> {
    let finished = node.run(
        node.command()
            .args(["--test", "--test-reporter=tap"])
            .args(files(folder)?)
            .envs(environment)
            .current_dir(folder),
    )?;
    let number = |what: &str| {
        let line = finished.stdout.lines().rev().find_map(|line| line.strip_prefix(what));
        line.and_then(|number| number.trim().parse::<u32>().ok()).unwrap_or_default()
    };
    tally.add(&Tally { passed: number("# pass "), failed: number("# fail "), skipped: number("# skipped ") });
    finished.or_fail(&format!("the tests of `{}` failed", folder.display()), "read their output above").map(|_| ())
}

/// Named one by one, because Node 20 takes no patterns.
fn files(folder: &Path) -> Result<Vec<String>> {
    let unreadable =
        |error| Error::new(format!("`{}` cannot be read ({error})", folder.display()), "restore it from git");
    let entries = std::fs::read_dir(folder).map_err(unreadable)?;
    let mut names: Vec<String> = entries
        .flatten()
        .map(|entry| entry.file_name().display().to_string())
        .filter(|name| name.ends_with(".test.mjs"))
        .collect();
    names.sort();
    Ok(names)
}
