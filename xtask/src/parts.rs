//! The parts of the tests: one row each.

use crate::cargo::{self, require_component};
use crate::suite::Tally;
use crate::{browser, deny, javascript, long, python, report, wasm};
use clap::builder::PossibleValuesParser;
use countersign_tests::node::Node;
use countersign_tests::real_server::REAL_SERVERS;
use countersign_tests::runtime::Runtime;
use countersign_tests::scenario::Stage;
use countersign_tests::suite::DATA;
use countersign_tests::{Error, Result, place};
use std::path::PathBuf;

/// A part of the tests.
#[derive(Debug)]
pub(crate) struct Part {
    /// What it is called on the command line.
    pub(crate) id: &'static str,
    /// What it does.
    pub(crate) about: &'static str,
    /// Whether `lint` runs it.
    pub(crate) lint: bool,
    /// Whether it is run only when it is asked for, by `--long` or by its name.
    pub(crate) long: bool,
    /// Runs it; what it counted before it failed counts too.
    pub(crate) run: fn(&mut Tally) -> Result<()>,
}

const fn lint(id: &'static str, about: &'static str, run: fn(&mut Tally) -> Result<()>) -> Part {
    Part { id, about, lint: true, long: false, run }
}

const fn test(id: &'static str, about: &'static str, run: fn(&mut Tally) -> Result<()>) -> Part {
    Part { id, about, lint: false, long: false, run }
}

const fn long(id: &'static str, about: &'static str, run: fn(&mut Tally) -> Result<()>) -> Part {
    Part { id, about, lint: false, long: true, run }
}

/// All of them, in the order in which they are run: what is quick and what the others need comes first.
pub(crate) const PARTS: &[Part] = &[
    lint("fmt", "formatting (cargo fmt)", fmt),
    lint("clippy", "lints of every package, and of the wasm rim on its target (cargo clippy)", clippy),
    lint("licences", "licences, bans and sources of the dependencies (cargo deny)", deny::check),
    test("validator", "tests of the core, and of its documentation", |tally| {
        cargo::test(&["-p", "countersign-validator"], tally)
    }),
    test("harness", "tests of the conformance runs and the command", |tally| {
        cargo::test(&["-p", "countersign-harness"], tally)
    }),
    test("xtask", "tests of this command", |tally| cargo::test(&["-p", "xtask"], tally)),
    test("tests", "tests of what the tests share", |tally| cargo::test(&["-p", "countersign-tests", "--lib"], tally)),
    test("wasm", "the wasm module, and its size", build_wasm),
    test("package", "types and tests of the npm package in Node", package),
    test("tarball", "the packed package, installed in an empty folder: its exports, its types, its form", |tally| {
        Runtime::install_all(&Node::find()?, &report::say)?;
        together("tarball", tally)
    }),
    test("runtimes", "one suite in Node, Bun, Deno, workerd, edge-runtime and Chromium", runtimes),
    test("examples", "the client, and every example, against a real authorization server", examples),
    test("reports", "the reports in a browser, SARIF by its schema, the files for CI", reports),
    test("conformance", "the command against four real authorization servers", conformance),
    test("end-to-end", "a real authorization server and an API in Node and workerd", |tally| {
        together("end_to_end", tally)
    }),
    long("product", "every fault of the reference server against every check", |tally| {
        cargo::test(&["-p", "countersign-harness", "--test", "product"], tally)
    }),
    long("fuzz", "coverage-guided fuzzing of what reads texts of strangers (cargo fuzz)", long::fuzz),
    long("mutants", "whether the tests notice changes of the rules (cargo mutants)", long::mutants),
];

/// The ids, for the command line.
pub(crate) fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(PARTS.iter().map(|part| part.id))
}

fn fmt(tally: &mut Tally) -> Result<()> {
    require_component("fmt", "rustfmt")?;
    cargo::run(&["fmt", "--all", "--check"])?.or_fail("the formatting is not rustfmt's", "run `cargo fmt --all`")?;
    tally.passed += 1;
    Ok(())
}

/// One package at a time: linted together, a package could lean on a feature that only another one switches on.
fn clippy(tally: &mut Tally) -> Result<()> {
    require_component("clippy", "clippy")?;
    let packages = cargo::packages()?;
    let mut runs: Vec<Vec<&str>> = packages.iter().map(|package| vec!["-p", package, "--all-targets"]).collect();
    if wasm::Toolchain::choose(None)? == wasm::Toolchain::Rustup {
        runs.push([&["-p", wasm::PACKAGE, "--lib"], wasm::OPTIONS].concat());
    } else {
        report::say("the rim is not linted on its target: Debian's compiler for it brings no clippy");
        tally.skipped += 1;
    }
    let mut output = String::new();
    for run in runs {
        let finished = cargo::run(&[&["clippy", "--quiet"], run.as_slice(), &["--", "-D", "warnings"]].concat())?;
        if finished.success {
            tally.passed += 1;
        } else {
            tally.failed += 1;
            output += &finished.output();
        }
    }
    if tally.failed == 0 {
        Ok(())
    } else {
        Err(Error::new("clippy has found something", "correct what it names above").with_output(output))
    }
}

