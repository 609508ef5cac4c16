//! Subcommands of cargo that do not come with it.

use crate::{cargo, report};
use countersign_tests::{Result, place};
use std::path::PathBuf;

/// One of them, and the version that is installed where a developer has none.
#[derive(Debug)]
pub(crate) struct Tool {
    /// Its crate, whose name is that of its program.
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

impl Tool {
    /// The one that a developer has, or one that is installed into the target folder.
    pub(crate) fn find(&self) -> Result<PathBuf> {
        let Self { name, version } = self;
        let subcommand = name.trim_start_matches("cargo-");
        if cargo::run(&[subcommand, "--version"])?.success {
            return Ok(PathBuf::from(name));
        }
        let root = place::target().join("tools");
        let program = root.join("bin").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        if !program.is_file() {
            report::say(&format!(
                "installing {name} {version} into {} (cargo install, a minute or two)",
                root.display()
            ));
            let root = root.display().to_string();
            let mut install = cargo::command();
            // Unoptimised, it takes a quarter of the time to build, and its own work is small.
            install.args(["install", name, "--version", version, "--locked", "--debug", "--quiet", "--root", &root]);
            cargo::finish(install.env("CARGO_PROFILE_DEV_DEBUG", "0").env_remove("CARGO_TARGET_DIR"))?.or_fail(
                &format!("{name} cannot be installed"),
                &format!("install it with `cargo install {name} --locked`, and try again"),
            )?;
        }
        Ok(program)
    }
}
