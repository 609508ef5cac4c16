//! Whether evidence is whole and unaltered.

use super::key::thumbprint;
use super::{FileDigest, MANIFEST, Manifest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_validator::{Algorithm, KeySet};
use serde::{Deserialize, Serialize};
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

/// What lies in a folder that is said to be a bundle.
#[derive(Debug, Clone, Default)]
pub struct Bundle {
    /// The content of the manifest, if it is there.
    pub manifest: Option<Vec<u8>>,
    /// Every entry, the manifest aside; what is no regular file, as a link, has no digest.
    pub files: BTreeMap<String, Option<FileDigest>>,
}

/// A bundle that is as it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// What was signed.
    pub manifest: Manifest,
    /// The thumbprint of the key that signed.
    pub key: String,
}

/// Holds the files of a bundle against its manifest; `key` is the thumbprint of the key that must have signed.
pub fn verify(bundle: &Bundle, key: Option<&str>) -> Result<Whole, Vec<Flaw>> {
    let files = &bundle.files;
    let jws = bundle.manifest.as_deref().ok_or_else(|| vec![Flaw::NoManifest])?;
    let whole = open(jws).map_err(|flaw| vec![flaw])?;
    let mut flaws = Vec::new();
    if let Some(expected) = key.filter(|expected| *expected != whole.key) {
        flaws.push(Flaw::OtherKey { expected: expected.to_owned(), found: whole.key.clone() });
    }
    let signed = &whole.manifest.files;
    let names: BTreeSet<_> = signed.keys().chain(files.keys()).collect();
    for name in names {
        flaws.extend(match (signed.get(name), files.get(name)) {
            (Some(_), None) => Some(Flaw::Missing(name.clone())),
            (None, _) => Some(Flaw::Added(name.clone())),
            (Some(digest), Some(found)) => differs(name, digest, found.as_ref(), signed),
        });
    }
    if flaws.is_empty() { Ok(whole) } else { Err(flaws) }
}

fn differs(
    name: &str,
    digest: &FileDigest,
    found: Option<&FileDigest>,
    signed: &BTreeMap<String, FileDigest>,
) -> Option<Flaw> {
    if found == Some(digest) {
        return None;
    }
    let other = signed.iter().find(|(_, other)| Some(*other) == found);
    let swapped = other.map(|(other, _)| Flaw::Swapped { file: name.to_owned(), other: other.clone() });
    Some(swapped.unwrap_or_else(|| Flaw::Changed(name.to_owned())))
}

/// What is read of the header; a member that stands there twice is refused.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    jwk: Option<Jwk>,
    crit: Option<Value>,
    b64: Option<Value>,
}

/// The members of the thumbprint (RFC 8037 §2): a key that says more has the thumbprint of one that says less.
#[derive(Deserialize, Serialize)]
struct Jwk {
    kty: Option<String>,
    crv: Option<String>,
    x: Option<String>,
}

/// The manifest in a JWS that its own key has signed. Which algorithms and keys there are the validator knows.
fn open(jws: &[u8]) -> Result<Whole, Flaw> {
    let text = str::from_utf8(jws).map_err(|_| Flaw::Malformed("it is no text"))?;
    // The end of its line, and nothing else, is not signed.
    let text = text.strip_suffix('\n').unwrap_or(text);
    let (input, signature) = text.rsplit_once('.').ok_or(Flaw::Malformed("it has no three parts"))?;
    let (header, payload) = input.split_once('.').ok_or(Flaw::Malformed("it has no three parts"))?;
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| Flaw::Malformed("it is no base64url"));
    let header: Header =
        serde_json::from_slice(&decode(header)?).map_err(|_| Flaw::Malformed("its header is another"))?;
    let (payload, signature) = (decode(payload)?, decode(signature)?);
    if header.alg != "EdDSA" {
        return Err(Flaw::Malformed("its algorithm is not EdDSA"));
    }
    if header.crit.is_some() {
        return Err(Flaw::Malformed("it demands what nobody knows here (`crit`)"));
    }
    // RFC 7797 §6: whoever knows it reads another payload.
    if header.b64.is_some() {
        return Err(Flaw::Malformed("it demands what nobody knows here (`b64`)"));
    }
    let jwk = json!(header.jwk.ok_or(Flaw::Malformed("it does not hold its key"))?);
    let key = thumbprint(&jwk).ok_or(Flaw::Malformed("it does not hold its key"))?;
    if header.kid.is_some_and(|kid| kid != key) {
        return Err(Flaw::Malformed("its `kid` names another key than the one that it holds"));
    }
    let public = json!({ "keys": [jwk] });
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
    if manifest.files.contains_key(MANIFEST) {
        return Err(Flaw::Malformed("it names itself, and cannot hold its own digest"));
    }
    Ok(Whole { manifest, key })
}