fn build_wasm(tally: &mut Tally) -> Result<()> {
    wasm::build(None)?.within_budget()?;
    tally.passed += 1;
    Ok(())
}

fn package(tally: &mut Tally) -> Result<()> {
    let node = Node::find()?;
    wasm::ready()?;
    let folder = place::package();
    node.install(&folder, &report::say)?;
    node.npm(&folder, &["run", "--silent", "types"])?
        .or_fail("the types are wrong", "correct what the compiler names above")?;
    tally.passed += 1;
    let tokens = TOKENS.iter().map(|(example, variable)| Ok((*variable, write_printed(example)?)));
    let tokens = tokens.collect::<Result<Vec<_>>>()?;
    javascript::test(&node, &folder.join("test"), tokens, tally)
}

/// The client of the package and its examples, in Node and other runtimes, against a real authorization server.
fn examples(tally: &mut Tally) -> Result<()> {
    let node = Node::find()?;
    wasm::ready()?;
    Stage::install(&node, &report::say)?;
    Runtime::install_all(&node, &report::say)?;
    node.install(&place::package(), &report::say)?;
    let folder = place::tests().join("examples");
    node.install(&folder, &report::say)?;
    javascript::test(&node, &folder, Vec::new(), tally)
}

/// Tokens with the core's verdicts, for the tests that compare the package with the core: the core's example that prints
/// them, and the variable that names the file.
const TOKENS: &[(&str, &str)] = &[("corpus", "COUNTERSIGN_CORPUS"), ("differential", "COUNTERSIGN_DIFFERENTIAL")];

/// Writes what an example of the core prints, and gives the file.
fn write_printed(example: &str) -> Result<PathBuf> {
    let printed = cargo::run(&["run", "--quiet", "--package", wasm::PACKAGE, "--example", example])?.or_fail(
        &format!("what the core's example `{example}` prints cannot be made"),
        "correct what is named above",
    )?;
    let file = place::target().join(format!("{example}.json"));
    std::fs::write(&file, printed.stdout).map_err(|error| {
        Error::new(format!("`{}` cannot be written ({error})", file.display()), "make room or set CARGO_TARGET_DIR")
    })?;
    Ok(file)
}

fn runtimes(tally: &mut Tally) -> Result<()> {
    let node = Node::find()?;
    wasm::ready()?;
    Runtime::install_all(&node, &report::say)?;
    browser::ready()?;
    DATA.iter().try_for_each(|example| write_printed(example).map(drop))?;
    cargo::test(&["-p", "countersign-tests", "--test", "runtimes"], tally)
}

/// What a reader does with a report, and what machines do with the others.
fn reports(tally: &mut Tally) -> Result<()> {
    let node = Node::find()?;
    browser::ready()?;
    cargo::run(&["build", "--quiet", "--package", "countersign-harness"])?
        .or_fail("the command cannot be built", "correct what is named above")?;
    let folder = place::root().join("harness/tests/browser");
    node.install(&folder, &report::say)?;
    let program = place::target().join("debug/countersign").with_extension(std::env::consts::EXE_EXTENSION);
    javascript::test(&node, &folder, vec![("COUNTERSIGN", program)], tally)
}

/// The command is built by the test.
fn conformance(tally: &mut Tally) -> Result<()> {
    python::ready()?;
    REAL_SERVERS.iter().try_for_each(|server| server.install(&report::say))?;
    cargo::test(&["-p", "countersign-tests", "--test", "conformance"], tally)
}

/// A test of the `tests` crate, with all that it needs set up before, where it can be told.
fn together(name: &str, tally: &mut Tally) -> Result<()> {
    let node = Node::find()?;
    wasm::ready()?;
    Stage::install(&node, &report::say)?;
    cargo::test(&["-p", "countersign-tests", "--test", name], tally)
}

#[cfg(test)]
mod tests {
    use super::PARTS;
    use crate::cargo;

    #[test]
    fn every_package_has_its_part() {
        for package in cargo::packages().unwrap() {
            let part = package.trim_start_matches("countersign-");
            assert!(PARTS.iter().any(|row| row.id == part), "no part runs the tests of {package}");
        }
    }
}
