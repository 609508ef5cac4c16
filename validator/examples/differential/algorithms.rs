//! Algorithms and keys put together as nobody should, and names that are no algorithms.

use hmac::{Hmac, Mac as _};
use serde_json::{Value, json};
use sha2::{Sha256, Sha384, Sha512};

use crate::{
    forge::{Forge, header},
    signer::{ALGORITHMS, kid_of},
    support::{encode, good_claims, with},
};

const NO_ALGORITHMS: [&str; 34] = [
    "none",
    "None",
    "NONE",
    "nOnE",
    "none ",
    " none",
    "none\0",
    "",
    "es256",
    "Es256",
    "ES256 ",
    " ES256",
    "ES256\0",
    "ES256\n",
    "ES255",
    "ES256K",
    "RS1",
    "HS1",
    "RS256,ES256",
    "Ed448",
    "EdDSA ",
    "ED25519",
    "eddsa",
    "ECDH-ES",
    "RSA-OAEP",
    "A128KW",
    "dir",
    "PBES2-HS256+A128KW",
    "constructor",
    "__proto__",
    "toString",
    "prototype",
    "undefined",
    "ML-DSA-44",
];

pub fn add(forge: &mut Forge) {
    swaps(forge);
    names(forge);
    secrets(forge);
}

/// Every algorithm under the name of every other, with the key of the one and of the other.
fn swaps(forge: &mut Forge) {
    let claims = encode(good_claims().to_string());
    for (made_by, _) in ALGORITHMS {
        for (named, _) in ALGORITHMS.iter().filter(|(name, _)| *name != made_by) {
            // One RSA key is for six algorithms: under the name of another curve, one of them will do.
            if kid_of(made_by) == "rsa" && made_by != "RS256" && kid_of(named) != "rsa" {
                continue;
            }
            for kid in [kid_of(made_by), kid_of(named)] {
                let header = encode(with(header(named), "kid", json!(kid)).to_string());
                let token = forge.seal(made_by, &header, &claims);
                forge.add("algorithm-of-another", format!("{named} by a signature of {made_by}, kid {kid}"), token);
                if kid_of(made_by) == kid_of(named) {
                    break;
                }
            }
        }
    }
}

fn names(forge: &mut Forge) {
    for name in NO_ALGORITHMS {
        for signer in ["ES256", "EdDSA"] {
            let header = with(header(signer), "alg", json!(name));
            let signed = forge.under(signer, &header);
            let (input, _) = signed.rsplit_once('.').unwrap();
            forge.add("algorithm-unknown", format!("{name:?} signed by {signer}"), signed.clone());
            forge.add("algorithm-unknown", format!("{name:?} unsigned"), format!("{input}."));
            forge.add(
                "algorithm-unknown",
                format!("{name:?}, zeros, {signer}"),
                format!("{input}.{}", encode([0; 64])),
            );
        }
    }
    for value in [json!(null), json!(1), json!(true), json!(["ES256"]), json!({"alg": "ES256"}), json!([])] {
        let token = forge.under("ES256", &with(header("ES256"), "alg", value.clone()));
        forge.add("algorithm-of-another-type", value, token);
    }
    let token = forge.under("ES256", &with(header("ES256"), "alg", None));
    forge.add("algorithm-absent", "", token);
    for (algorithm, _) in ALGORITHMS.iter().filter(|(name, _)| *name != "ES256") {
        let token = forge.good(algorithm);
        forge.add_under("several", "algorithm-not-allowed", algorithm, token);
    }
}

/// HMAC with what everybody knows as its secret: a public key in any of its texts, nothing at all.
fn secrets(forge: &mut Forge) {
    for kid in ["rsa", "ec", "ed", "p384", "p521"] {
        let jwk = forge.keys.jwk(kid);
        let member = |name: &str| jwk.get(name).and_then(Value::as_str).unwrap_or_default().as_bytes().to_vec();
        let known = [
            ("the JWK", jwk.to_string().into_bytes()),
            ("x", member("x")),
            ("n", member("n")),
            ("nothing", Vec::new()),
            ("the kid", kid.as_bytes().to_vec()),
        ];
        for (what, secret) in known {
            for name in ["HS256", "HS384", "HS512"] {
                let header = json!({"typ": "at+jwt", "alg": name, "kid": kid});
                let input = format!("{}.{}", encode(header.to_string()), encode(good_claims().to_string()));
                let code = code(name, &secret, input.as_bytes());
                forge.add("algorithm-symmetric", format!("{name}, {kid}, {what}"), format!("{input}.{}", encode(code)));
            }
        }
    }
}

fn code(name: &str, secret: &[u8], input: &[u8]) -> Vec<u8> {
    match name {
        "HS256" => Hmac::<Sha256>::new_from_slice(secret).unwrap().chain_update(input).finalize().into_bytes().to_vec(),
        "HS384" => Hmac::<Sha384>::new_from_slice(secret).unwrap().chain_update(input).finalize().into_bytes().to_vec(),
        _ => Hmac::<Sha512>::new_from_slice(secret).unwrap().chain_update(input).finalize().into_bytes().to_vec(),
    }
}
