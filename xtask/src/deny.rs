//! `cargo deny`: licences, bans and sources. Its advisories need a database that not every machine can reach.

use crate::suite::Tally;
use crate::{cargo, report};
use countersign_tests::{Result, place};
use std::ffi::OsString;

/// What is installed where no `cargo-deny` is found.
const VERSION: &str = "0.20.2";

/// Checks the licences, bans and sources of `deny.toml`.
pub(crate) fn check(tally: &mut Tally) -> Result<()> {
    let program = find()?;
    let mut command = std::process::Command::new(program);
    // Called as cargo calls its subcommands.
    command.arg("deny").args([
        "--all-features",
        "--workspace",
        "check",
        "--hide-inclusion-graph",
        "bans",
        "licenses",
        "sources",
    ]);
    cargo::finish(command.current_dir(place::root()))?
        .or_fail("a dependency is not allowed", "replace it, or allow it in `deny.toml` with the reason")?;
    tally.passed += 3;
    Ok(())
}

/// The one that a developer has, or one that is installed into the target folder.
fn find() -> Result<OsString> {
    if cargo::run(&["deny", "--version"])?.success {
        return Ok("cargo-deny".into());
    }
    let root = place::target().join("tools");
    let program = root.join("bin").join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if !program.is_file() {
        report::say(&format!(
            "installing cargo-deny {VERSION} into {} (cargo install, a minute or two)",
            root.display()
        ));
        let root = root.display().to_string();
        let mut install = cargo::command();
        // Unoptimised, it takes a quarter of the time to build, and its work here less than a second.
        install.args([
            "install",
            "cargo-deny",
            "--version",
            VERSION,
            "--locked",
            "--debug",
            "--quiet",
            "--root",
            &root,
        ]);
        cargo::finish(install.env("CARGO_PROFILE_DEV_DEBUG", "0").env_remove("CARGO_TARGET_DIR"))?.or_fail(
            "cargo-deny cannot be installed",
            "install it with `cargo install cargo-deny --locked`, and try again",
        )?;
    }
    Ok(program.into())
}
