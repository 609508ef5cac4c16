//! The tarball that would be published, installed in an empty folder: it exports what it says, and its types and its form are right.

use countersign_tests::application::Application;
use countersign_tests::node::Node;
use countersign_tests::process::Finished;
use countersign_tests::runtime::{OTHERS, Runtime};
use countersign_tests::{Result, place};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

fn installed() -> Result<(Node, Application)> {
    let node = Node::find()?;
    let application = Application::install(&node)?;
    Ok((node, application))
}

fn manifest(application: &Application) -> Value {
    let text = fs::read_to_string(application.package().join("package.json")).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// A program of the npm packages that the tests use.
fn tool(path: &str) -> PathBuf {
    place::tests().join(OTHERS).join("node_modules").join(path)
}

fn shown(finished: Finished) {
    assert!(finished.success, "{}", finished.output());
}

#[test]
fn every_file_that_the_packed_package_exports_is_in_it() {
    let (_, application) = installed().unwrap();
    let mut files = Vec::new();
    targets(&manifest(&application)["exports"], &mut files);
    assert!(!files.is_empty(), "the package exports nothing");
    for file in files {
        assert!(application.package().join(&file).is_file(), "{file} is exported, and not in the tarball");
    }
}

/// npm passes over a file that is not there without a word: a licence, say.
#[test]
fn every_file_that_the_manifest_lists_is_in_the_tarball() {
    let (_, application) = installed().unwrap();
    let manifest = manifest(&application);
    let listed: Vec<_> = manifest["files"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(listed.contains(&"LICENSE-MIT") && listed.contains(&"LICENSE-APACHE"), "{listed:?}");
    for file in listed.iter().filter(|file| !file.contains('*')) {
        assert!(application.package().join(file).exists(), "{file} is listed, and not in the tarball");
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

/// The first condition that a runtime knows is the one that it takes: what is special comes before what is general.
#[test]
fn the_conditions_stand_in_the_order_in_which_runtimes_need_them() {
    let manifest = fs::read_to_string(place::package().join("package.json")).unwrap();
    let main = manifest.split("\"./wasm\"").next().unwrap();
    let order = ["types", "workerd", "edge-light", "deno", "bun", "node", "worker", "browser", "default"];
    let places: Vec<_> = order.iter().map(|name| main.rfind(&format!("      \"{name}\": ")).expect(name)).collect();
    assert!(places.is_sorted(), "{places:?}");
}

/// Panics name their sources; where this machine keeps those is nobody's business.
#[test]
fn the_module_names_no_folder_of_the_machine_that_built_it() {
    let (_, application) = installed().unwrap();
    let module = fs::read(application.package().join("wasm/countersign_validator_bg.wasm")).unwrap();
    let module = String::from_utf8_lossy(&module);
    let home = std::env::home_dir().unwrap();
    for folder in [home.join(".cargo"), home.join(".rustup"), place::root()] {
        let folder = folder.display().to_string();
        assert!(!module.contains(&folder), "{folder}");
    }
}

#[test]
fn there_is_one_copy_of_the_wasm() {
    let (_, application) = installed().unwrap();
    let mut folders = vec![application.package()];
    let mut copies = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if fs::read(&path).unwrap().starts_with(b"\0asm") {
                copies.push(path);
            }
        }
    }
    assert_eq!(copies, [application.package().join("wasm/countersign_validator_bg.wasm")]);
}

/// Of each subpath that has code, a name that it must give.
const NAMES: &[(&str, &str)] = &[
    ("countersign", "createValidator"),
    ("countersign/client", "createClient"),
    ("countersign/testing", "createIssuer"),
];

#[test]
fn every_subpath_can_be_imported_and_the_main_one_required() {
    let (node, application) = installed().unwrap();
    let mut script = String::from(
        "import { createRequire } from \"node:module\";\nimport { readFileSync } from \"node:fs\";\nconst required = createRequire(import.meta.url)(\"countersign\");\nconst wrong = [];\nif (typeof required.createValidator !== \"function\" || typeof required.TokenError !== \"function\") wrong.push(\"require\");\nif (!WebAssembly.validate(readFileSync(new URL(import.meta.resolve(\"countersign/wasm\"))))) wrong.push(\"countersign/wasm\");\n",
    );
    for (path, name) in NAMES {
        script += &format!("if (typeof (await import(\"{path}\")).{name} !== \"function\") wrong.push(\"{path}\");\n");
    }
    script += "if (wrong.length > 0) { console.error(wrong.join()); process.exit(1); }\n";
    application.write("subpaths.mjs", &script).unwrap();
    shown(node.run(node.command().arg("subpaths.mjs").current_dir(application.folder())).unwrap());
}

/// It takes the types for `require()` for a slip, because most entries are modules; whether they are right is judged below.
#[test]
fn publint_finds_nothing_else_than_the_types_for_require() {
    let (node, application) = installed().unwrap();
    Runtime::install_all(&node, &|_| ()).unwrap();
    let mut command = node.command();
    command.arg(tool("publint/src/cli.js")).arg(application.package()).arg("--pack=false");
    let finished = node.run(&mut command).unwrap();
    let findings = finished.stdout.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
    let others: Vec<_> = findings.filter(|line| !line.contains("exports[\".\"].types.require ")).collect();
    assert!(finished.success && others.is_empty(), "{}", finished.output());
}

/// Subpaths other than the main one are modules only, and the raw wasm is no code.
#[test]
fn the_types_are_right_however_the_package_is_imported() {
    let (node, application) = installed().unwrap();
    Runtime::install_all(&node, &|_| ()).unwrap();
    let tarball = fs::read_dir(application.folder())
        .unwrap()
        .find_map(|entry| Some(entry.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "tgz")))
        .unwrap();
    let mut command = node.command();
    command.arg(tool("@arethetypeswrong/cli/dist/index.js")).arg(tarball);
    command.args([
        "--ignore-rules",
        "cjs-resolves-to-esm",
        "--exclude-entrypoints",
        "wasm",
        "package.json",
        "--no-emoji",
    ]);
    shown(node.run(&mut command).unwrap());
}
