//! The rules of the house, held by tests: purity, and that nothing is forgotten when a rule is added.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]
#![allow(clippy::disallowed_types, reason = "the fence is for the core; this test asks cargo")]

mod support;

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use countersign_validator::rule;

fn dependencies(features: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--package", "countersign-validator", "--edges", "normal", "--prefix", "none"])
        .args(["--format", "{p}", "--target", "wasm32-unknown-unknown", "--features", features])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

/// No clock, no I/O and no JavaScript compiles into the core, for the target where it would matter most.
#[test]
fn the_core_has_no_dependency_on_the_outside() {
    let core = dependencies("");
    assert!(core.contains("jwt-compact"), "the tree was not read: {core:?}");
    for outside in [
        "js-sys",
        "wasm-bindgen",
        "web-sys",
        "web-time",
        "tokio",
        "reqwest",
        "hyper",
        "mio",
        "socket2",
        "serde-wasm-bindgen",
    ] {
        assert!(!core.contains(outside), "{outside} compiles into the core");
    }
    assert!(dependencies("wasm").contains("wasm-bindgen"), "the rim is where JavaScript begins");
}

fn rule_files() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rule");
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter_map(|name| name.strip_suffix(".rs").map(str::to_owned)).filter(|name| name != "mod").collect()
}

#[test]
fn every_rule_file_is_in_the_list_under_its_name() {
    let listed: Vec<&str> = rule::all().map(|(name, _)| name).collect();
    let unique: BTreeSet<String> = listed.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(unique.len(), listed.len(), "a rule is listed twice: {listed:?}");
    assert_eq!(unique, rule_files(), "src/rule/*.rs and the lists in src/rule/mod.rs differ");
}

#[test]
fn every_rule_is_explained_and_cites_its_source() {
    for name in rule_files() {
        let text =
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/rule/{name}.rs"))).unwrap();
        assert!(text.starts_with("//! "), "src/rule/{name}.rs does not begin with its explanation");
    }
    for (name, statements) in rule::all() {
        let well_formed = statements.iter().all(|id| id.split('-').count() == 3);
        assert!(well_formed, "{name}: a statement id is document, section, number: {statements:?}");
    }
}
