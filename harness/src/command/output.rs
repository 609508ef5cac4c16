//! Reports as text and as files.

use super::CommandError;
use super::arguments::Format;
use clap::ValueEnum as _;
use countersign_harness::report::{self, Run};
use std::path::{Path, PathBuf};

/// The run in a format.
pub(super) fn render(run: &Run, format: Format) -> Result<String, CommandError> {
    match format {
        Format::Text => Ok(report::text(run)),
        Format::Json => Ok(report::json(run)?),
    }
}

/// `FORMAT=PATH`.
pub(super) fn parse(text: &str) -> Result<(Format, PathBuf), String> {
    let (format, path) = text.split_once('=').ok_or("write it as FORMAT=PATH, as in json=report.json")?;
    Ok((Format::from_str(format, false)?, PathBuf::from(path)))
}

/// Whether a file can be put there.
pub(super) fn is_writable(path: &Path) -> Result<(), CommandError> {
    let unwritable = |cause| CommandError::Unwritable { path: path.to_owned(), cause };
    let beside = beside(path);
    std::fs::write(&beside, "").and_then(|()| std::fs::remove_file(&beside)).map_err(unwritable)
}

/// Writes a file whole or not at all: beside its place first, then into it.
pub(super) fn write_file(path: &Path, text: &str) -> Result<(), CommandError> {
    let unwritable = |cause| CommandError::Unwritable { path: path.to_owned(), cause };
    let beside = beside(path);
    std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, path)).map_err(unwritable)
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}
