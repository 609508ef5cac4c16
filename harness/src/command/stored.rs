//! Runs that were kept: named by their folder, by the name of it, or as `last`.

use super::CommandError;
use super::evidence::{EXCHANGES, RUNS};
use countersign_harness::report::{self, Run};
use countersign_harness::wire::Recorded;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// A run that was kept.
pub(super) struct StoredRun {
    pub(super) run: Run,
    pub(super) folder: PathBuf,
}

impl StoredRun {
    /// Whether it lies where this command puts its runs.
    pub(super) fn is_kept_here(&self) -> bool {
        let parent = |path: &Path| fs::canonicalize(path).ok()?.parent().map(Path::to_owned);
        parent(&self.folder).is_some_and(|parent| fs::canonicalize(RUNS).is_ok_and(|runs| runs == parent))
    }

    /// Where the run lies that somebody names.
    pub(super) fn place(name: &str) -> Result<PathBuf, CommandError> {
        let runs = Path::new(RUNS);
        if name == "last" {
            let folders = fs::read_dir(runs).into_iter().flatten().flatten().map(|entry| entry.path());
            // The name begins with the time; one that begins with a dot belongs to a run that is being written.
            let named =
                folders.filter(|path| path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('.')));
            let last = named.filter(|path| path.join("run.json").is_file()).max();
            return last
                .ok_or_else(|| CommandError::NoRun { path: runs.to_owned(), cause: "no run lies there".into() });
        }
        let named = PathBuf::from(name);
        Ok(if named.exists() || !runs.join(name).exists() { named } else { runs.join(name) })
    }

    /// Reads the run that somebody names.
    pub(super) fn read(name: &str) -> Result<Self, CommandError> {
        let path = Self::place(name)?;
        // A link is followed where somebody names it himself; one inside a folder may be anybody's, and lead anywhere.
        let (file, links) =
            if path.is_dir() { (path.join("run.json"), Links::Refused) } else { (path, Links::Followed) };
        let folder = file.parent().map(Path::to_owned).unwrap_or_default();
        let no_run = |cause: String| CommandError::NoRun { path: file.clone(), cause };
        let text = text(&file, links, MOST_OF_A_RUN).map_err(|cause| no_run(cause.to_string()))?;
        let run = report::read(&text).map_err(|cause| no_run(cause.to_string()))?;
        Ok(Self { run, folder })
    }

    /// Its exchanges, if they lie beside it.
    pub(super) fn exchanges(&self) -> Result<Vec<Recorded>, CommandError> {
        let file = self.folder.join(EXCHANGES);
        if !file.exists() {
            return Ok(Vec::new());
        }
        let no_run = |cause: io::Error| CommandError::NoRun { path: file.clone(), cause: cause.to_string() };
        let text = text(&file, Links::Refused, MOST_OF_EXCHANGES).map_err(no_run)?;
        let lines: Result<_, serde_json::Error> =
            text.lines().filter(|line| !line.is_empty()).map(serde_json::from_str).collect();
        lines.map_err(|cause| CommandError::NoRun { path: file, cause: cause.to_string() })
    }
}

/// A run of this command has about a quarter of a MiB, octets; in memory it is many times as large as in its file.
const MOST_OF_A_RUN: u64 = 1 << 24;

/// What a run of this command writes is smaller by far, octets.
const MOST_OF_EXCHANGES: u64 = 1 << 27;

/// What becomes of a link.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Links {
    Followed,
    Refused,
}

/// The text of a regular file: a run may be anybody's, and a pipe or a device would be read for ever.
pub(super) fn text(path: &Path, links: Links, most: u64) -> io::Result<String> {
    let other = |what: &str| io::Error::new(io::ErrorKind::InvalidInput, what);
    let there = if links == Links::Followed { fs::metadata(path) } else { fs::symlink_metadata(path) }?;
    if !there.is_file() {
        return Err(other(NO_REGULAR_FILE));
    }
    if there.len() > most {
        return Err(other("it is larger than any run"));
    }
    let mut text = String::new();
    fs::File::open(path)?.take(most).read_to_string(&mut text)?;
    Ok(text)
}

/// Of a link, a folder, a pipe or a device.
pub(super) const NO_REGULAR_FILE: &str = "it is no regular file";
