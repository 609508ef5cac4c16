//! Where snapshots lie, and what becomes of those that differ: `countersign snapshot`.

use super::arguments::SnapshotCommand;
pub(super) use super::orphans::orphans;
use super::output::write_file;
use super::stored::{Links, NO_REGULAR_FILE, text};
use super::{CommandError, Terminal};
use countersign_harness::exit::Exit;
use countersign_harness::snapshot::{Snapshot, Stored};
use countersign_harness::wire::escaped;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The folder beside the configuration.
pub(super) const SNAPSHOTS: &str = "countersign-snapshots";

/// The folder in it of a configuration with this name, or of an issuer: what differs there is another server.
pub(super) fn folder_of(name: &str) -> String {
    name.replace(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_', "_")
}

/// The form of an answer has some hundred lines at most, octets.
const MOST_OF_A_SNAPSHOT: u64 = 1 << 20;

/// The snapshots that lie in this folder. They come with a clone, which may be anybody's: a link leads elsewhere, and a pipe
/// has no end.
pub(super) fn stored(folder: &Path) -> Stored {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let snapshots = entries.filter_map(|entry| {
        let name = entry.file_name().to_str()?.strip_suffix(".snap")?.to_owned();
        Some((name, text(&entry.path(), Links::Refused, MOST_OF_A_SNAPSHOT).ok()?))
    });
    snapshots.collect()
}

/// A first snapshot is kept; one that differs lies beside the old one until somebody has looked at it. In CI nobody looks:
/// there a difference is told, and nothing is written.
pub(super) fn keep(folder: &Path, stored: &Stored, seen: &[Snapshot]) -> Result<(), CommandError> {
    if is_in_ci() {
        return Ok(());
    }
    for snapshot in seen {
        let name = match (stored.contains_key(&snapshot.name), snapshot.difference(stored)) {
            (false, _) => format!("{}.snap", snapshot.name),
            (true, Some(_)) => format!("{}.snap.new", snapshot.name),
            (true, None) => continue,
        };
        let unwritable = |cause| CommandError::Unwritable { path: folder.to_owned(), cause };
        fs::create_dir_all(folder).map_err(unwritable)?;
        let path = folder.join(name);
        if fs::symlink_metadata(&path).is_ok_and(|there| !there.is_file()) {
            let cause = io::Error::new(io::ErrorKind::InvalidInput, NO_REGULAR_FILE);
            return Err(CommandError::Unwritable { path, cause });
        }
        write_file(&path, &snapshot.text)?;
    }
    Ok(())
}

/// Where nobody looks at what is written.
fn is_in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty())
}

/// `countersign snapshot review|accept`.
pub(super) fn run(command: SnapshotCommand, terminal: &mut Terminal<'_>) -> Result<Exit, CommandError> {
    if command == SnapshotCommand::Accept && is_in_ci() {
        return Err(CommandError::SnapshotsInCi);
    }
    let orphans = orphans(Path::new("."), Path::new(SNAPSHOTS));
    orphans.iter().try_for_each(|orphan| writeln!(terminal.out, "{orphan}"))?;
    let mut pending = Vec::new();
    find(Path::new(SNAPSHOTS), ".snap.new", &mut pending);
    pending.sort();
    for new in &pending {
        let old = new.with_extension("");
        match command {
            SnapshotCommand::Review => review(&old, new, terminal)?,
            SnapshotCommand::Accept => {
                fs::rename(new, &old).map_err(|cause| CommandError::Unwritable { path: old.clone(), cause })?;
                writeln!(terminal.out, "accepted {}", shown(&old))?;
            }
        }
    }
    match (pending.len(), command) {
        (0, _) => writeln!(terminal.out, "Nothing differs from its snapshot.")?,
        (number, SnapshotCommand::Review) => {
            writeln!(terminal.out, "{number} to review; `countersign snapshot accept` accepts them all.")?;
            return Ok(Exit::Outdated);
        }
        (_, SnapshotCommand::Accept) => {}
    }
    Ok(if orphans.is_empty() { Exit::Conforms } else { Exit::Outdated })
}

/// Every snapshot with this ending, one folder for each configuration.
fn find(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        // A link is not followed: it may lead around in a circle.
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => find(&path, ending, found),
            Ok(kind) if kind.is_file() && path.to_string_lossy().ends_with(ending) => found.push(path),
            _ => {}
        }
    }
}

fn review(old: &Path, new: &Path, terminal: &mut Terminal<'_>) -> Result<(), CommandError> {
    let read = |path: &Path| {
        let unreadable = |cause| CommandError::NoRun { path: path.to_owned(), cause: format!("{cause}") };
        text(path, Links::Refused, MOST_OF_A_SNAPSHOT).map_err(unreadable)
    };
    let (before, now) = (read(old).unwrap_or_default(), read(new)?);
    writeln!(terminal.out, "{}", shown(old))?;
    let (had, has): (HashSet<_>, HashSet<_>) = (before.lines().collect(), now.lines().collect());
    for line in before.lines().filter(|line| !has.contains(line)) {
        writeln!(terminal.out, "  - {}", escaped(line))?;
    }
    for line in now.lines().filter(|line| !had.contains(line)) {
        writeln!(terminal.out, "  + {}", escaped(line))?;
    }
    Ok(writeln!(terminal.out)?)
}

pub(super) fn shown(path: &Path) -> String {
    escaped(&path.display().to_string())
}
