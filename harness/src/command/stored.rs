//! Runs that were kept: named by their folder, by the name of it, or as `last`.

use super::CommandError;
use super::evidence::RUNS;
use countersign_harness::report::{self, Run};
use countersign_harness::wire::Recorded;
use std::fs;
use std::path::{Path, PathBuf};

/// A run that was kept.
pub(super) struct StoredRun {
    pub(super) run: Run,
    pub(super) folder: PathBuf,
}

impl StoredRun {
    /// Reads the run that somebody names.
    pub(super) fn read(name: &str) -> Result<Self, CommandError> {
        let path = place(name)?;
        let (folder, file) = if path.is_dir() { (path.clone(), path.join("run.json")) } else { (PathBuf::new(), path) };
        let no_run = |cause: String| CommandError::NoRun { path: file.clone(), cause };
        let text = fs::read_to_string(&file).map_err(|cause| no_run(cause.to_string()))?;
        let run = report::read(&text).map_err(|cause| no_run(cause.to_string()))?;
        Ok(Self { run, folder })
    }

    /// Its exchanges, if they lie beside it.
    pub(super) fn exchanges(&self) -> Result<Vec<Recorded>, CommandError> {
        let file = self.folder.join("exchanges.jsonl");
        let Ok(text) = fs::read_to_string(&file) else { return Ok(Vec::new()) };
        let lines: Result<_, serde_json::Error> =
            text.lines().filter(|line| !line.is_empty()).map(serde_json::from_str).collect();
        lines.map_err(|cause| CommandError::NoRun { path: file, cause: cause.to_string() })
    }
}

fn place(name: &str) -> Result<PathBuf, CommandError> {
    let runs = Path::new(RUNS);
    if name == "last" {
        let folders = fs::read_dir(runs).into_iter().flatten().flatten().map(|entry| entry.path());
        // The name begins with the time; one that begins with a dot belongs to a run that is being written.
        let named =
            folders.filter(|path| path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('.')));
        let last = named.filter(|path| path.join("run.json").is_file()).max();
        return last.ok_or_else(|| CommandError::NoRun { path: runs.to_owned(), cause: "no run lies there".into() });
    }
    let named = PathBuf::from(name);
    Ok(if named.exists() || !runs.join(name).exists() { named } else { runs.join(name) })
}
