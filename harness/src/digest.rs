//! SHA-256 as it is written down.

use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// The digest in lower-case hexadecimal.
pub(crate) fn hex(octets: &[u8]) -> String {
    let mut text = String::new();
    for octet in Sha256::digest(octets) {
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
    }
}