#[cfg(test)]
mod tests {
    use super::super::Signer;
    use super::*;

    /// A manifest that is signed over this payload with this header.
    fn signed(header: &str, payload: &str) -> Bundle {
        let jws = Signer::ephemeral().unwrap().sign_with(header, payload.as_bytes());
        Bundle { manifest: Some(jws.into_bytes()), files: BTreeMap::new() }
    }

    const PAYLOAD: &str = r#"{"schema":"countersign/bundle/1","run":"r","signed":"2026-11-28T00:00:00Z","tool":{"name":"t","version":"1","executable":null,"catalogue":"c"},"clock_offset_seconds":null,"files":{FILES}}"#;

    #[test]
    fn a_manifest_has_one_reading() {
        let digest = format!(r#"{{"sha256":"{}","octets":1}}"#, "0".repeat(64));
        let flaw = |header: &str, payload: &str| verify(&signed(header, payload), None).unwrap_err().remove(0);
        let whole = PAYLOAD.replace("FILES", "");
        let good = r#"{"alg":"EdDSA","jwk":JWK}"#;
        assert!(verify(&signed(good, &whole), None).is_ok());
        for (header, says) in [
            (r#"{"alg":"none","jwk":JWK}"#, "algorithm"),
            (r#"{"alg":"HS256","jwk":JWK}"#, "algorithm"),
            (r#"{"alg":"EdDSA","alg":"none","jwk":JWK}"#, "header"),
            (r#"{"alg":"EdDSA","jwk":JWK,"jwk":{"kty":"OKP","crv":"Ed25519","x":"AAAA"}}"#, "header"),
            (r#"{"alg":"EdDSA","jwk":JWK,"kid":"of-the-owner"}"#, "`kid` names another key"),
            (r#"{"alg":"EdDSA","jwk":JWK,"crit":["exp"]}"#, "`crit`"),
            (r#"{"alg":"EdDSA","jwk":JWK,"b64":false}"#, "`b64`"),
            // Two readers would take two keys.
            (r#"{"alg":"EdDSA","jwk":{"x":"AAAA","x":"AAAA","kty":"OKP","crv":"Ed25519"}}"#, "header is another"),
            (r#"{"alg":"EdDSA"}"#, "does not hold its key"),
            (r#"{"alg":"EdDSA","jwk":{"kty":"oct","k":"AAAA"}}"#, "does not hold its key"),
            (r#"{"alg":"EdDSA","jwk":{"kty":"OKP","crv":"Ed25519","x":"AAAA"}}"#, "its key is unusable"),
        ] {
            let found = flaw(header, &whole).to_string();
            assert!(found.contains(says), "{header}: {found}");
        }
        // Nobody signed what stands behind the signature.
        for more in ["\n\n", " ", "\u{3000}", "\r\n", ".", "=\n"] {
            let mut bundle = signed(good, &whole);
            bundle.manifest.as_mut().unwrap().extend_from_slice(more.as_bytes());
            assert!(verify(&bundle, None).is_err(), "{more:?}");
        }
        let twice = PAYLOAD.replace("FILES", &format!(r#""run.json":{digest},"run.json":{digest}"#));
        assert!(flaw(good, &twice).to_string().contains("its payload is another"));
        let itself = PAYLOAD.replace("FILES", &format!(r#""{MANIFEST}":{digest}"#));
        assert!(flaw(good, &itself).to_string().contains("it names itself"));
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(flaw(good, &PAYLOAD.replace("FILES", &deep)).to_string().contains("its payload is another"));
        assert!(flaw(&deep, &whole).to_string().contains("its header is another"));
    }

    /// A name is held against names, and no file is opened because of it.
    #[test]
    fn a_path_in_a_manifest_is_the_name_of_a_file_that_is_missing() {
        let digest = format!(r#"{{"sha256":"{}","octets":1}}"#, "0".repeat(64));
        for name in ["/etc/hostname", "../run.json", "a/../b", "", "."] {
            let payload = PAYLOAD.replace("FILES", &format!("{}:{digest}", Value::from(name)));
            let flaws = verify(&signed(r#"{"alg":"EdDSA","jwk":JWK}"#, &payload), None).unwrap_err();
            assert_eq!(flaws, [Flaw::Missing(name.to_owned())]);
        }
    }
}
