//! What is kept of a run: a folder with every rendering, the transcript, the configuration, and a manifest that is signed.

use super::CommandError;
use super::arguments::Format;
use super::output::{render, write_file};
use super::source::Source;
use countersign_harness::evidence::{FileDigest, MANIFEST, Manifest, Signer};
use countersign_harness::report::is_vocabulary;
use countersign_harness::run::Completed;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Where runs lie, below the working directory.
pub(super) const RUNS: &str = "countersign-runs";

/// The renderings in a bundle.
const RENDERINGS: [(&str, Format); 6] = [
    ("run.json", Format::Json),
    ("report.html", Format::Html),
    ("report.txt", Format::Text),
    ("summary.md", Format::Markdown),
    ("junit.xml", Format::Junit),
    ("report.sarif", Format::Sarif),
];

/// Every exchange, a line each.
pub(super) const EXCHANGES: &str = "exchanges.jsonl";

/// The folder of a run, with the thumbprint of the key that signed it.
pub(super) struct Kept {
    pub(super) folder: PathBuf,
    pub(super) key: String,
}

/// Writes a run into a folder of its own: whole, or not at all. It gets its name from the folder.
pub(super) fn keep(completed: &mut Completed, source: &Source, signer: &Signer) -> Result<Kept, CommandError> {
    let runs = Path::new(RUNS);
    let unwritable = |cause| CommandError::Unwritable { path: runs.to_owned(), cause };
    fs::create_dir_all(runs).map_err(unwritable)?;
    // Git ignores the folder because of a file in it.
    let ignored = runs.join(".gitignore");
    if !ignored.exists() {
        write_file(&ignored, "*\n")?;
    }
    let beside = beside(runs).map_err(unwritable)?;
    let first = completed.run.name.clone();
    for attempt in 1_u32.. {
        // Two runs with one seed may begin in one second.
        completed.run.name = if attempt == 1 { first.clone() } else { format!("{first}-{attempt}") };
        let folder = runs.join(&completed.run.name);
        if folder.exists() {
            continue;
        }
        write(beside.path(), completed, source, signer).map_err(|error| error.within(&folder))?;
        match fs::rename(beside.path(), &folder) {
            Ok(()) => {
                // It is no temporary folder any more.
                _ = beside.keep();
                return Ok(Kept { folder, key: signer.thumbprint() });
            }
            // Somebody was quicker.
            Err(_) if folder.exists() => {}
            Err(cause) => return Err(CommandError::Unwritable { path: folder, cause }),
        }
    }
    Err(unwritable(io::Error::from(io::ErrorKind::AlreadyExists)))
}

/// A folder that is gone again if it does not get its place.
fn beside(runs: &Path) -> io::Result<tempfile::TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".unfinished-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
    builder.tempdir_in(runs)
}

/// One file after the other, so that one at a time is in memory.
fn write(folder: &Path, completed: &Completed, source: &Source, signer: &Signer) -> Result<(), CommandError> {
    let mut files = BTreeMap::new();
    let mut add = |name: &str, text: &str| {
        write_file(&folder.join(name), text)?;
        files.insert(name.to_owned(), examined(folder, name, completed)?);
        Ok::<_, CommandError>(())
    };
    for (name, format) in RENDERINGS {
        add(name, &render(&completed.run, &completed.exchanges, format)?)?;
    }
    let lines = completed.exchanges.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
    add(EXCHANGES, &(lines.join("\n") + "\n"))?;
    add("configuration.toml", &completed.seal.text(&source.effective()))?;
    let program = std::env::current_exe().and_then(File::open).and_then(FileDigest::of).ok();
    let manifest = Manifest::new(&completed.run, Timestamp::now(), program, files);
    write_file(&folder.join(MANIFEST), &manifest.sign(signer)?)
}

/// What was written is read again: it holds no secret, and this is its digest.
fn examined(folder: &Path, name: &str, completed: &Completed) -> Result<FileDigest, CommandError> {
    let path = folder.join(name);
    let written = fs::read_to_string(&path);
    let written = written.map_err(|cause| CommandError::Unwritable { path: path.clone(), cause })?;
    // An exchange is a line of its own, and there are many.
    let pieces: Vec<_> = if name == EXCHANGES { written.lines().collect() } else { vec![written.as_str()] };
    pieces.iter().try_for_each(|piece| without_secrets(completed, Path::new(name), piece))?;
    FileDigest::of(written.as_bytes()).map_err(|cause| CommandError::Unwritable { path, cause })
}

/// Nothing is left that the run must not show; else it is a bug, and nothing is kept.
pub(super) fn without_secrets(completed: &Completed, path: &Path, text: &str) -> Result<(), CommandError> {
    if completed.seal.finds(text, &is_vocabulary) { Err(CommandError::Leak { path: path.to_owned() }) } else { Ok(()) }
}
