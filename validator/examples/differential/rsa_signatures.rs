//! RSA signatures as numbers, with salts and paddings of others (RFC 8017 §8, RFC 7518 §3.3 and §3.5).

use rsa::{BigUint, Pkcs1v15Sign, traits::PublicKeyParts as _};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::{
    forge::{Forge, header, parts},
    support::{decode, encode, good_claims, with},
};

/// Name, octets of its hash.
const WITH_SALT: [(&str, usize); 3] = [("PS256", 32), ("PS384", 48), ("PS512", 64)];

pub fn add(forge: &mut Forge) {
    numbers(forge);
    salts(forge);
    paddings(forge);
}

fn numbers(forge: &mut Forge) {
    for algorithm in ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] {
        // One whose signature plus the modulus is no longer than the modulus: arithmetic that reduces it takes both.
        let (n, token, good) = loop {
            let id = forge.dice.below(1000).to_string();
            let token = forge.over(algorithm, &with(good_claims(), "jti", json!(id)));
            let (n, good) = (forge.keys.rsa.n().clone(), BigUint::from_bytes_be(&decode(parts(&token)[2])));
            if (&good + &n).bits() <= 2048 {
                break (n, token, good);
            }
        };
        let [header, claims, _] = parts(&token);
        let one = BigUint::from(1_u32);
        let edges = [
            ("0", BigUint::from(0_u32)),
            ("1", one.clone()),
            ("n-1", &n - &one),
            ("n", n.clone()),
            ("n+1", &n + &one),
            ("n-s", &n - &good),
            ("s+n", &good + &n),
            ("all ones", BigUint::from_bytes_be(&[0xff; 256])),
        ];
        for (name, number) in edges {
            let short = number.to_bytes_be();
            let full = [vec![0; 256_usize.saturating_sub(short.len())], short.clone()].concat();
            for (shape, octets) in [("full length", full), ("shortest", short)] {
                let token = format!("{header}.{claims}.{}", encode(octets));
                forge.add("rsa-number", format!("{algorithm} {name}, {shape}"), token);
            }
        }
    }
}

/// The salt is as long as the hash, and of no other length (RFC 7518 §3.5).
fn salts(forge: &mut Forge) {
    for (algorithm, hash) in WITH_SALT {
        let input = format!("{}.{}", encode(header(algorithm).to_string()), encode(good_claims().to_string()));
        let longest = 256 - hash - 2;
        for salt in [0, 1, 20, hash - 1, hash, hash + 1, 2 * hash, longest] {
            let signature = forge.keys.sign_pss(algorithm, salt, input.as_bytes(), &mut forge.dice);
            let class = if salt == hash { "valid" } else { "rsa-salt" };
            forge.add(class, format!("{algorithm} with a salt of {salt}"), format!("{input}.{}", encode(signature)));
        }
    }
}

/// PKCS #1 v1.5 around other things than the DigestInfo of SHA-256 (RFC 8017 §9.2).
fn paddings(forge: &mut Forge) {
    let input = format!("{}.{}", encode(header("RS256").to_string()), encode(good_claims().to_string()));
    let digest = Sha256::digest(&input).to_vec();
    let info = |algorithm: &[u8]| [algorithm, &digest].concat();
    let sha256 =
        [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0, 0x04, 0x20];
    let without_null =
        [0x30, 0x2f, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x04, 0x20];
    let mut sha224 = sha256;
    sha224[14] = 4;
    for (name, class, content) in [
        ("its own", "valid", info(&sha256)),
        ("no DigestInfo", "rsa-padding", digest.clone()),
        ("a DigestInfo without NULL", "rsa-padding", info(&without_null)),
        ("the identifier of SHA-224", "rsa-padding", info(&sha224)),
        ("octets after the digest", "rsa-padding", [info(&sha256), vec![0]].concat()),
        ("the digest cut", "rsa-padding", info(&sha256)[..50].to_vec()),
        ("the digest of nothing", "rsa-padding", [&sha256[..], &Sha256::digest(b"")].concat()),
    ] {
        let signature = forge.keys.rsa.sign(Pkcs1v15Sign::new_unprefixed(), &content).unwrap();
        forge.add(class, format!("RS256 padding around {name}"), format!("{input}.{}", encode(signature)));
    }
}
