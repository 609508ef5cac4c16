//! Where things stand in this repository.

use std::path::{Path, PathBuf};

/// The folder of the workspace.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// The npm package.
#[must_use]
pub fn package() -> PathBuf {
    root().join("pkg")
}

/// The servers, runtimes and applications that are JavaScript.
#[must_use]
pub fn tests() -> PathBuf {
    root().join("tests")
}

/// Everything that is built, and that may be deleted at any time.
#[must_use]
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}
