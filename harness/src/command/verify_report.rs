//! `countersign verify-report`.

use super::arguments::VerifyArguments;
use super::{CommandError, Terminal};
use countersign_harness::evidence::{self, MANIFEST};
use countersign_harness::exit::Exit;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

pub(super) fn run(arguments: &VerifyArguments, terminal: &mut Terminal<'_>) -> Result<Exit, CommandError> {
    let files = read(&arguments.bundle)?;
    match evidence::verify(&files, arguments.key.as_deref()) {
        Ok(whole) => {
            let (manifest, number) = (&whole.manifest, whole.manifest.files.len());
            writeln!(terminal.out, "Whole and unaltered: {number} files as they were signed at {}", manifest.signed)?;
            writeln!(terminal.out, "  run  {}", manifest.run)?;
            writeln!(terminal.out, "  by   {} {}", manifest.tool.name, manifest.tool.version)?;
            writeln!(terminal.out, "  key  {}", whole.key)?;
            if arguments.key.is_none() {
                let path = Path::new(MANIFEST).display();
                writeln!(
                    terminal.out,
                    "Anybody can sign with some key. {path} names this one itself: compare it with what the run\nprinted, or with what the tester published, and name it with `--key`."
                )?;
            }
            Ok(Exit::Conforms)
        }
        Err(flaws) => {
            for flaw in &flaws {
                writeln!(terminal.out, "{}", shown(&flaw.to_string()))?;
            }
            writeln!(terminal.out, "Not whole: this is no evidence of anything.")?;
            Ok(Exit::Broken)
        }
    }
}

/// A name of a file may hold anything.
fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

/// Every entry of the folder; what is no regular file, as a link, has no content.
fn read(folder: &Path) -> Result<BTreeMap<String, Option<Vec<u8>>>, CommandError> {
    let unreadable = |cause: std::io::Error| CommandError::NoRun { path: folder.to_owned(), cause: cause.to_string() };
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let regular = entry.file_type().map_err(unreadable)?.is_file();
        let content = if regular { Some(fs::read(entry.path()).map_err(unreadable)?) } else { None };
        files.insert(entry.file_name().to_string_lossy().into_owned(), content);
    }
    Ok(files)
}
