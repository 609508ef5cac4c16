//! Snapshots that no run writes any more: a check was renamed, or a configuration is gone.

use super::snapshots::{folder_of, shown};
use countersign_harness::snapshot::is_followed;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A sentence for each orphan in this folder of snapshots; the configurations lie beside it.
pub(super) fn orphans(beside: &Path, snapshots: &Path) -> Vec<String> {
    let configurations: BTreeSet<_> = entries(beside).iter().filter_map(|path| Some(folder_of(stem(path)?))).collect();
    let of_a_configuration = |folder: &&PathBuf| {
        folder.file_name().and_then(|name| name.to_str()).is_some_and(|name| {
            configurations.contains(name) || ISSUERS.iter().any(|scheme| name.starts_with(&folder_of(scheme)))
        })
    };
    let (kept, gone): (Vec<_>, Vec<_>) =
        entries(snapshots).into_iter().filter(|path| path.is_dir()).partition(|folder| of_a_configuration(&folder));
    let files = kept.iter().flat_map(|folder| entries(folder));
    let files = files.filter(|path| stem(path).is_some_and(|name| ends(path) && !is_followed(name)));
    let gone = gone.iter().map(|folder| format!("{} belongs to no configuration here; remove it", shown(folder)));
    gone.chain(files.map(|file| format!("{} belongs to no check with a snapshot; remove it", shown(&file)))).collect()
}

/// A run without a configuration is called by its issuer, which may be anywhere.
const ISSUERS: [&str; 2] = ["https://", "http://"];

fn ends(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "snap")
}

fn stem(path: &Path) -> Option<&str> {
    path.file_stem()?.to_str()
}

/// What lies in a folder; links lead elsewhere.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let own = entries.filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_symlink()));
    let mut paths: Vec<_> = own.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}
