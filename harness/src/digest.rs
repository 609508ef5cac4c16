//! SHA-256 as it is written down.

use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::io::{self, Read};

/// The digest in lower-case hexadecimal.
pub(crate) fn hex(octets: &[u8]) -> String {
    text(&Sha256::digest(octets))
}

/// The digest of all that can be read, and its length: it need not fit into memory.
pub(crate) fn hex_of(mut source: impl Read) -> io::Result<(String, u64)> {
    let mut digest = Sha256::new();
    let octets = io::copy(&mut source, &mut digest)?;
    Ok((text(&digest.finalize()), octets))
}

fn text(digest: &[u8]) -> String {
    let mut text = String::new();
    for octet in digest {
        // Writing to a String cannot fail.
        _ = write!(text, "{octet:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    /// FIPS 180-4 has the digest of `abc` among its examples.
    #[test]
    fn the_example_of_the_standard() {
        assert!(super::hex(b"abc").starts_with("ba7816bf8f01cfea414140de5dae2223"));
        assert_eq!(super::hex_of(&b"abc"[..]).unwrap(), (super::hex(b"abc"), 3));
    }
}
