//! Coverage-guided fuzzing of what reads texts of strangers: every target of `validator/fuzz`, each for a bounded time.

use crate::suite::Tally;
use crate::tool::Tool;
use crate::{cargo, debian, report, wasm};
use countersign_tests::{Error, Result, place, process};
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

const FUZZ: Tool = Tool { name: "cargo-fuzz", version: "0.13.2" };

/// How long each target is fuzzed, in seconds, unless the command says otherwise: enough to pass all branches many times.
pub(crate) const DEFAULT_SECONDS: u32 = 60;
/// Inputs are no longer than this, in bytes: all limits below it are reached, and mutations stay quick.
const MAX_INPUT: &str = "-max_len=4096";
/// One input may take so long, in seconds: a thousand times what the slowest takes.
const MAX_INPUT_SECONDS: &str = "-timeout=20";

static SECONDS: OnceLock<u32> = OnceLock::new();

/// How long each target is fuzzed; the first caller decides.
pub(crate) fn set_seconds(seconds: u32) {
    let _ = SECONDS.set(seconds);
}

/// Where the seeds, what the fuzzer has kept of its inputs, and what it has found are.
fn folder(name: &str) -> PathBuf {
    place::target().join("fuzz").join(name)
}

/// Fuzzes every target. One that has found something fails, and the others are fuzzed all the same.
pub(crate) fn fuzz(tally: &mut Tally) -> Result<()> {
    // The fuzzer itself is C++, and comes as source.
    if !process::run(Command::new("c++").arg("--version"), Duration::from_secs(10)).is_ok_and(|found| found.success) {
        debian::install(&["g++"])?;
    }
    let program = FUZZ.find()?;
    let seeds = folder("seeds");
    let folder_of_seeds = seeds.display().to_string();
    cargo::run(&["run", "--quiet", "--package", wasm::PACKAGE, "--example", "seeds", &folder_of_seeds])?
        .or_fail("the seeds cannot be written", "correct what is named above")?;
    report::say("building the targets with instrumentation");
    let mut build = subcommand(&program, "build", &[]);
    cargo::finish(&mut build)?.or_fail("the targets cannot be built", "correct what the compiler names above")?;
    let mut output = String::new();
    for target in targets(&seeds)? {
        let (summary, found) = run(&program, &target)?;
        report::say(&summary);
        match found {
            None => tally.passed += 1,
            Some(found) => {
                tally.failed += 1;
                output += &found;
            }
        }
    }
    match tally.failed {
        0 => Ok(()),
        _ => Err(Error::new(
            "the fuzzer has found something",
            "correct it, and add the input to a test of the validator",
        )
        .with_output(output)),
    }
}

/// Every target has seeds: a test of the validator holds that.
fn targets(seeds: &std::path::Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(seeds)
        .map_err(|error| Error::new(format!("`{}` cannot be read ({error})", seeds.display()), "run it again"))?;
    let mut names: Vec<String> = entries.flatten().map(|entry| entry.file_name().display().to_string()).collect();
    names.sort();
    Ok(names)
}

/// Called as cargo calls its subcommands. No sanitizer: there is no unsafe code of ours to watch, and the stable compiler
/// has none.
fn subcommand(program: &PathBuf, name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(["fuzz", name, "--sanitizer", "none", "--fuzz-dir"]).arg(place::root().join("validator/fuzz"));
    command.arg("--target-dir").arg(folder("")).args(arguments).current_dir(place::root().join("validator"));
    command
}

/// One line about it, and what it has found, if it has.
fn run(program: &PathBuf, target: &str) -> Result<(String, Option<String>)> {
    let seconds = SECONDS.get().copied().unwrap_or(DEFAULT_SECONDS);
    let (kept, found) = (folder("kept").join(target), folder("found").join(target));
    for folder in [&kept, &found] {
        fs::create_dir_all(folder).map_err(|error| {
            Error::new(format!("`{}` cannot be made ({error})", folder.display()), "make room or set CARGO_TARGET_DIR")
        })?;
    }
    let mut command = subcommand(program, "run", &[target]);
    command.arg(kept).arg(folder("seeds").join(target));
    command.args(["--", MAX_INPUT, MAX_INPUT_SECONDS, "-print_final_stats=1"]);
    command.arg(format!("-max_total_time={seconds}")).arg(format!("-artifact_prefix={}/", found.display()));
    // Twice the time and some more: it may have to compile, and an input may take long.
    let finished = process::run(&mut command, Duration::from_secs(u64::from(seconds) * 2 + 600))?;
    let runs = finished.stderr.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    let runs = runs.map_or("no", str::trim);
    let verdict = if finished.success { "nothing found" } else { "FOUND" };
    let summary = format!("{target:<14} {runs:>9} inputs in {seconds} s, {verdict}");
    Ok((summary, (!finished.success).then(|| finished.output())))
}
