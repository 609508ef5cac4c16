//! The wasm module of the npm package: compiled, bound to JavaScript, weighed.

mod bindings;
mod licences;
mod size;
mod toolchain;

pub(crate) use size::Size;
pub(crate) use toolchain::Toolchain;

use crate::{cargo, report};
use countersign_tests::{Result, place};
use std::env;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::sync::OnceLock;

/// The package that is compiled.
pub(crate) const PACKAGE: &str = "countersign-validator";
/// How it is compiled.
pub(crate) const OPTIONS: &[&str] = &["--features", "wasm", "--target", TARGET];
const TARGET: &str = "wasm32-unknown-unknown";
const PROFILE: &str = "wasm";

/// Set when this process has built the module.
static READY: OnceLock<()> = OnceLock::new();

/// Sees to it that the module in `pkg/wasm` is the one of these sources; looks once.
pub(crate) fn ready() -> Result<()> {
    if READY.get().is_none() {
        build(None)?;
    }
    Ok(())
}

/// Builds the module and its glue into `pkg/wasm`; their size is shown, and judged by whoever asks.
pub(crate) fn build(toolchain: Option<Toolchain>) -> Result<Size> {
    bindings::require_equal_versions()?;
    let toolchain = Toolchain::choose(toolchain)?;
    report::say(&format!("building the wasm module with {}", toolchain.describe()));
    let mut command = toolchain.cargo();
    command
        // Panics carry the paths of their sources, and where a machine keeps those is nobody's business.
        .env("CARGO_ENCODED_RUSTFLAGS", remapped_paths(toolchain))
        .args(["build", "--package", PACKAGE, "--lib", "--profile", PROFILE])
        .args(OPTIONS)
        .args(toolchain.options());
    cargo::finish(&mut command)?
        .or_fail("the wasm module cannot be compiled", "correct what the compiler names above")?;
    let compiled = place::target().join(TARGET).join(PROFILE).join(format!("{}.wasm", PACKAGE.replace('-', "_")));
    let folder = place::package().join("wasm");
    bindings::generate(&compiled, &folder)?;
    licences::write(&folder)?;
    let size = Size::measure(&folder)?;
    report::size(&size);
    let _ = READY.set(()); // it may be set already
    Ok(size)
}

/// Options that replace the folders of this machine in what the compiler writes, in cargo's encoding: a unit separator
/// between two, because folders may have spaces.
fn remapped_paths(toolchain: Toolchain) -> OsString {
    let cargo_home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")));
    // Where the sources of the standard library are installed, the compiler names them by their place there.
    let folders = [(Some(place::root()), "countersign"), (cargo_home, "cargo"), (toolchain.sysroot(), "rust")];
    let options = folders.into_iter().filter_map(|(folder, name)| {
        let mut option = OsString::from("--remap-path-prefix=");
        option.push(folder?);
        option.push(format!("={name}"));
        Some(option)
    });
    options.collect::<Vec<_>>().join(OsStr::new("\u{1f}"))
}
