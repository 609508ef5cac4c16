//! A folder as a user of the package has it: the packed tarball, installed, and modules that import it by its name.

use crate::node::{Node, QUIET};
use crate::{Error, Result, place};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Module of the application: the API that the scenario calls.
pub const ORDERS: &str = "orders.mjs";
/// Module of the application: the package's own check.
pub const CHECK: &str = "check.mjs";

/// What is copied into the application: from where in the repository, under which name.
const MODULES: &[(&str, &str)] =
    &[("tests/app/orders.mjs", ORDERS), ("tests/app/check.mjs", CHECK), ("pkg/test/check.mjs", "package-check.mjs")];

/// An application in a folder of its own, deleted with this value.
#[derive(Debug)]
pub struct Application {
    folder: TempDir,
}

impl Application {
    /// Packs the package as it would be published, and installs the tarball in an empty folder.
    pub fn install(node: &Node) -> Result<Self> {
        if !place::package().join("wasm/countersign_validator_bg.wasm").is_file() {
            return Err(Error::new("The package has no wasm module yet", "run `cargo xtask build-wasm` first"));
        }
        let folder = tempfile::Builder::new().prefix("countersign-application-").tempdir().map_err(|error| {
            Error::new(format!("no temporary folder can be made ({error})"), "free some space or set TMPDIR")
        })?;
        node.install(&place::package(), &|_| ())?;
        node.run(node.command().arg("tools/prepack.mjs").current_dir(place::package()))?
            .or_fail("The package cannot be prepared for packing", "see the output above")?;
        let tarball = pack(node, folder.path())?;
        write(&folder.path().join("package.json"), r#"{ "private": true, "type": "module" }"#)?;
        // The package has no dependencies, so this works without the network, and fails when it gets one.
        node.npm(folder.path(), &[&["install", "--offline", &tarball], QUIET].concat())?
            .or_fail("The packed tarball cannot be installed", "see npm's output above")?;
        for (from, name) in MODULES {
            let from = place::root().join(from);
            let text = fs::read_to_string(&from).map_err(|error| {
                Error::new(format!("`{}` cannot be read ({error})", from.display()), "restore it from git")
            })?;
            write(&folder.path().join(name), &text)?;
        }
        Ok(Self { folder })
    }

    /// Writes one more file, or replaces one.
    pub fn write(&self, name: &str, text: &str) -> Result<()> {
        write(&self.folder.path().join(name), text)
    }

    /// Where it stands.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The package as it was installed.
    #[must_use]
    pub fn package(&self) -> PathBuf {
        self.folder.path().join("node_modules/countersign")
    }
}

/// The tarball's file name, as npm prints it last. Scripts are left out: what they do has been done before.
fn pack(node: &Node, into: &Path) -> Result<String> {
    let into = into.display().to_string();
    let packed = node
        .npm(&place::package(), &[&["pack", "--pack-destination", &into], QUIET].concat())?
        .or_fail("The package cannot be packed", "see npm's output above, and correct `pkg/package.json`")?;
    packed
        .stdout
        .lines()
        .last()
        .map(|name| format!("./{}", name.trim()))
        .ok_or_else(|| Error::new("npm named no tarball", "run `npm pack` in `pkg` to see why"))
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).map_err(|error| {
        Error::new(format!("`{}` cannot be written ({error})", path.display()), "free some space or set TMPDIR")
    })
}
