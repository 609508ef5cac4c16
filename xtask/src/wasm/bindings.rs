//! The glue between the module and JavaScript.

use countersign_tests::{Error, Result, place};
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

/// Both halves of the bindings: what is compiled in, and what writes the glue.
const HALVES: [&str; 2] = ["wasm-bindgen", "wasm-bindgen-cli-support"];

/// The halves understand each other only at one version.
pub(crate) fn require_equal_versions() -> Result<()> {
    let lock = fs::read_to_string(place::root().join("Cargo.lock"))
        .map_err(|error| Error::new(format!("Cargo.lock cannot be read ({error})"), "restore it from git"))?;
    let [compiled, writer] = HALVES.map(|name| version(&lock, name));
    if compiled == writer {
        return Ok(());
    }
    let shown = compiled.unwrap_or("of no known version");
    Err(Error::new(
        format!("wasm-bindgen is {shown} and wasm-bindgen-cli-support is not"),
        format!("set wasm-bindgen-cli-support to ={shown} in `xtask/Cargo.toml`"),
    ))
}

/// The version of a package in Cargo.lock.
fn version<'lock>(lock: &'lock str, name: &str) -> Option<&'lock str> {
    let (_, entry) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
    entry.split('"').next()
}

/// Writes the glue and the module, unless they were made of the same module before.
pub(super) fn generate(compiled: &Path, folder: &Path) -> Result<()> {
    let failed =
        |error: String| Error::new(format!("the glue cannot be written ({error})"), "run `cargo clean`, and try again");
    let stamp = folder.join(".made-of");
    let wanted = fingerprint(compiled).map_err(|error| failed(error.to_string()))?;
    if fs::read_to_string(&stamp).is_ok_and(|made_of| made_of == wanted) {
        return Ok(());
    }
    // What an earlier version left behind must not travel.
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| failed(error.to_string()))?;
    }
    let mut bindgen = Bindgen::new();
    bindgen.input_path(compiled).typescript(true).remove_producers_section(true).remove_name_section(true);
    bindgen.reset_state_function(true); // lets the package replace an instance that has trapped
    bindgen.web(true).and_then(|bindgen| bindgen.generate(folder)).map_err(|error| failed(format!("{error:#}")))?;
    fs::write(&stamp, wanted).map_err(|error| failed(error.to_string()))
}

/// What the output depends on: the module and this program, which contains the writer.
fn fingerprint(compiled: &Path) -> std::io::Result<String> {
    let mut hasher = DefaultHasher::new();
    fs::read(compiled)?.hash(&mut hasher);
    fs::read(std::env::current_exe()?)?.hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}

#[cfg(test)]
mod tests {
    use super::{require_equal_versions, version};

    #[test]
    fn both_halves_of_the_bindings_have_one_version() {
        require_equal_versions().unwrap();
    }

    #[test]
    fn a_version_is_found_by_the_whole_name() {
        let lock =
            "[[package]]\nname = \"ab-c\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"ab\"\nversion = \"2.0.0\"\n";
        assert_eq!(version(lock, "ab"), Some("2.0.0"));
        assert_eq!(version(lock, "b"), None);
    }
}
