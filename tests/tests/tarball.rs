//! The tarball that would be published, installed in an empty folder, passes the package's own check in every runtime.

use countersign_tests::application::{Application, CHECK};
use countersign_tests::authorization::agent;
use countersign_tests::node::Node;
use countersign_tests::runtime::{Api, NODE, Runtime, WORKERD};
use serde_json::Value;
use std::collections::BTreeSet;
use std::error::Error;
use std::fs;

fn passes_its_check_in(runtime: &Runtime) -> Result<(), Box<dyn Error>> {
    let node = Node::find()?;
    Runtime::install(&node, &|_| ())?;
    let application = Application::install(&node)?;
    let api = Api { name: "check", environment: Vec::new() };
    let served = runtime.serve(&node, &application, CHECK, &[api])?;
    let mut answer = agent().get(served.url("check")?).call()?;
    let body = answer.body_mut().read_to_string()?;
    assert_eq!(answer.status(), 200, "{}: {body}\n{}", runtime.name, served.output());
    Ok(())
}

#[test]
fn the_packed_package_passes_its_check_in_workerd() -> Result<(), Box<dyn Error>> {
    passes_its_check_in(&WORKERD)
}

#[test]
fn the_packed_package_passes_its_check_in_node() -> Result<(), Box<dyn Error>> {
    passes_its_check_in(&NODE)
}

#[test]
fn every_file_that_the_packed_package_exports_is_in_it() {
    let package = Application::install(&Node::find().unwrap()).unwrap();
    let manifest = fs::read_to_string(package.package().join("package.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    let mut files = Vec::new();
    targets(&manifest["exports"], &mut files);
    assert!(!files.is_empty(), "the package exports nothing");
    for file in files {
        assert!(package.package().join(&file).is_file(), "{file} is exported, and not in the tarball");
    }
}

/// Panics carry the paths of their sources, so the module itself tells whose code is in it.
#[test]
fn every_crate_in_the_module_is_named_with_its_licence() {
    let application = Application::install(&Node::find().unwrap()).unwrap();
    let package = application.package();
    let module = fs::read(package.join("wasm/countersign_validator_bg.wasm")).unwrap();
    let licences = fs::read_to_string(package.join("wasm/THIRD-PARTY-LICENSES.txt")).unwrap();
    let module = String::from_utf8_lossy(&module);
    let crates: BTreeSet<_> =
        module.match_indices("/src/").filter_map(|(end, _)| crate_before(&module[..end])).collect();
    assert!(crates.len() > 10, "only {crates:?} were found");
    for (name, version) in crates {
        // Those inside the standard library are named without their versions, which are the compiler's.
        let named = [format!("\n{name} {version}: "), format!("\n{name}, from the compiler: ")];
        assert!(named.iter().any(|line| licences.contains(line)), "{name} {version} is linked and not named");
    }
}

/// Name and version, if what ends here is the folder of a crate.
fn crate_before(text: &str) -> Option<(&str, &str)> {
    let start = text.rfind(|letter: char| !(letter.is_ascii_alphanumeric() || "-_.+".contains(letter)))?;
    let folder = &text[start + 1..];
    let dash = folder
        .match_indices('-')
        .map(|(at, _)| at)
        .find(|at| folder[at + 1..].starts_with(|c: char| c.is_ascii_digit()))?;
    Some((&folder[..dash], &folder[dash + 1..]))
}

/// The files at the ends of the tree of conditions.
fn targets(exports: &Value, files: &mut Vec<String>) {
    match exports {
        Value::String(file) => files.push(file.clone()),
        Value::Object(conditions) => conditions.values().for_each(|export| targets(export, files)),
        _ => (),
    }
}
