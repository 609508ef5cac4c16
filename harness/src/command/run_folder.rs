//! Where runs and snapshots lie.

use super::CommandError;
use super::output::write_file;
use countersign_harness::report;
use countersign_harness::run::Completed;
use countersign_harness::snapshot::{Snapshot, Stored};
use std::path::{Path, PathBuf};

/// The folder of one run.
pub(super) struct RunFolder(PathBuf);

impl RunFolder {
    /// Writes a run into `runs`, which git ignores because of a file that is written into it.
    pub(super) fn write(runs: &Path, completed: &Completed) -> Result<Self, CommandError> {
        let run = &completed.run;
        let folder = runs.join(format!("{}-{}", run.started.strftime("%Y%m%dT%H%M%SZ"), run.seed));
        let unwritable = |cause| CommandError::Unwritable { path: folder.clone(), cause };
        std::fs::create_dir_all(&folder).map_err(unwritable)?;
        write_file(&runs.join(".gitignore"), "*\n")?;
        write_file(&folder.join("run.json"), &report::json(run)?)?;
        let lines = completed.exchanges.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
        write_file(&folder.join("exchanges.jsonl"), &(lines.join("\n") + "\n"))?;
        Ok(Self(folder))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

/// The snapshots that lie in this folder.
pub(super) fn snapshots(folder: &Path) -> Stored {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let snapshots = entries.filter_map(|entry| {
        let name = entry.file_name().to_str()?.strip_suffix(".snap")?.to_owned();
        Some((name, std::fs::read_to_string(entry.path()).ok()?))
    });
    snapshots.collect()
}

/// A first snapshot is kept; one that differs lies beside the old one until somebody has looked at it.
pub(super) fn keep_snapshots(folder: &Path, stored: &Stored, seen: &[Snapshot]) -> Result<(), CommandError> {
    for snapshot in seen {
        let name = match (stored.contains_key(&snapshot.name), snapshot.difference(stored)) {
            (false, _) => format!("{}.snap", snapshot.name),
            (true, Some(_)) => format!("{}.snap.new", snapshot.name),
            (true, None) => continue,
        };
        let unwritable = |cause| CommandError::Unwritable { path: folder.to_owned(), cause };
        std::fs::create_dir_all(folder).map_err(unwritable)?;
        write_file(&folder.join(name), &snapshot.text)?;
    }
    Ok(())
}
