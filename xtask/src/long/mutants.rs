//! `cargo mutants`: whether the tests notice when a rule of the core is changed. What is changed, and which tests are to
//! notice, stands in `.cargo/mutants.toml`.

use crate::report;
use crate::suite::Tally;
use crate::tool::Tool;
use countersign_tests::{Error, Result, place, process};
use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use std::time::Duration;

const MUTANTS: Tool = Tool { name: "cargo-mutants", version: "27.1.0" };

/// It is stopped after so long, and goes on from there the next time. Undisturbed, two cores take two hours.
const LIMIT: Duration = Duration::from_secs(4 * 3600);

/// The mutants that may survive: `name | reason`, a line each, the name as cargo-mutants writes it but for line and column.
const SURVIVORS: &str = "validator/tests/mutants/survivors.txt";

/// What cargo-mutants ends with when it has run all of them: none survived, some did, some took too long.
const DONE: [i32; 3] = [0, 2, 3];

/// Runs every mutant; those that an earlier run of the same sources was stopped before are run, the others not again.
pub(crate) fn mutants(tally: &mut Tally) -> Result<()> {
    let program = MUTANTS.find()?;
    let folder = place::target().join("mutants");
    let io = |error: std::io::Error| {
        Error::new(format!("`{}` cannot be used ({error})", folder.display()), "make room or set CARGO_TARGET_DIR")
    };
    fs::create_dir_all(&folder).map_err(io)?;
    let begun = folder.join("begun");
    let sources = sources()?;
    let resumes = fs::read_to_string(&begun).is_ok_and(|text| text == sources);
    fs::write(&begun, &sources).map_err(io)?;
    let mut command = Command::new(program);
    // Called as cargo calls its subcommands; the builds of all mutants share what they have in common.
    command.args(["mutants", "--colors", "never", "--no-times", "--output"]).arg(&folder);
    command.env("CARGO_TARGET_DIR", folder.join("build")).current_dir(place::root());
    if resumes {
        command.arg("--iterate");
        report::say("going on where the last run was stopped");
    }
    report::say(&format!("running the mutants; what each did is in {}", folder.join("mutants.out").display()));
    let finished = process::run(&mut command, LIMIT)?;
    if !finished.status.is_some_and(|status| DONE.contains(&status)) {
        finished.or_fail("`cargo mutants` failed", "read its output above; the next run goes on from here")?;
        return Ok(());
    }
    fs::remove_file(&begun).map_err(io)?;
    let read = |name: &str| fs::read_to_string(folder.join("mutants.out").join(name)).unwrap_or_default();
    let survivors = [read("missed.txt"), read("timeout.txt")].concat();
    for list in [read("caught.txt"), read("previously_caught.txt")] {
        tally.passed += u32::try_from(list.lines().count()).unwrap_or(u32::MAX);
    }
    judge(&survivors, &explained()?, tally)
}

/// All that decides about a run.
fn sources() -> Result<String> {
    let listed = process::run(
        Command::new("git").args(["ls-files", "--stage", "--", "validator", ".cargo"]).current_dir(place::root()),
        Duration::from_secs(60),
    )?;
    let changed = process::run(
        Command::new("git").args(["diff", "--", "validator", ".cargo"]).current_dir(place::root()),
        Duration::from_secs(60),
    )?;
    Ok(listed.stdout + &changed.stdout)
}

fn explained() -> Result<String> {
    let unreadable = |error| Error::new(format!("`{SURVIVORS}` cannot be read ({error})"), "restore it from git");
    fs::read_to_string(place::root().join(SURVIVORS)).map_err(unreadable)
}

/// Every survivor has its reason, and every reason its survivor.
fn judge(survivors: &str, explained: &str, tally: &mut Tally) -> Result<()> {
    let survivors: BTreeSet<String> = survivors.lines().map(without_place).collect();
    let lines = explained.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut reasons = BTreeSet::new();
    let mut output = String::new();
    for line in lines {
        match line.split_once(" | ") {
            Some((name, reason)) if !reason.trim().is_empty() => drop(reasons.insert(name.trim().to_owned())),
            _ => output += &format!("no reason: {line}\n"),
        }
    }
    output.extend(survivors.difference(&reasons).map(|name| format!("no test notices: {name}\n")));
    output.extend(reasons.difference(&survivors).map(|name| format!("a test notices by now, or it is gone: {name}\n")));
    tally.failed += u32::try_from(output.lines().count()).unwrap_or(u32::MAX);
    if output.is_empty() {
        return Ok(());
    }
    let remedy = format!("add a test that fails with the change, or its reason to `{SURVIVORS}`; take stale lines out");
    Err(Error::new("mutants survive", remedy).with_output(output))
}

/// `src/rule/typ.rs:15:5: replace …` as `src/rule/typ.rs: replace …`: lines move.
fn without_place(name: &str) -> String {
    match name.split_once(": ") {
        Some((place, change)) => format!("{}: {change}", place.split(':').next().unwrap_or(place)),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{judge, without_place};
    use crate::suite::Tally;

    fn failures(survivors: &str, explained: &str) -> u32 {
        let mut tally = Tally::default();
        let verdict = judge(survivors, explained, &mut tally);
        assert_eq!(verdict.is_ok(), tally.failed == 0);
        tally.failed
    }

    #[test]
    fn survivors_and_reasons_belong_together() {
        let survivor = "a/b.rs:1:2: replace < with <= in f\n";
        let reason = "a/b.rs: replace < with <= in f | they are equal there\n";
        assert_eq!(failures("", "# nothing\n\n"), 0);
        assert_eq!(failures(survivor, reason), 0);
        assert_eq!(failures(survivor, ""), 1, "no reason");
        assert_eq!(failures("", reason), 1, "stale");
        assert_eq!(failures(survivor, "a/b.rs: replace < with <= in f | \n"), 2, "an empty reason");
        assert_eq!(failures(survivor, "a/b.rs: replace < with > in f | x\n"), 2, "another mutant");
    }

    #[test]
    fn a_name_is_the_same_on_another_line() {
        assert_eq!(without_place("a/b.rs:10:5: replace f -> bool with true"), "a/b.rs: replace f -> bool with true");
    }
}
