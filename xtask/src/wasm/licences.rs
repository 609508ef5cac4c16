//! The licences of what is linked into the module, for the tarball that carries it. Their texts come from the crates themselves.

use super::{OPTIONS, PACKAGE};
use crate::cargo;
use countersign_tests::{Error, Result, place};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The file, beside the module.
pub(super) const FILE: &str = "THIRD-PARTY-LICENSES.txt";
/// How the names of files begin that hold licences or notices.
const TEXTS: &[&str] = &["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"];
/// What the compiler links in beside the crates: the standard library, and the two crates inside it that leave traces.
const OF_THE_COMPILER: &[&str] = &["the Rust standard library", "dlmalloc", "hashbrown"];
/// The licence under which we take what comes without a text of its own, or with several to choose from and none of MIT's.
const APACHE: &str = "Apache-2.0";

/// A crate that is linked in.
struct Crate {
    /// Name and version.
    title: String,
    /// As its manifest says, in the syntax of SPDX.
    licence: String,
    /// What stands in its files.
    texts: Vec<String>,
}

/// Writes the licences of the module's crates beside it.
pub(super) fn write(folder: &Path) -> Result<()> {
    let crates = linked()?;
    let path = folder.join(FILE);
    fs::write(&path, render(&crates)?)
        .map_err(|error| Error::new(format!("`{}` cannot be written ({error})", path.display()), "make room"))
}

/// All crates that the module is made of but our own: what is compiled for its target, macros and build scripts left out.
fn linked() -> Result<Vec<Crate>> {
    let tree = cargo::run(
        &[&["tree", "--package", PACKAGE, "--edges=normal,no-proc-macro", "--prefix=none", "--format={p}"], OPTIONS]
            .concat(),
    )?
    .or_fail("`cargo tree` failed", "correct the manifest that it names above")?;
    // A line is a name, a `v` with the version, and for our own crates the folder.
    let names: BTreeSet<_> = tree
        .stdout
        .lines()
        .filter_map(|line| line.split_once(" v"))
        .map(|(name, rest)| (name, rest.split_whitespace().next().unwrap_or_default()))
        .filter(|(name, _)| *name != PACKAGE)
        .collect();
    let manifest = place::root().join("validator/Cargo.toml").display().to_string();
    let metadata = cargo::run(&["metadata", "--format-version=1", "--features=wasm", "--manifest-path", &manifest])?
        .or_fail("`cargo metadata` failed", "correct the manifest that it names above")?;
    let metadata: Value = serde_json::from_str(&metadata.stdout)
        .map_err(|error| Error::new(format!("`cargo metadata` gave no JSON ({error})"), "update Rust and try again"))?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages
        .filter(|package| {
            let text = |member: &str| package[member].as_str().unwrap_or_default();
            names.contains(&(text("name"), text("version")))
        })
        .map(read)
        .collect()
}

fn read(package: &Value) -> Result<Crate> {
    let text = |member: &str| package[member].as_str().unwrap_or_default().to_owned();
    let title = format!("{} {}", text("name"), text("version"));
    let manifest = text("manifest_path");
    let folder = Path::new(&manifest).parent().unwrap_or_else(|| Path::new("."));
    let unreadable =
        |error| Error::new(format!("the sources of {title} cannot be read ({error})"), "fetch them with `cargo fetch`");
    let mut files: Vec<_> = fs::read_dir(folder)
        .map_err(unreadable)?
        .flatten()
        .filter(|entry| {
            let name = entry.file_name().to_string_lossy().to_uppercase();
            TEXTS.iter().any(|start| name.starts_with(start))
        })
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    // Of MIT or Apache, as we like, MIT is the shorter.
    let is_mit = |path: &std::path::PathBuf| path.to_string_lossy().to_uppercase().ends_with("MIT");
    let licence = text("license");
    if licence.contains(" OR ") && files.iter().any(is_mit) {
        files.retain(is_mit);
    }
    let texts = files.iter().map(fs::read_to_string).collect::<std::io::Result<Vec<_>>>().map_err(unreadable)?;
    Ok(Crate { title, licence, texts })
}

/// The list of crates, then every text once, with the crates that it is for.
fn render(crates: &[Crate]) -> Result<String> {
    let mut page = String::from(
        "The module countersign_validator_bg.wasm contains, beside Countersign itself, the crates below.\n\
         The texts of their licences follow.\n\n",
    );
    let mut texts: BTreeMap<String, (&str, Vec<&str>)> = BTreeMap::new();
    for one in crates {
        let _ = writeln!(page, "{}: {}", one.title, one.licence);
        for text in &one.texts {
            let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
            texts.entry(words).or_insert((text, Vec::new())).1.push(&one.title);
        }
    }
    for part in OF_THE_COMPILER {
        let _ = writeln!(page, "{part}, from the compiler: MIT OR Apache-2.0");
    }
    let without = |one: &&Crate| one.texts.is_empty();
    if let Some(lost) = crates.iter().filter(without).find(|one| !one.licence.contains(APACHE)) {
        return Err(Error::new(
            format!("{} ({}) brings no text of its licence", lost.title, lost.licence),
            "replace the crate, or add the text of its licence here",
        ));
    }
    // The text is here in any case, since jwt-compact has no other licence.
    let apache = texts.iter_mut().find(|(words, _)| words.contains("Apache License Version 2.0"));
    let Some((_, (_, titles))) = apache else {
        return Err(Error::new("no crate brings the text of Apache-2.0", "add it here"));
    };
    titles.extend(crates.iter().filter(without).map(|one| one.title.as_str()));
    titles.extend(OF_THE_COMPILER);
    for (text, titles) in texts.values() {
        let _ = write!(page, "\n{}\n{}\n\n{}\n", "-".repeat(80), titles.join(", "), text.trim());
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::{Crate, linked, render};

    #[test]
    fn the_crates_of_the_module_are_named_with_their_texts() {
        let crates = linked().unwrap();
        let named = |name: &str| crates.iter().any(|one| one.title.starts_with(name));
        for name in ["jwt-compact ", "curve25519-dalek ", "rsa ", "p256 ", "wasm-bindgen ", "getrandom "] {
            assert!(named(name), "{name}");
        }
        for name in ["proptest ", "wasm-bindgen-macro ", "syn ", "p521 ", "countersign"] {
            assert!(!named(name), "{name}");
        }
        let page = render(&crates).unwrap();
        assert!(page.contains("Redistributions in binary form must reproduce"), "the text of BSD-3-Clause");
    }

    #[test]
    fn a_crate_without_the_text_of_its_licence_is_told() {
        let lost = Crate { title: "lost 1.0.0".into(), licence: "MIT".into(), texts: Vec::new() };
        assert!(render(&[lost]).is_err());
    }
}
