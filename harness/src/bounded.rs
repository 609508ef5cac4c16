//! Files up to a size: what is named may be a device, which has no end.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// The most of a configuration or a JWK Set, octets: both have a few thousand.
pub const MOST_OCTETS: u64 = 1 << 20;

/// The octets of a file, or of a pipe; an error, if there are more.
pub fn octets(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut octets = Vec::new();
    let read = File::open(path)?.take(most.saturating_add(1)).read_to_end(&mut octets)?;
    let too_long = || io::Error::new(io::ErrorKind::FileTooLarge, format!("it is longer than {most} octets"));
    if read as u64 > most { Err(too_long()) } else { Ok(octets) }
}

/// The same as text.
pub fn text(path: &Path, most: u64) -> io::Result<String> {
    let invalid = |_| io::Error::new(io::ErrorKind::InvalidData, "it is no UTF-8 text");
    String::from_utf8(octets(path, most)?).map_err(invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_device_has_an_end() {
        assert!(octets(Path::new("/dev/zero"), 10).unwrap_err().to_string().contains("longer than 10 octets"));
        assert_eq!(octets(Path::new("/dev/null"), 0).unwrap(), b"");
    }
}
