//! Evidence that somebody else can check, later and offline: a folder of files and a manifest that vouches for each.
//!
//! The manifest is the payload of a JWS (RFC 7515 §3.1) over an Ed25519 key (RFC 8037), so that any JOSE tool checks it.
//! A signature says that nothing was changed since; whose it is only somebody can say who knows the key from elsewhere.
//! That is why the command prints the thumbprint of the key (RFC 7638), and `verify-report --key` compares it.

mod key;
mod manifest;
mod verify;

pub use key::{KeyError, Signer};
pub use manifest::{FileDigest, MANIFEST, Manifest, Tools};
pub use verify::{Bundle, Flaw, Whole, verify};
