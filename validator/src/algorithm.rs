//! The signature algorithms: one table, one row each, closed (RFC 8725 §3.1). `none` cannot be represented.
//!
//! Statements: RFC8725-3.1-10, RFC8725-3.2-20, RFC7518-3.4-10, RFC7518-3.5-10, RFC7515-10.6-10, RFC7518-3.6-10.

mod ed25519;
mod large_curve;
mod shared_secret;

use core::fmt;

use jwt_compact::{
    Algorithm as Arithmetic, AlgorithmSignature,
    alg::{Es256, Rsa},
};

use self::ed25519::StrictEd25519;
use crate::key::{Kind, PublicKey};

/// A signature algorithm of RFC 7518 §3.1 or RFC 8037 §3.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3).
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384 (RFC 7518 §3.3).
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512 (RFC 7518 §3.3).
    Rs512,
    /// RSASSA-PSS with SHA-256, MGF1 with the same, and a salt of 32 octets (RFC 7518 §3.5).
    Ps256,
    /// RSASSA-PSS with SHA-384, MGF1 with the same, and a salt of 48 octets (RFC 7518 §3.5).
    Ps384,
    /// RSASSA-PSS with SHA-512, MGF1 with the same, and a salt of 64 octets (RFC 7518 §3.5).
    Ps512,
    /// ECDSA over P-256 with SHA-256 (RFC 7518 §3.4).
    Es256,
    /// ECDSA over P-384 with SHA-384 (RFC 7518 §3.4). On wasm32 only the host's cryptography verifies it.
    Es384,
    /// ECDSA over P-521 with SHA-512 (RFC 7518 §3.4). On wasm32 only the host's cryptography verifies it.
    Es512,
    /// Ed25519 (RFC 8037 §3.1), verified strictly: no malleable and no small-order input. Its name is `EdDSA`, or
    /// `Ed25519` in RFC 9864 §2.2; both mean this row.
    EdDsa,
    /// HMAC with SHA-256 (RFC 7518 §3.2): only with a [`crate::SymmetricKey`].
    Hs256,
    /// HMAC with SHA-384 (RFC 7518 §3.2): only with a [`crate::SymmetricKey`].
    Hs384,
    /// HMAC with SHA-512 (RFC 7518 §3.2): only with a [`crate::SymmetricKey`].
    Hs512,
}

/// Everything that is to be known about one algorithm.
struct Row {
    algorithm: Algorithm,
    /// Its `alg` values; the first is the one that we write.
    names: &'static [&'static str],
    /// The one kind of key that is for it (RFC 8725 §3.1).
    kind: Kind,
    check: Check,
}

/// How a signature is checked. A public key and a shared secret are different types, so that no mistake in the table
/// makes one pass for the other (RFC 8725 §2.1). `None` is for a key of another kind.
enum Check {
    Public(fn(&PublicKey, input: &[u8], signature: &[u8]) -> Option<bool>),
    Symmetric {
        /// RFC 7518 §3.2: as long as the hash, or longer.
        min_secret_bytes: usize,
        verify: fn(secret: &[u8], input: &[u8], signature: &[u8]) -> bool,
    },
    /// There is no arithmetic for it here.
    #[cfg(target_arch = "wasm32")]
    OnlyByHost,
}

const fn rsa(
    algorithm: Algorithm,
    names: &'static [&'static str],
    verify: fn(&PublicKey, &[u8], &[u8]) -> Option<bool>,
) -> Row {
    Row { algorithm, names, kind: Kind::Rsa, check: Check::Public(verify) }
}

const fn hmac(
    algorithm: Algorithm,
    names: &'static [&'static str],
    min_secret_bytes: usize,
    verify: fn(&[u8], &[u8], &[u8]) -> bool,
) -> Row {
    Row { algorithm, names, kind: Kind::Symmetric, check: Check::Symmetric { min_secret_bytes, verify } }
}

const TABLE: &[Row] = &[
    rsa(Algorithm::Rs256, &["RS256"], |key, input, tag| check_rsa(&Rsa::rs256(), key, input, tag)),
    rsa(Algorithm::Rs384, &["RS384"], |key, input, tag| check_rsa(&Rsa::rs384(), key, input, tag)),
    rsa(Algorithm::Rs512, &["RS512"], |key, input, tag| check_rsa(&Rsa::rs512(), key, input, tag)),
    rsa(Algorithm::Ps256, &["PS256"], |key, input, tag| check_rsa(&Rsa::ps256(), key, input, tag)),
    rsa(Algorithm::Ps384, &["PS384"], |key, input, tag| check_rsa(&Rsa::ps384(), key, input, tag)),
    rsa(Algorithm::Ps512, &["PS512"], |key, input, tag| check_rsa(&Rsa::ps512(), key, input, tag)),
    Row {
        algorithm: Algorithm::Es256,
        names: &["ES256"],
        kind: Kind::P256,
        check: Check::Public(|key, input, tag| Some(check(&Es256, key.p256()?, input, tag))),
    },
    Row { algorithm: Algorithm::Es384, names: &["ES384"], kind: Kind::P384, check: large_curve::ES384 },
    Row { algorithm: Algorithm::Es512, names: &["ES512"], kind: Kind::P521, check: large_curve::ES512 },
    Row {
        algorithm: Algorithm::EdDsa,
        names: &["EdDSA", "Ed25519"],
        kind: Kind::Ed25519,
        check: Check::Public(|key, input, tag| Some(check(&StrictEd25519, key.ed25519()?, input, tag))),
    },
    hmac(Algorithm::Hs256, &["HS256"], 32, shared_secret::HS256),
    hmac(Algorithm::Hs384, &["HS384"], 48, shared_secret::HS384),
    hmac(Algorithm::Hs512, &["HS512"], 64, shared_secret::HS512),
];

