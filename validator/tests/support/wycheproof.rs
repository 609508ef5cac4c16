//! The vectors of project Wycheproof, with what we decide about each: as their authors do, but where `vectors/exceptions.txt`
//! lists it, each line with its reason.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]
#![allow(dead_code, unreachable_pub, reason = "a test and an example, each of which uses a part of it")]

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use countersign_validator::{Algorithm, KeySet, SymmetricKey};
use serde_json::{Value, json};
use wycheproof::{EllipticCurve, HashFunction, TestResult, ecdsa, eddsa, mac, rsa_pkcs1_verify, rsa_pss_verify};

const EXCEPTIONS: &str = include_str!("../vectors/exceptions.txt");

/// Vectors that share a key.
pub struct Group {
    /// A shared secret has none.
    pub jwk: Option<Value>,
    pub keys: KeySet,
    /// The algorithm with the parameters of the group; `None` if there is none, so that nothing may verify.
    pub algorithm: Option<Algorithm>,
    pub vectors: Vec<Vector>,
}

impl Group {
    fn of_public_key(jwk: Value, algorithm: Option<Algorithm>, vectors: Vec<Vector>) -> Self {
        let keys = KeySet::from_json(json!({"keys": [jwk]}).to_string().as_bytes()).unwrap();
        Self { jwk: Some(jwk), keys, algorithm, vectors }
    }
}

pub struct Vector {
    pub id: usize,
    pub message: Vec<u8>,
    pub signature: Vec<u8>,
    /// "Acceptable" is for what a lenient verifier may accept; this one is not.
    pub is_valid: bool,
    /// Whether we find it right under the algorithm of its group.
    pub verifies: bool,
}

impl Vector {
    fn new(id: usize, message: &[u8], signature: &[u8], result: TestResult) -> Self {
        let is_valid = result == TestResult::Valid;
        Self { id, message: message.to_vec(), signature: signature.to_vec(), is_valid, verifies: is_valid }
    }

    /// The algorithms under which it is worth a try: that of its group, and all others for what is right, because that is right
    /// under no other. With each, whether it verifies.
    pub fn tries(&self, of_group: Option<Algorithm>) -> impl Iterator<Item = (Algorithm, bool)> {
        let own = move |algorithm| Some(algorithm) == of_group;
        let tried = Algorithm::all().filter(move |algorithm| own(*algorithm) || self.is_valid);
        tried.map(move |algorithm| (algorithm, own(algorithm) && self.verifies))
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

/// One of three algorithms, by the hash.
fn by_hash(hash: &HashFunction, algorithms: [Algorithm; 3]) -> Option<Algorithm> {
    let hashes = [HashFunction::Sha2_256, HashFunction::Sha2_384, HashFunction::Sha2_512];
    hashes.iter().zip(algorithms).find(|(one, _)| *one == hash).map(|(_, algorithm)| algorithm)
}

fn rsa_jwk(n: &[u8], e: &[u8]) -> Value {
    json!({"kty": "RSA", "n": encode(n), "e": encode(e)})
}

/// RFC7515-10.6-10.
pub fn rsa_pkcs1(set: &str) -> Vec<Group> {
    let set = rsa_pkcs1_verify::TestSet::load(set.parse().unwrap()).unwrap();
    let groups = set.test_groups.iter().map(|group| {
        let algorithm = by_hash(&group.hash, [Algorithm::Rs256, Algorithm::Rs384, Algorithm::Rs512]);
        Group::of_public_key(rsa_jwk(&group.key.n, &group.key.e), algorithm, vectors!(group))
    });
    groups.collect()
}

/// RFC 7518 §3.5: MGF1 with the same hash, and a salt of its length.
/// RFC7518-3.5-10.
pub fn rsa_pss(set: &str) -> Vec<Group> {
    let set = rsa_pss_verify::TestSet::load(set.parse().unwrap()).unwrap();
    let groups = set.test_groups.iter().map(|group| {
        let algorithm = by_hash(&group.hash, [Algorithm::Ps256, Algorithm::Ps384, Algorithm::Ps512]);
        let salt_bytes = match group.hash {
            HashFunction::Sha2_256 => 32,
            HashFunction::Sha2_384 => 48,
            _ => 64,
        };
        let fits = group.mgf_hash.as_ref() == Some(&group.hash) && group.salt_size == salt_bytes;
        Group::of_public_key(rsa_jwk(&group.key.n, &group.key.e), algorithm.filter(|_| fits), vectors!(group))
    });
    groups.collect()
}

/// RFC7518-3.4-10.
pub fn ecdsa_p1363(set: &str) -> Vec<Group> {
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
        let jwk = json!({"kty": "EC", "crv": crv, "x": encode(x), "y": encode(y)});
        Group::of_public_key(jwk, is_ours.then_some(algorithm), vectors!(group))
    });
    groups.collect()
}

/// RFC8037-3.1-10.
pub fn ed25519(set: &str) -> Vec<Group> {
    let set = eddsa::TestSet::load(set.parse().unwrap()).unwrap();
    let groups = set.test_groups.iter().map(|group| {
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": encode(&group.key.pk)});
        Group::of_public_key(jwk, Some(Algorithm::EdDsa), vectors!(group))
    });
    groups.collect()
}

/// Each vector has a key of its own; one that is too short makes no key at all.
/// RFC7518-3.2-10.
pub fn hmac(set: &str) -> Vec<Group> {
    let algorithm = match set {
        "hmac_sha256" => Algorithm::Hs256,
        "hmac_sha384" => Algorithm::Hs384,
        _ => Algorithm::Hs512,
    };
    let set = mac::TestSet::load(set.parse().unwrap()).unwrap();
    let groups = set.test_groups.iter().flat_map(|group| &group.tests).map(|test| Group {
        jwk: None,
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

/// Reads a set of one family.
pub type Load = fn(&str) -> Vec<Group>;

/// The families, and the sets of each.
pub const SETS: &[(Load, &[&str])] = &[
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

/// One set, with what the exceptions say of it.
pub fn read(load: Load, set: &str) -> Vec<Group> {
    let mut listed = exceptions(set);
    let mut groups = load(set);
    for Group { algorithm, vectors, .. } in &mut groups {
        for vector in vectors {
            vector.verifies = (vector.is_valid && algorithm.is_some()) != listed.remove(&vector.id);
        }
    }
    assert!(listed.is_empty(), "{set}: the exceptions list what is no vector: {listed:?}");
    groups
}
