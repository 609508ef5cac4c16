//! What the signature vouches for.

use super::Signer;
use crate::digest;
use crate::report::Run;
use jiff::Timestamp;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::io::{self, Read};

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
    #[serde(deserialize_with = "unique")]
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
    pub octets: u64,
}

impl FileDigest {
    /// Of all that can be read.
    pub fn of(content: impl Read) -> io::Result<Self> {
        let (sha256, octets) = digest::hex_of(content)?;
        Ok(Self { sha256, octets })
    }
}

/// A map in which no name stands twice: of two digests of one file each reader could choose his own.
fn unique<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, FileDigest>, D::Error> {
    struct Unique;
    impl<'de> Visitor<'de> for Unique {
        type Value = BTreeMap<String, FileDigest>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("files, each with its digest")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
            let mut files = BTreeMap::new();
            while let Some((name, digest)) = entries.next_entry::<String, FileDigest>()? {
                if files.insert(name, digest).is_some() {
                    return Err(A::Error::custom("a file stands there twice"));
                }
            }
            Ok(files)
        }
    }
    deserializer.deserialize_map(Unique)
}

impl Manifest {
    /// The name of this format.
    pub const SCHEMA: &'static str = "countersign/bundle/1";

    /// Of these files; `executable` is the program.
    pub fn new(
        run: &Run,
        signed: Timestamp,
        executable: Option<FileDigest>,
        files: BTreeMap<String, FileDigest>,
    ) -> Self {
        Self {
            schema: Self::SCHEMA.into(),
            run: run.id.clone(),
            signed,
            tool: Tools {
                name: run.tool.name.clone(),
                version: run.tool.version.clone(),
                executable: executable.map(|executable| executable.sha256),
                catalogue: run.tool.catalogue.clone(),
            },
            clock_offset_seconds: run.clock_offset_seconds,
            files,
        }
    }

    /// The content of `manifest.jws`.
    pub fn sign(&self, signer: &Signer) -> Result<String, serde_json::Error> {
        Ok(signer.sign(&serde_json::to_vec(self)?) + "\n")
    }
}
