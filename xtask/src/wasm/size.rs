//! What the module weighs, as it travels.

use countersign_tests::{Error, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::Write as _;
use std::path::Path;

/// The module and its glue, in bytes gzip: what they take now and a little, so that growth is noticed. The aim is
/// 100,000; ARCHITECTURE.md says what stands between.
const BUDGET: usize = 172_200;

/// The sizes of the module and its glue.
#[derive(Debug)]
pub(crate) struct Size {
    pub(crate) wasm: Weight,
    pub(crate) glue: Weight,
}

/// A file's size in bytes.
#[derive(Debug)]
pub(crate) struct Weight {
    pub(crate) raw: usize,
    pub(crate) gzip: usize,
}

impl Size {
    /// Weighs what stands in the folder.
    pub(crate) fn measure(folder: &Path) -> Result<Self> {
        let stem = super::PACKAGE.replace('-', "_");
        let weigh = |name: String| {
            weigh(&folder.join(&name)).map_err(|error| {
                Error::new(format!("`{name}` cannot be weighed ({error})"), "run `cargo xtask build-wasm`")
            })
        };
        Ok(Self { wasm: weigh(format!("{stem}_bg.wasm"))?, glue: weigh(format!("{stem}.js"))? })
    }

    /// Both together, compressed.
    pub(crate) const fn gzip(&self) -> usize {
        self.wasm.gzip + self.glue.gzip
    }

    /// Fails when they are over the budget.
    pub(crate) fn within_budget(&self) -> Result<()> {
        if self.gzip() <= BUDGET {
            return Ok(());
        }
        Err(Error::new(
            format!("the module and its glue take {} bytes gzip, and {BUDGET} are allowed", self.gzip()),
            "find what has grown, and make it smaller",
        ))
    }
}

fn weigh(file: &Path) -> std::io::Result<Weight> {
    let bytes = fs::read(file)?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&bytes)?;
    Ok(Weight { raw: bytes.len(), gzip: encoder.finish()?.len() })
}
