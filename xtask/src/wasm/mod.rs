//! The wasm module of the npm package: compiled, bound to JavaScript, weighed.

mod bindings;
mod size;
mod toolchain;

pub(crate) use size::Size;
pub(crate) use toolchain::Toolchain;

use crate::{cargo, report};
use countersign_tests::{Result, place};
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
        // The bindings read which features the module uses from a section that stripping takes; they strip it themselves.
        .env("CARGO_PROFILE_WASM_STRIP", "none")
        .args(["build", "--package", PACKAGE, "--lib", "--profile", PROFILE])
        .args(OPTIONS)
        .args(toolchain.options());
    cargo::finish(&mut command)?
        .or_fail("the wasm module cannot be compiled", "correct what the compiler names above")?;
    let compiled = place::target().join(TARGET).join(PROFILE).join(format!("{}.wasm", PACKAGE.replace('-', "_")));
    let folder = place::package().join("wasm");
    bindings::generate(&compiled, &folder)?;
    let size = Size::measure(&folder)?;
    report::size(&size);
    let _ = READY.set(()); // it may be set already
    Ok(size)
}
