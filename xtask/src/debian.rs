//! System packages.

use crate::report;
use countersign_tests::process;
use countersign_tests::{Error, Result};
use std::process::Command;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(15 * 60);

/// Installs packages where that can be done without asking, as root on Debian; elsewhere the error says what to run.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    let remedy = format!("run `sudo apt-get install {names}`, or the like of your system");
    let what = format!("system packages are missing ({names})");
    let quick = Duration::from_secs(10);
    let root = process::run(Command::new("id").arg("-u"), quick).is_ok_and(|id| id.stdout.trim() == "0");
    if !root || !std::path::Path::new("/etc/debian_version").exists() {
        return Err(Error::new(what, remedy));
    }
    report::say(&format!("installing system packages (apt-get install {names})"));
    let apt = |arguments: &[&str]| {
        process::run(Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"), LIMIT)
    };
    // A stale list is no reason to stop: the packages may be in it all the same.
    apt(&["update", "--quiet"])?;
    apt(&[&["install", "--yes", "--quiet", "--no-install-recommends"], packages].concat())?
        .or_fail(&what, &remedy)
        .map(|_| ())
}
