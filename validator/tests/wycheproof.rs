//! The vectors of project Wycheproof, through the ingest of keys and the check of signatures that `verify` uses.
//!
//! `tests/vectors/exceptions.txt` lists where we decide otherwise, each line with its reason. A line that applies no
//! more fails.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use countersign_validator::{Algorithm, KeySet, SymmetricKey};
use serde_json::{Value, json};
use wycheproof::{EllipticCurve, HashFunction, TestResult, ecdsa, eddsa, mac, rsa_pkcs1_verify, rsa_pss_verify};

const EXCEPTIONS: &str = include_str!("vectors/exceptions.txt");

/// Vectors that share a key.
struct Group {
    keys: KeySet,
    /// The algorithm with the parameters of the group; `None` if there is none, so that nothing may verify.
    algorithm: Option<Algorithm>,
    vectors: Vec<Vector>,
}

struct Vector {
    id: usize,
    message: Vec<u8>,
    signature: Vec<u8>,
    /// "Acceptable" is for what a lenient verifier may accept; this one is not.
    is_valid: bool,
}

impl Vector {
    fn new(id: usize, message: &[u8], signature: &[u8], result: TestResult) -> Self {
        let is_valid = result == TestResult::Valid;
        Self { id, message: message.to_vec(), signature: signature.to_vec(), is_valid }
    }

    fn verifies(&self, keys: &KeySet, algorithm: Algorithm) -> bool {
        keys.verify_signature(None, algorithm, &self.message, &self.signature) == Ok(true)
    }
}

macro_rules! vectors {
    ($group:expr) => {
        $group.tests.iter().map(|test| Vector::new(test.tc_id, &test.msg, &test.sig, test.result)).collect()
    };
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn only(jwk: &Value) -> KeySet {
    KeySet::from_json(json!({"keys": [jwk]}).to_string().as_bytes()).unwrap()
}

/// One of three algorithms, by the hash.
fn by_hash(hash: &HashFunction, algorithms: [Algorithm; 3]) -> Option<Algorithm> {
    let hashes = [HashFunction::Sha2_256, HashFunction::Sha2_384, HashFunction::Sha2_512];
    hashes.iter().zip(algorithms).find(|(one, _)| *one == hash).map(|(_, algorithm)| algorithm)
}

/// RFC7515-10.6-10.
fn rsa_pkcs1(set: &str) -> Vec<Group> {
    let set = rsa_pkcs1_verify::TestSet::load(set.parse().unwrap()).unwrap();
    let groups = set.test_groups.iter().map(|group| Group {
        keys: only(&json!({"kty": "RSA", "n": encode(&group.key.n), "e": encode(&group.key.e)})),
        algorithm: by_hash(&group.hash, [Algorithm::Rs256, Algorithm::Rs384, Algorithm::Rs512]),
        vectors: vectors!(group),
    });
    groups.collect()
}

/// RFC 7518 §3.5: MGF1 with the same hash, and a salt of its length.
/// RFC7518-3.5-10.
fn rsa_pss(set: &str) -> Vec<Group> {
    let set = rsa_pss_verify::TestSet::load(set.parse().unwrap()).unwrap();
    let groups = set.test_groups.iter().map(|group| {
        let algorithm = by_hash(&group.hash, [Algorithm::Ps256, Algorithm::Ps384, Algorithm::Ps512]);
        let salt_bytes = match group.hash {
            HashFunction::Sha2_256 => 32,
            HashFunction::Sha2_384 => 48,
            _ => 64,
        };
        let fits = group.mgf_hash.as_ref() == Some(&group.hash) && group.salt_size == salt_bytes;
        Group {
            keys: only(&json!({"kty": "RSA", "n": encode(&group.key.n), "e": encode(&group.key.e)})),
            algorithm: algorithm.filter(|_| fits),
            vectors: vectors!(group),
        }
    });
    groups.collect()
}

/// RFC7518-3.4-10.
fn ecdsa_p1363(set: &str) -> Vec<Group> {
    let set = ecdsa::TestSet::load(set.parse().unwrap()).unwrap();
    let groups = set.test_groups.iter().map(|group| {
        let (crv, algorithm, hash) = match group.key.curve {
            EllipticCurve::Secp384r1 => ("P-384", Algorithm::Es384, HashFunction::Sha2_384),
            EllipticCurve::Secp521r1 => ("P-521", Algorithm::Es512, HashFunction::Sha2_512),
            _ => ("P-256", Algorithm::Es256, HashFunction::Sha2_256),
        };
        let is_ours = group.hash == hash && group.key.curve != EllipticCurve::Secp256k1;
        let coordinates = &group.key.key[1..];
        let (x, y) = coordinates.split_at(coordinates.len() / 2);
        Group {
            keys: only(&json!({"kty": "EC", "crv": crv, "x": encode(x), "y": encode(y)})),
            algorithm: is_ours.then_some(algorithm),
            vectors: vectors!(group),
        }
    });
    groups.collect()
}

/// RFC8037-3.1-10.
fn ed25519(set: &str) -> Vec<Group> {
    let set = eddsa::TestSet::load(set.parse().unwrap()).unwrap();
    let groups = set.test_groups.iter().map(|group| Group {
        keys: only(&json!({"kty": "OKP", "crv": "Ed25519", "x": encode(&group.key.pk)})),
        algorithm: Some(Algorithm::EdDsa),
        vectors: vectors!(group),
    });
    groups.collect()
}

/// Each vector has a key of its own; one that is too short makes no key at all.
/// RFC7518-3.2-10.
fn hmac(set: &str) -> Vec<Group> {
    let algorithm = match set {
        "hmac_sha256" => Algorithm::Hs256,
        "hmac_sha384" => Algorithm::Hs384,
        _ => Algorithm::Hs512,
    };
    let set = mac::TestSet::load(set.parse().unwrap()).unwrap();
    let groups = set.test_groups.iter().flat_map(|group| &group.tests).map(|test| Group {
        keys: SymmetricKey::new(algorithm, &test.key).map(KeySet::symmetric).unwrap_or_default(),
        algorithm: Some(algorithm),
        vectors: vec![Vector::new(test.tc_id, &test.msg, &test.tag, test.result)],
    });
    groups.collect()
}

/// The ids that the exceptions list for this set; every line is `set | id, id-id | reason`.
fn exceptions(set: &str) -> BTreeSet<usize> {
    let mut ids = BTreeSet::new();
    for line in EXCEPTIONS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let [name, list, reason] = line.split(" | ").collect::<Vec<_>>()[..] else {
            panic!("no three columns: {line}")
        };
        assert!(reason.len() > 10, "no reason: {line}");
        assert!(SETS.iter().any(|(_, names)| names.contains(&name)), "no such set: {line}");
        for range in list.split(", ").filter(|_| name == set) {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            for id in first.parse().unwrap()..=last.parse().unwrap() {
                assert!(ids.insert(id), "{id} is listed twice: {line}");
            }
        }
    }
    ids
}

