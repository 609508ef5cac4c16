//! Running cargo.

use crate::report;
use crate::suite::Tally;
use countersign_tests::process::{self, Finished};
use countersign_tests::{Error, Result, place};
use serde_json::Value;
use std::process::Command;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(45 * 60);
const SHORT: Duration = Duration::from_secs(120);

/// The cargo that runs us, in the workspace's folder.
pub(crate) fn command() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(place::root());
    command
}

/// Runs cargo to its end.
pub(crate) fn run(arguments: &[&str]) -> Result<Finished> {
    process::run(command().args(arguments), LIMIT)
}

/// Runs any program to its end, within the time that cargo may take.
pub(crate) fn finish(command: &mut Command) -> Result<Finished> {
    process::run(command, LIMIT)
}

/// Runs tests and counts them.
pub(crate) fn test(arguments: &[&str], tally: &mut Tally) -> Result<()> {
    let finished = run(&[&["test", "--no-fail-fast"], arguments].concat())?;
    tally.add(&count(&finished.stdout));
    finished.or_fail(&format!("`cargo test {}` failed", arguments.join(" ")), "read its output above").map(|_| ())
}

/// The sum of all lines `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
fn count(output: &str) -> Tally {
    let mut tally = Tally::default();
    for line in output.lines().filter(|line| line.starts_with("test result: ")) {
        let number = |what: &str| {
            line.split([';', '.'])
                .filter_map(|field| field.trim().strip_suffix(what))
                .find_map(|number| number.trim().parse::<u32>().ok())
                .unwrap_or_default()
        };
        tally.add(&Tally { passed: number("passed"), failed: number("failed"), skipped: number("ignored") });
    }
    tally
}

/// The names of the workspace's packages.
pub(crate) fn packages() -> Result<Vec<String>> {
    let metadata = run(&["metadata", "--no-deps", "--format-version", "1"])?
        .or_fail("`cargo metadata` failed", "correct the manifest that it names above")?;
    let metadata: Value = serde_json::from_str(&metadata.stdout)
        .map_err(|error| Error::new(format!("`cargo metadata` gave no JSON ({error})"), "update Rust and try again"))?;
    let names = metadata["packages"].as_array().into_iter().flatten().filter_map(|package| package["name"].as_str());
    Ok(names.map(str::to_owned).collect())
}

/// Sees to it that a subcommand of the Rust toolchain, such as `clippy`, is there.
pub(crate) fn require_component(subcommand: &str, component: &str) -> Result<()> {
    if process::run(command().args([subcommand, "--version"]), SHORT)?.success {
        return Ok(());
    }
    report::say(&format!("installing {component} (rustup component add {component})"));
    let remedy = format!("install it with `rustup component add {component}`");
    let what = format!("`cargo {subcommand}` is not installed");
    let added = process::run(Command::new("rustup").args(["component", "add", component]), SHORT);
    added.map_err(|_| Error::new(&what, &remedy))?.or_fail(&what, &remedy).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn results_of_several_binaries_are_added_up() {
        let output = "\
running 2 tests
test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s
noise: 9 passed; 9 failed
test result: FAILED. 10 passed; 3 failed; 0 ignored; 0 measured; 4 filtered out; finished in 1.50s
";
        assert_eq!(count(output).to_string(), "12 passed, 3 failed, 1 skipped");
    }
}
