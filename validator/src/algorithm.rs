//! The signature algorithms: one table, one row each, closed (RFC 8725 §3.1). `none` cannot be represented.

use core::{fmt, num::NonZeroUsize};

use ed25519_dalek::Signer as _;
use jwt_compact::{
    Algorithm as Arithmetic, AlgorithmSignature,
    alg::{Es256, Rsa},
};

use crate::key::PublicKey;

/// A signature algorithm of RFC 7518 §3.1 or RFC 8037 §3.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3).
    Rs256,
    /// ECDSA over P-256 with SHA-256 (RFC 7518 §3.4).
    Es256,
    /// Ed25519 (RFC 8037 §3.1), verified strictly: no malleable and no small-order input.
    EdDsa,
}

/// Everything that is to be known about one algorithm.
struct Row {
    algorithm: Algorithm,
    name: &'static str,
    verify: fn(&PublicKey, input: &[u8], signature: &[u8]) -> Option<bool>,
}

const TABLE: &[Row] = &[
    Row {
        algorithm: Algorithm::Rs256,
        name: "RS256",
        verify: |key, input, signature| Some(check(&Rsa::rs256(), key.rsa()?, input, signature)),
    },
    Row {
        algorithm: Algorithm::Es256,
        name: "ES256",
        verify: |key, input, signature| Some(check(&Es256, key.p256()?, input, signature)),
    },
    Row {
        algorithm: Algorithm::EdDsa,
        name: "EdDSA",
        verify: |key, input, signature| Some(check(&StrictEd25519, key.ed25519()?, input, signature)),
    },
];

impl Algorithm {
    /// Every algorithm of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.algorithm)
    }

    /// The algorithm of this `alg` value, compared octet by octet (RFC 7515 §4.1.1).
    pub fn from_name(name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.name == name).map(|row| row.algorithm)
    }

    /// The `alg` value (RFC 7518 §3.1).
    pub fn name(self) -> &'static str {
        self.row().map_or("", |row| row.name)
    }

    /// Whether keys of this kind are for this algorithm (RFC 8725 §3.1).
    pub(crate) fn fits(self, key: &PublicKey) -> bool {
        match self {
            Self::Rs256 => key.rsa().is_some(),
            Self::Es256 => key.p256().is_some(),
            Self::EdDsa => key.ed25519().is_some(),
        }
    }

    /// Whether `key` made `signature` over `input`; false for a key of another kind.
    pub(crate) fn verify(self, key: &PublicKey, input: &[u8], signature: &[u8]) -> bool {
        self.row().and_then(|row| (row.verify)(key, input, signature)).unwrap_or(false)
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
/// 64 octets for ES256).
fn check<A: Arithmetic>(algorithm: &A, key: &A::VerifyingKey, input: &[u8], signature: &[u8]) -> bool {
    if A::Signature::LENGTH.is_some_and(|length| length.get() != signature.len()) {
        return false;
    }
    A::Signature::try_from_slice(signature).is_ok_and(|signature| algorithm.verify_signature(&signature, key, input))
}

/// Ed25519 with the strict verification of dalek: canonical S, no small-order point (RFC 8032 §5.1.7, RFC 8725 §3.4).
#[derive(Debug, Clone, Copy)]
struct StrictEd25519;

#[derive(Debug, Clone, Copy)]
struct Ed25519Signature(ed25519_dalek::Signature);

impl AlgorithmSignature for Ed25519Signature {
    const LENGTH: Option<NonZeroUsize> = NonZeroUsize::new(ed25519_dalek::SIGNATURE_LENGTH);

    fn try_from_slice(slice: &[u8]) -> Result<Self, anyhow::Error> {
        ed25519_dalek::Signature::from_slice(slice).map(Self).map_err(anyhow::Error::msg)
    }

    fn as_bytes(&self) -> std::borrow::Cow<'_, [u8]> {
        self.0.to_bytes().to_vec().into()
    }
}

impl Arithmetic for StrictEd25519 {
    type SigningKey = ed25519_dalek::SigningKey;
    type VerifyingKey = ed25519_dalek::VerifyingKey;
    type Signature = Ed25519Signature;

    fn name(&self) -> std::borrow::Cow<'static, str> {
        "EdDSA".into()
    }

    fn sign(&self, signing_key: &Self::SigningKey, message: &[u8]) -> Self::Signature {
        Ed25519Signature(signing_key.sign(message))
    }

    fn verify_signature(&self, signature: &Self::Signature, key: &Self::VerifyingKey, message: &[u8]) -> bool {
        key.verify_strict(message, &signature.0).is_ok()
    }
}
