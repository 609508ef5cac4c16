//! Reports as text and as files.

use super::CommandError;
use super::arguments::Format;
use clap::ValueEnum as _;
use countersign_harness::report::{self, Run};
use countersign_harness::wire::Recorded;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};
use tempfile::NamedTempFile;

/// The run in a format.
pub(super) fn render(run: &Run, exchanges: &[Recorded], format: Format) -> Result<String, CommandError> {
    match format {
        Format::Text => Ok(report::text(run)),
        Format::Json => Ok(report::json(run)?),
        Format::Junit => Ok(report::junit(run)?),
        Format::Sarif => Ok(report::sarif(run)?),
        Format::Markdown => Ok(report::summary(run)),
        Format::Html => Ok(report::html(run, exchanges)?),
    }
}

/// `FORMAT=PATH`.
pub(super) fn parse(text: &str) -> Result<(Format, PathBuf), String> {
    let (format, path) = text.split_once('=').ok_or("write it as FORMAT=PATH, as in json=report.json")?;
    Ok((Format::from_str(format, false)?, PathBuf::from(path)))
}

/// Where a report goes.
enum Place {
    /// A regular file, or none yet: written beside it first, so that it is there whole or not at all.
    File(PathBuf),
    /// A device or a pipe: written to as it is, because replacing it would be no report but damage.
    Stream(PathBuf),
}

impl Place {
    /// Links are followed.
    fn of(path: &Path) -> io::Result<Self> {
        match fs::metadata(path) {
            Ok(there) if there.is_file() => Ok(Self::File(fs::canonicalize(path)?)),
            Ok(there) if there.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory)),
            Ok(_) => Ok(Self::Stream(path.to_owned())),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(Self::File(path.to_owned())),
            Err(cause) => Err(cause),
        }
    }

    fn write(&self, text: &str) -> io::Result<()> {
        match self {
            Self::Stream(path) => fs::OpenOptions::new().write(true).open(path)?.write_all(text.as_bytes()),
            Self::File(path) => {
                let mut beside = beside(path)?;
                beside.write_all(text.as_bytes())?;
                beside.persist(path).map(|_| ()).map_err(|error| error.error)
            }
        }
    }
}

/// A new file in the same folder, which is gone again if it does not get its place.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    // A report is for whoever may read files here; the mask of the user applies.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder.unwrap_or(Path::new(".")))
}

/// Whether a report can be put there.
pub(super) fn is_writable(path: &Path) -> Result<(), CommandError> {
    let tried = Place::of(path).and_then(|place| match place {
        Place::File(path) => beside(&path).map(|_| ()),
        // A pipe may have no reader yet.
        Place::Stream(_) => Ok(()),
    });
    tried.map_err(|cause| CommandError::Unwritable { path: path.to_owned(), cause })
}

/// Writes a report.
pub(super) fn write_file(path: &Path, text: &str) -> Result<(), CommandError> {
    let written = Place::of(path).and_then(|place| place.write(text));
    written.map_err(|cause| CommandError::Unwritable { path: path.to_owned(), cause })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_a_link_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("report.json"), folder.path().join("link.json"));
        fs::write(&file, "old").unwrap();
        fs::write(folder.path().join("report.json.part"), "not ours").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(&file, &link).unwrap();
        #[cfg(not(unix))]
        fs::hard_link(&file, &link).unwrap();
        is_writable(&link).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "old");
        write_file(&link, "new").unwrap();
        assert_eq!(fs::read_to_string(&link).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "nothing is left beside");
    }

    #[cfg(unix)]
    #[test]
    fn a_device_stays_a_device() {
        use std::os::unix::fs::FileTypeExt as _;
        write_file(Path::new("/dev/null"), "text").unwrap();
        assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
        assert!(write_file(Path::new("/dev/full"), "text").is_err());
        assert!(fs::metadata("/dev/full").unwrap().file_type().is_char_device());
    }

    #[test]
    fn a_folder_is_found_out_before() {
        let folder = tempfile::tempdir().unwrap();
        assert!(is_writable(folder.path()).is_err());
        assert!(is_writable(&folder.path().join("none/report.json")).is_err());
    }
}
