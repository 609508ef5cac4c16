//! Whether evidence is whole and unaltered.

use super::key::thumbprint;
use super::{FileDigest, MANIFEST, Manifest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_validator::{Algorithm, KeySet};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What is wrong with a bundle: each its own sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// There is no manifest.
    #[error("{MANIFEST} is missing: nothing vouches for the files")]
    NoManifest,
    /// The manifest is something else.
    #[error("{MANIFEST} is no signed manifest: {0}")]
    Malformed(&'static str),
    /// It was changed, or signed with something else.
    #[error("{MANIFEST} was changed after it was signed: its signature does not fit")]
    Signature,
    /// Somebody else signed it.
    #[error("{MANIFEST} is signed by the key {found}, not by {expected}")]
    OtherKey {
        /// The thumbprint that was asked for.
        expected: String,
        /// The thumbprint of the key that signed.
        found: String,
    },
    /// A file holds something else.
    #[error("{0} was changed after it was signed")]
    Changed(String),
    /// A file holds what another one held.
    #[error("{file} holds what was signed as {other}: files were swapped or copied")]
    Swapped {
        /// The file.
        file: String,
        /// Whose content it has.
        other: String,
    },
    /// A file is gone.
    #[error("{0} is missing")]
    Missing(String),
    /// A file came later.
    #[error("{0} was added: it is not in the manifest")]
    Added(String),
}

/// A bundle that is as it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// What was signed.
    pub manifest: Manifest,
    /// The thumbprint of the key that signed.
    pub key: String,
}

/// Holds the files of a bundle, the manifest among them, against the manifest; `key` is the thumbprint of the key that
/// must have signed. What is no regular file has no content.
pub fn verify(files: &BTreeMap<String, Option<Vec<u8>>>, key: Option<&str>) -> Result<Whole, Vec<Flaw>> {
    let jws = files.get(MANIFEST).and_then(Option::as_deref).ok_or_else(|| vec![Flaw::NoManifest])?;
    let whole = open(jws).map_err(|flaw| vec![flaw])?;
    let mut flaws = Vec::new();
    if let Some(expected) = key.filter(|expected| *expected != whole.key) {
        flaws.push(Flaw::OtherKey { expected: expected.to_owned(), found: whole.key.clone() });
    }
    let signed = &whole.manifest.files;
    let names: BTreeSet<_> = signed.keys().chain(files.keys()).filter(|name| *name != MANIFEST).collect();
    for name in names {
        flaws.extend(match (signed.get(name), files.get(name)) {
            (Some(_), None) => Some(Flaw::Missing(name.clone())),
            (None, _) => Some(Flaw::Added(name.clone())),
            (Some(digest), Some(content)) => differs(name, digest, content.as_deref(), signed),
        });
    }
    if flaws.is_empty() { Ok(whole) } else { Err(flaws) }
}

fn differs(
    name: &str,
    digest: &FileDigest,
    content: Option<&[u8]>,
    signed: &BTreeMap<String, FileDigest>,
) -> Option<Flaw> {
    let found = content.map(FileDigest::of);
    if found.as_ref() == Some(digest) {
        return None;
    }
    let other = signed.iter().find(|(_, other)| Some(*other) == found.as_ref());
    let swapped = other.map(|(other, _)| Flaw::Swapped { file: name.to_owned(), other: other.clone() });
    Some(swapped.unwrap_or_else(|| Flaw::Changed(name.to_owned())))
}

/// The manifest in a JWS that its own key has signed. Which algorithms and keys there are the validator knows.
fn open(jws: &[u8]) -> Result<Whole, Flaw> {
    let text = str::from_utf8(jws).map_err(|_| Flaw::Malformed("it is no text"))?.trim_end();
    let (input, signature) = text.rsplit_once('.').ok_or(Flaw::Malformed("it has no three parts"))?;
    let (header, payload) = input.split_once('.').ok_or(Flaw::Malformed("it has no three parts"))?;
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| Flaw::Malformed("it is no base64url"));
    let header: Value =
        serde_json::from_slice(&decode(header)?).map_err(|_| Flaw::Malformed("its header is no JSON"))?;
    let (payload, signature) = (decode(payload)?, decode(signature)?);
    if header.get("alg").and_then(Value::as_str) != Some("EdDSA") {
        return Err(Flaw::Malformed("its algorithm is not EdDSA"));
    }
    if header.get("crit").is_some() {
        return Err(Flaw::Malformed("it demands what nobody knows here (`crit`)"));
    }
    let jwk = header.get("jwk").ok_or(Flaw::Malformed("it does not hold its key"))?;
    let key = thumbprint(jwk).ok_or(Flaw::Malformed("it does not hold its key"))?;
    // Only the members of the thumbprint: a key that says more would have the thumbprint of one that says less.
    let public = json!({ "keys": [{ "kty": jwk.get("kty"), "crv": jwk.get("crv"), "x": jwk.get("x") }] });
    let keys = KeySet::from_json(public.to_string().as_bytes()).map_err(|_| Flaw::Malformed("its key is unusable"))?;
    let algorithm = Algorithm::from_name("EdDSA").ok_or(Flaw::Malformed("its algorithm is unknown here"))?;
    match keys.verify_signature(None, algorithm, input.as_bytes(), &signature) {
        Ok(true) => {}
        Ok(false) => return Err(Flaw::Signature),
        Err(_) => return Err(Flaw::Malformed("its key is unusable")),
    }
    let manifest: Manifest = serde_json::from_slice(&payload).map_err(|_| Flaw::Malformed("its payload is another"))?;
    if manifest.schema != Manifest::SCHEMA {
        return Err(Flaw::Malformed("its payload is another"));
    }
    Ok(Whole { manifest, key })
}