type Load = fn(&str) -> Vec<Group>;

const SETS: &[(Load, &[&str])] = &[
    (
        rsa_pkcs1,
        &[
            "rsa_signature_2048_sha256",
            "rsa_signature_2048_sha384",
            "rsa_signature_2048_sha512",
            "rsa_signature_3072_sha256",
            "rsa_signature_3072_sha384",
            "rsa_signature_3072_sha512",
            "rsa_signature_4096_sha256",
            "rsa_signature_4096_sha384",
            "rsa_signature_4096_sha512",
            "rsa_signature_8192_sha256",
            "rsa_signature_8192_sha384",
            "rsa_signature_8192_sha512",
            // Of hashes that no algorithm has.
            "rsa_signature_2048_sha224",
            "rsa_signature_2048_sha512_256",
            "rsa_signature_2048_sha3_256",
        ],
    ),
    (
        rsa_pss,
        &[
            "rsa_pss_2048_sha256_mgf1_32",
            "rsa_pss_3072_sha256_mgf1_32",
            "rsa_pss_4096_sha256_mgf1_32",
            "rsa_pss_2048_sha384_mgf1_48",
            "rsa_pss_4096_sha384_mgf1_48",
            "rsa_pss_4096_sha512_mgf1_64",
            "rsa_pss_misc",
            // Of salts and masks that no algorithm has.
            "rsa_pss_2048_sha256_mgf1_0",
            "rsa_pss_2048_sha256_mgf1sha1_20",
            "rsa_pss_2048_sha1_mgf1_20",
            "rsa_pss_4096_sha512_mgf1_32",
        ],
    ),
    (
        ecdsa_p1363,
        &[
            "ecdsa_secp256r1_sha256_p1363",
            "ecdsa_secp384r1_sha384_p1363",
            "ecdsa_secp521r1_sha512_p1363",
            // Of pairs of curve and hash that no algorithm has, and of another curve under the name of ours.
            "ecdsa_secp256r1_sha512_p1363",
            "ecdsa_secp384r1_sha512_p1363",
            "ecdsa_secp256k1_sha256_p1363",
        ],
    ),
    (ed25519, &["ed25519"]),
    (hmac, &["hmac_sha256", "hmac_sha384", "hmac_sha512"]),
];

/// Runs the sets of one loader. A vector that we decide as its authors do must not be listed. Returns how many vectors there were, and how many of them verified.
#[track_caller]
fn run(load: Load) -> (usize, usize) {
    let (mut count, mut verified, mut wrong) = (0, 0, Vec::new());
    let (_, sets) = SETS.iter().find(|(one, _)| core::ptr::fn_addr_eq(*one, load)).unwrap();
    for set in *sets {
        let mut unused = exceptions(set);
        for Group { keys, algorithm, vectors } in load(set) {
            for vector in vectors {
                count += 1;
                let own = algorithm.is_some_and(|algorithm| vector.verifies(&keys, algorithm));
                verified += usize::from(own);
                let expected = vector.is_valid && algorithm.is_some();
                let differs = own != expected;
                if differs != unused.remove(&vector.id) {
                    wrong.push(format!("{set} | {} | verifies: {own}", vector.id));
                }
                // What is right under one algorithm is right under no other.
                let others = Algorithm::all().filter(|other| vector.is_valid && Some(*other) != algorithm);
                for other in others.filter(|other| vector.verifies(&keys, *other)) {
                    wrong.push(format!("{set} | {} | verifies under {other}", vector.id));
                }
            }
        }
        wrong.extend(unused.iter().map(|id| format!("{set} | {id} | there is no such vector")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    (count, verified)
}

/// With the numbers of vectors, so that none is lost unnoticed.
macro_rules! families {
    ($($family:ident: $count:literal, $verified:literal;)*) => {
        mod family {
            $(#[test]
            fn $family() {
                assert_eq!(super::run(super::$family), ($count, $verified));
            })*
        }
    };
}

families! {
    rsa_pkcs1: 3878, 89;
    rsa_pss: 1411, 514;
    ecdsa_p1363: 1762, 597;
    ed25519: 151, 88;
    hmac: 522, 90;
}
