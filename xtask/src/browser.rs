//! The browser in which the tests look at what people see.

use crate::debian;
use countersign_tests::Result;

/// What Chromium may be called; the tests look for the same names.
const NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// Installs Chromium where it is not there and that can be done without asking.
pub(crate) fn ready() -> Result<()> {
    if NAMES.iter().any(|name| is_installed(name)) {
        Ok(())
    } else {
        debian::install(&["chromium", "fonts-dejavu-core"])
    }
}

fn is_installed(program: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(program).is_file())
}