impl Algorithm {
    /// Every algorithm of the table; `none` is not among them (RFC 8725 §3.2).
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.algorithm)
    }

    /// The algorithm of this `alg` value, compared octet by octet (RFC 7515 §4.1.1).
    pub fn from_name(name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.names.contains(&name)).map(|row| row.algorithm)
    }

    /// The `alg` value (RFC 7518 §3.1, RFC 8037 §3.1).
    pub fn name(self) -> &'static str {
        self.row().and_then(|row| row.names.first()).copied().unwrap_or("")
    }

    /// Whether signer and verifier share its key, so that it is used with a [`crate::SymmetricKey`] and never with the
    /// keys of a JWK Set (RFC 7518 §3.2).
    pub fn is_symmetric(self) -> bool {
        self.min_secret_bytes().is_some()
    }

    /// Whether this build can check it. ES384 and ES512 cannot be on wasm32.
    pub fn has_arithmetic(self) -> bool {
        self.row().is_some_and(|row| matches!(row.check, Check::Public(_) | Check::Symmetric { .. }))
    }

    /// The length in bytes that a shared secret must have, if this is an algorithm with one.
    pub(crate) fn min_secret_bytes(self) -> Option<usize> {
        match self.row()?.check {
            Check::Symmetric { min_secret_bytes, .. } => Some(min_secret_bytes),
            _ => None,
        }
    }

    /// Whether this public key is of the kind for this algorithm (RFC 8725 §3.1).
    pub(crate) fn fits(self, key: &PublicKey) -> bool {
        self.row().is_some_and(|row| row.kind == key.kind())
    }

    /// Whether `key` made `signature` over `input`; false for a key of another kind.
    pub(crate) fn verify(self, key: &PublicKey, input: &[u8], signature: &[u8]) -> bool {
        match self.row().map(|row| &row.check) {
            Some(Check::Public(verify)) => verify(key, input, signature).unwrap_or(false),
            _ => false,
        }
    }

    /// Whether `signature` is the authentication code of `input` under `secret`, in a time that does not tell how much of it
    /// was right; false for an algorithm with public keys.
    pub(crate) fn verify_symmetric(self, secret: &[u8], input: &[u8], signature: &[u8]) -> bool {
        match self.row().map(|row| &row.check) {
            Some(Check::Symmetric { verify, .. }) => verify(secret, input, signature),
            _ => false,
        }
    }

    fn row(self) -> Option<&'static Row> {
        TABLE.iter().find(|row| row.algorithm == self)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The one call of the arithmetic, whoever implements the trait. The length is checked first (RFC 7518 §3.4: exactly
/// 64 octets for ES256; §3.2: the whole code for HS256).
fn check<A: Arithmetic>(algorithm: &A, key: &A::VerifyingKey, input: &[u8], signature: &[u8]) -> bool {
    if A::Signature::LENGTH.is_some_and(|length| length.get() != signature.len()) {
        return false;
    }
    A::Signature::try_from_slice(signature).is_ok_and(|signature| algorithm.verify_signature(&signature, key, input))
}

fn check_rsa(algorithm: &Rsa, key: &PublicKey, input: &[u8], signature: &[u8]) -> Option<bool> {
    Some(can_have_made(key, signature) && check(algorithm, key.rsa()?, input, signature))
}

/// Whether the key can have made this signature, whoever checks it. One of RSA is a number below the modulus, in as many octets (RFC
/// 8017 §5.2.2 and §8); one of ECDSA is two numbers in as many octets each as the order of the curve (RFC 7518 §3.4); one of Ed25519 is what [`ed25519::is_strict`] says. Some arithmetic, that of a host included, takes others
/// too, and each signature would have a second text, or none that somebody signed.
pub(crate) fn can_have_made(key: &PublicKey, signature: &[u8]) -> bool {
    match key.kind() {
        Kind::Rsa => key.modulus().is_some_and(|n| signature.len() == n.len() && signature < n),
        Kind::P256 => signature.len() == 64,
        Kind::P384 => signature.len() == 96,
        Kind::P521 => signature.len() == 132,
        Kind::Ed25519 => ed25519::is_strict(signature),
        Kind::Symmetric => false,
    }
}
