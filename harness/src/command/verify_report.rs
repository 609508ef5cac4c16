//! `countersign verify-report`.

use super::arguments::VerifyArguments;
use super::stored::StoredRun;
use super::{CommandError, Terminal};
use countersign_harness::evidence::{self, Bundle, FileDigest, MANIFEST};
use countersign_harness::exit::Exit;
use countersign_harness::wire::escaped;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

pub(super) fn run(arguments: &VerifyArguments, terminal: &mut Terminal<'_>) -> Result<Exit, CommandError> {
    let bundle = read(&StoredRun::place(&arguments.bundle)?)?;
    match evidence::verify(&bundle, arguments.key.as_deref()) {
        Ok(whole) => {
            let (manifest, number) = (&whole.manifest, whole.manifest.files.len());
            writeln!(terminal.out, "Whole and unaltered: {number} files as they were signed at {}", manifest.signed)?;
            // A manifest may be anybody's.
            writeln!(terminal.out, "  run  {}", escaped(&manifest.run))?;
            let by = format!("{} {}", manifest.tool.name, manifest.tool.version);
            writeln!(terminal.out, "  by   {}", escaped(&by))?;
            writeln!(terminal.out, "  key  {}", whole.key)?;
            if arguments.key.is_none() {
                let path = Path::new(MANIFEST).display();
                writeln!(
                    terminal.out,
                    "Anybody can sign with some key. {path} names this one itself: compare it\nwith what the run printed, or with what the tester published, and\nname it with `--key`."
                )?;
            }
            Ok(Exit::Conforms)
        }
        Err(flaws) => {
            for flaw in &flaws {
                writeln!(terminal.out, "{}", escaped(&flaw.to_string()))?;
            }
            writeln!(terminal.out, "Not whole: this is no evidence of anything.")?;
            Ok(Exit::Broken)
        }
    }
}

/// A manifest has a kilobyte or two; nothing else is read into memory.
const MOST_OF_A_MANIFEST: u64 = 1 << 20;

/// A run writes no file that is as long, octets: one with a hole in it costs nothing, and would be read for hours.
const MOST_OF_A_FILE: u64 = 1 << 32;

/// Every entry of the folder.
fn read(folder: &Path) -> Result<Bundle, CommandError> {
    let unreadable = |cause: io::Error| CommandError::NoRun { path: folder.to_owned(), cause: cause.to_string() };
    let mut bundle = Bundle::default();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        // What is no regular file, as a link or a pipe, is not opened.
        let there = entry.metadata().map_err(unreadable)?;
        let file = if there.is_file() && there.len() <= MOST_OF_A_FILE {
            Some(File::open(entry.path()).map_err(unreadable)?)
        } else {
            None
        };
        match (entry.file_name().into_string(), file) {
            (Ok(name), Some(file)) if name == MANIFEST => {
                let mut manifest = Vec::new();
                file.take(MOST_OF_A_MANIFEST).read_to_end(&mut manifest).map_err(unreadable)?;
                bundle.manifest = Some(manifest);
            }
            (Ok(name), file) => {
                bundle.files.insert(name, file.map(FileDigest::of).transpose().map_err(unreadable)?);
            }
            // A name that is no text stands in no manifest, and must not hide behind one that looks like it.
            (Err(name), _) => _ = bundle.files.insert(format!("{name:?}"), None),
        }
    }
    Ok(bundle)
}
