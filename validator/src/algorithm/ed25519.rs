//! Ed25519 (RFC 8037 §3.1) by dalek, in its strict form, behind the trait of jwt-compact.
//!
//! Statements: RFC8037-3.1-10.

use core::num::NonZeroUsize;

use ed25519_dalek::Signer as _;
use jwt_compact::{Algorithm as Arithmetic, AlgorithmSignature};

/// Ed25519 with the strict verification of dalek: canonical S, no small-order point (RFC 8032 §5.1.7, RFC 8725 §3.4).
#[derive(Debug, Clone, Copy)]
pub(super) struct StrictEd25519;

#[derive(Debug, Clone, Copy)]
pub(super) struct Ed25519Signature(ed25519_dalek::Signature);

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
