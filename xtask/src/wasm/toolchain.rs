//! Which compiler builds for wasm.

use super::TARGET;
use crate::{cargo, debian, report};
use clap::ValueEnum;
use countersign_tests::process;
use countersign_tests::{Error, Result, place};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const QUICK: Duration = Duration::from_secs(30);
const DOWNLOAD: Duration = Duration::from_secs(120);

/// A way to compile for wasm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Toolchain {
    /// The usual compiler, with its wasm target (rustup target add)
    Rustup,
    /// Debian's compiler, which builds the standard library from Debian's source of it
    Debian,
}

/// Debian's packages, each with a file that shows that it is there.
const DEBIAN: &[(&str, &str)] = &[
    ("rustc-web", "/usr/bin/rustc"),
    ("cargo-web", "/usr/bin/cargo"),
    ("rust-web-src", "/usr/lib/rustlib/src/rust/library/std"),
    ("lld-19", "/usr/bin/wasm-ld-19"),
];

impl Toolchain {
    /// The one that was asked for, or else the first one that works; installs what it needs.
    pub(crate) fn choose(asked: Option<Self>) -> Result<Self> {
        match asked {
            Some(Self::Rustup) => add_target()?,
            Some(Self::Debian) => add_debian()?,
            None => {
                return add_target().map(|()| Self::Rustup).or_else(|first| {
                    report::say(&format!("{first} Falling back to Debian's compiler."));
                    add_debian().map(|()| Self::Debian)
                });
            }
        }
        Ok(asked.unwrap_or(Self::Rustup))
    }

    /// What the log calls it.
    pub(crate) const fn describe(self) -> &'static str {
        match self {
            Self::Rustup => "the usual compiler and its wasm32-unknown-unknown target",
            Self::Debian => "Debian's compiler (rustc-web) and a standard library built from source",
        }
    }

    /// The folder of its compiler, if that tells.
    pub(crate) fn sysroot(self) -> Option<PathBuf> {
        let compiler = match self {
            Self::Rustup => "rustc",
            Self::Debian => "/usr/bin/rustc",
        };
        let printed = process::run(Command::new(compiler).args(["--print", "sysroot"]), QUICK).ok()?;
        printed.success.then(|| PathBuf::from(printed.stdout.trim()))
    }

    /// Its cargo.
    pub(crate) fn cargo(self) -> Command {
        match self {
            Self::Rustup => cargo::command(),
            Self::Debian => {
                let mut command = Command::new("/usr/bin/cargo");
                command
                    .current_dir(place::root())
                    .env("RUSTC", "/usr/bin/rustc")
                    .env("RUSTC_BOOTSTRAP", "1") // -Zbuild-std is not stable
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld-19")
                    .env_remove("CARGO")
                    .env_remove("RUSTUP_TOOLCHAIN");
                command
            }
        }
    }

    /// What it has to be told beyond the usual.
    pub(crate) const fn options(self) -> &'static [&'static str] {
        match self {
            Self::Rustup => &[],
            Self::Debian => &["-Zbuild-std=std,panic_abort"],
        }
    }
}

/// Sees to it that the usual compiler has the target.
fn add_target() -> Result<()> {
    // Asked of the compiler, because not every installation that has the target has rustup.
    let libraries = process::run(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]), QUICK)?;
    if libraries.success && Path::new(libraries.stdout.trim()).is_dir() {
        return Ok(());
    }
    report::say(&format!("installing the wasm target (rustup target add {TARGET})"));
    let what = format!("the usual compiler has no target {TARGET} and rustup cannot add it");
    let remedy = format!("run `rustup target add {TARGET}` where its server can be reached");
    let added = process::run(Command::new("rustup").args(["target", "add", TARGET]), DOWNLOAD);
    added.map_err(|_| Error::new(&what, &remedy))?.or_fail(&what, &remedy).map(|_| ())
}

/// Sees to it that Debian's compiler is there.
fn add_debian() -> Result<()> {
    let missing: Vec<&str> =
        DEBIAN.iter().filter(|(_, file)| !Path::new(file).exists()).map(|(package, _)| *package).collect();
    if missing.is_empty() { Ok(()) } else { debian::install(&missing) }
}
