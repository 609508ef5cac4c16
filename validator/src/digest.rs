//! SHA-256 and how its values travel: 32 octets as canonical base64url (RFC 7638 §3.1, RFC 8705 §3.1, RFC 9449 §4.2).
//!
//! Statements: RFC7515-10.9-10, RFC9449-4.3-53, RFC8705-3.1-10.

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::base64url;

/// A SHA-256 value.
#[derive(Debug, Clone, Copy, PartialOrd, Ord)]
pub(crate) struct Digest([u8; 32]);

impl Digest {
    pub(crate) fn of(bytes: impl AsRef<[u8]>) -> Self {
        Self(Sha256::digest(bytes.as_ref()).into())
    }

    /// The digest of the parts, one after the other.
    pub(crate) fn of_parts(parts: &[&[u8]]) -> Self {
        Self(parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part)).finalize().into())
    }

    pub(crate) const fn from_octets(octets: [u8; 32]) -> Self {
        Self(octets)
    }

    /// `None` for anything but the one base64url text of 32 octets: padding, hexadecimal, other lengths.
    pub(crate) fn from_base64url(text: &str) -> Option<Self> {
        base64url::decode(text)?.try_into().ok().map(Self)
    }

    pub(crate) fn to_base64url(self) -> String {
        base64url::encode(self.0)
    }

    pub(crate) const fn octets(&self) -> &[u8; 32] {
        &self.0
    }
}

/// In constant time: how far two digests agree is told to nobody. The order serves names in a cache only, where whoever asks
/// has the text itself.
impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Digest {}
