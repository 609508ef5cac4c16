//! Conformance runs of the command `countersign`: what the demo shows and the tests assert.

use crate::process::{self, Finished};
use crate::real_server::RealServer;
use crate::{Error, Result, place};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Building the command the first time takes minutes.
const LIMIT: Duration = Duration::from_secs(20 * 60);
/// The variables from which the configurations take secrets: that of nearly every client, and the same with reserved
/// characters behind it.
const SECRET: &str = "SERVER_SECRET";
const RESERVED_SECRET: &str = "SERVER_SECRET_RESERVED";

/// Builds the command; where it lies.
pub fn build() -> Result<PathBuf> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(place::root()).args([
        "build",
        "--quiet",
        "--package",
        "countersign-harness",
        "--bin",
        "countersign",
    ]);
    process::run(&mut cargo, LIMIT)?
        .or_fail("the command `countersign` cannot be built", "correct what the compiler names above")?;
    Ok(place::target().join("debug").join(format!("countersign{}", std::env::consts::EXE_SUFFIX)))
}

/// The command in this folder, where its runs will lie.
pub fn run(command: &Path, folder: &Path, arguments: &[&str]) -> Result<Finished> {
    process::run(Command::new(command).current_dir(folder).args(arguments), LIMIT)
}

/// The command against a real authorization server, which answers for this issuer and has made this secret.
pub fn check(
    command: &Path,
    folder: &Path,
    (server, issuer, secret): (&RealServer, &str, &str),
    arguments: &[&str],
) -> Result<Finished> {
    let file = folder.join("countersign.toml");
    fs::write(&file, server.configuration(issuer)?)
        .map_err(|error| Error::new(format!("`{}` cannot be written ({error})", file.display()), "make room"))?;
    let mut command = Command::new(command);
    command.current_dir(folder).env(SECRET, secret).env(RESERVED_SECRET, format!("{secret} :+&%/="));
    process::run(command.args(["check", "--config", "countersign.toml", "--allow", "offensive"]).args(arguments), LIMIT)
}

/// The run that a command wrote as JSON.
pub fn report(finished: &Finished) -> Result<Value> {
    serde_json::from_str(&finished.stdout).map_err(|error| {
        Error::new(format!("the command gave no JSON ({error})"), "read its output above")
            .with_output(finished.output())
    })
}
