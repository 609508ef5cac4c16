//! The right keys, and what they sign: one row an algorithm.

use jwt_compact::{Algorithm as _, AlgorithmSignature as _, alg::Rsa};
use rsa::{
    BigUint, RsaPrivateKey, pss,
    signature::{RandomizedSigner as _, SignatureEncoding as _, Signer as _},
};
use serde_json::{Value, json};
use sha2::{Sha256, Sha384, Sha512};

use crate::{
    dice::Dice,
    support::{Signer, decode, encode, published_keys as published},
};

/// Name and `kid` of the key.
pub const ALGORITHMS: [(&str, &str); 10] = [
    ("RS256", "rsa"),
    ("RS384", "rsa"),
    ("RS512", "rsa"),
    ("PS256", "rsa"),
    ("PS384", "rsa"),
    ("PS512", "rsa"),
    ("ES256", "ec"),
    ("ES384", "p384"),
    ("ES512", "p521"),
    ("EdDSA", "ed"),
];

/// Those whose signatures cost a fraction of a millisecond.
pub const QUICK: [&str; 2] = ["ES256", "EdDSA"];

pub fn kid_of(algorithm: &str) -> &'static str {
    ALGORITHMS.iter().find(|(name, _)| *name == algorithm).unwrap().1
}

pub struct Keys {
    pub rsa: RsaPrivateKey,
    p256: p256::ecdsa::SigningKey,
    p384: p384::ecdsa::SigningKey,
    p521: p521::ecdsa::SigningKey,
}

impl Keys {
    /// The keys that the specifications publish, and one for P-384, of which they publish none.
    pub fn new() -> Self {
        let number = |text| BigUint::from_bytes_be(&decode(text));
        let primes = vec![number(published::RSA_P), number(published::RSA_Q)];
        let (n, d) = (number(published::RSA_N), number(published::RSA_D));
        Self {
            rsa: RsaPrivateKey::from_components(n, 65537_u32.into(), d, primes).unwrap(),
            p256: p256::ecdsa::SigningKey::from_slice(&decode(published::P256_D)).unwrap(),
            p384: p384::ecdsa::SigningKey::from_slice(&[3; 48]).unwrap(),
            p521: p521::ecdsa::SigningKey::from_slice(&decode(published::P521_D)).unwrap(),
        }
    }

    pub fn jwk(&self, kid: &str) -> Value {
        let ec = |crv: &str, x: &str, y: &str| json!({"kty": "EC", "kid": kid, "crv": crv, "x": x, "y": y});
        match kid {
            "rsa" => Signer::Rsa.jwk(),
            "ec" => Signer::P256.jwk(),
            "ed" => Signer::Ed25519.jwk(),
            "p521" => ec("P-521", published::P521_X, published::P521_Y),
            "p384" => {
                let point = self.p384.verifying_key().to_encoded_point(false);
                ec("P-384", &encode(point.x().unwrap()), &encode(point.y().unwrap()))
            }
            other => panic!("no key {other}"),
        }
    }

    pub fn sign(&self, algorithm: &str, input: &[u8], dice: &mut Dice) -> Vec<u8> {
        let rs = |algorithm: &Rsa| algorithm.sign(&self.rsa, input).as_bytes().into_owned();
        match algorithm {
            "RS256" => rs(&Rsa::rs256()),
            "RS384" => rs(&Rsa::rs384()),
            "RS512" => rs(&Rsa::rs512()),
            "PS256" => self.sign_pss(algorithm, 32, input, dice),
            "PS384" => self.sign_pss(algorithm, 48, input, dice),
            "PS512" => self.sign_pss(algorithm, 64, input, dice),
            "ES256" => {
                let signature: p256::ecdsa::Signature = self.p256.sign(input);
                signature.to_bytes().to_vec()
            }
            "ES384" => {
                let signature: p384::ecdsa::Signature = self.p384.sign(input);
                signature.to_bytes().to_vec()
            }
            "ES512" => {
                let signature: p521::ecdsa::Signature = self.p521.sign_with_rng(dice, input);
                signature.to_bytes().to_vec()
            }
            "EdDSA" => Signer::Ed25519.sign(input),
            other => panic!("no key for {other}"),
        }
    }

    /// RFC 8017 §8.1.1 with a salt of so many octets.
    pub fn sign_pss(&self, algorithm: &str, salt: usize, input: &[u8], dice: &mut Dice) -> Vec<u8> {
        let key = self.rsa.clone();
        match algorithm {
            "PS256" => pss::SigningKey::<Sha256>::new_with_salt_len(key, salt).sign_with_rng(dice, input).to_vec(),
            "PS384" => pss::SigningKey::<Sha384>::new_with_salt_len(key, salt).sign_with_rng(dice, input).to_vec(),
            "PS512" => pss::SigningKey::<Sha512>::new_with_salt_len(key, salt).sign_with_rng(dice, input).to_vec(),
            other => panic!("{other} has no salt"),
        }
    }
}
