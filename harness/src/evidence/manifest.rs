//! What the signature vouches for.

use super::Signer;
use crate::digest;
use crate::report::Run;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The file of the manifest in a bundle.
pub const MANIFEST: &str = "manifest.jws";

/// The payload of the signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The name of this format.
    pub schema: String,
    /// The id of the run.
    pub run: String,
    /// When it was signed.
    pub signed: Timestamp,
    /// What made the evidence.
    pub tool: Tools,
    /// How far the server's clock was ahead of ours, seconds.
    pub clock_offset_seconds: Option<i64>,
    /// Every file of the bundle, the manifest aside.
    pub files: BTreeMap<String, FileDigest>,
}

/// What made the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tools {
    /// The name of the program.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its executable, hexadecimal, where it could be read.
    pub executable: Option<String>,
    /// SHA-256 of the catalogue of statements, hexadecimal.
    pub catalogue: String,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileDigest {
    /// SHA-256, hexadecimal.
    pub sha256: String,
    /// Its length.
    pub octets: usize,
}

impl FileDigest {
    /// Of this content.
    pub fn of(content: &[u8]) -> Self {
        Self { sha256: digest::hex(content), octets: content.len() }
    }
}

impl Manifest {
    /// The name of this format.
    pub const SCHEMA: &'static str = "countersign/bundle/1";

    /// Of these files; `executable` is the content of the program.
    pub fn new(run: &Run, signed: Timestamp, executable: Option<&[u8]>, files: &BTreeMap<String, String>) -> Self {
        let files = files.iter().map(|(name, text)| (name.clone(), FileDigest::of(text.as_bytes())));
        Self {
            schema: Self::SCHEMA.into(),
            run: run.id.clone(),
            signed,
            tool: Tools {
                name: run.tool.name.clone(),
                version: run.tool.version.clone(),
                executable: executable.map(digest::hex),
                catalogue: run.tool.catalogue.clone(),
            },
            clock_offset_seconds: run.clock_offset_seconds,
            files: files.collect(),
        }
    }

    /// The content of `manifest.jws`.
    pub fn sign(&self, signer: &Signer) -> Result<String, serde_json::Error> {
        Ok(signer.sign(&serde_json::to_vec(self)?) + "\n")
    }
}
