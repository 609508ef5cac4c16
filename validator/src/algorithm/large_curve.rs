//! ES384 and ES512 (RFC 7518 §3.4). In the wasm there is no arithmetic for them: the host's cryptography answers, or nobody.

use super::Check;

#[cfg(target_arch = "wasm32")]
pub(super) const ES384: Check = Check::OnlyByHost;
#[cfg(target_arch = "wasm32")]
pub(super) const ES512: Check = Check::OnlyByHost;

#[cfg(not(target_arch = "wasm32"))]
pub(super) use self::native::{ES384, ES512};

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use core::{convert::Infallible, num::NonZeroUsize};
    use std::borrow::Cow;

    use jwt_compact::{Algorithm as Arithmetic, AlgorithmSignature};

    use super::{super::check, Check};

    /// ECDSA over one curve, behind the trait of jwt-compact. It has no signing key: this crate signs nothing.
    macro_rules! verifier {
        ($algorithm:ident, $signature:ident, $curve:ident, $name:literal, $bytes:literal) => {
            #[derive(Debug)]
            pub(super) struct $algorithm;

            #[derive(Debug)]
            pub(super) struct $signature($curve::ecdsa::Signature);

            impl AlgorithmSignature for $signature {
                const LENGTH: Option<NonZeroUsize> = NonZeroUsize::new($bytes);

                fn try_from_slice(slice: &[u8]) -> anyhow::Result<Self> {
                    $curve::ecdsa::Signature::from_slice(slice).map(Self).map_err(anyhow::Error::msg)
                }

                fn as_bytes(&self) -> Cow<'_, [u8]> {
                    self.0.to_bytes().to_vec().into()
                }
            }

            impl Arithmetic for $algorithm {
                type SigningKey = Infallible;
                type VerifyingKey = $curve::ecdsa::VerifyingKey;
                type Signature = $signature;

                fn name(&self) -> Cow<'static, str> {
                    $name.into()
                }

                fn sign(&self, signing_key: &Self::SigningKey, _: &[u8]) -> Self::Signature {
                    match *signing_key {}
                }

                fn verify_signature(&self, signature: &$signature, key: &Self::VerifyingKey, message: &[u8]) -> bool {
                    use $curve::ecdsa::signature::Verifier as _;
                    key.verify(message, &signature.0).is_ok()
                }
            }
        };
    }

    verifier!(Es384, Es384Signature, p384, "ES384", 96);
    verifier!(Es512, Es512Signature, p521, "ES512", 132);

    pub(in super::super) const ES384: Check = Check::Public(|key, input, signature| {
        let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(&key.p384()?.uncompressed()).ok()?;
        Some(check(&Es384, &key, input, signature))
    });
    pub(in super::super) const ES512: Check = Check::Public(|key, input, signature| {
        let key = p521::ecdsa::VerifyingKey::from_sec1_bytes(&key.p521()?.uncompressed()).ok()?;
        Some(check(&Es512, &key, input, signature))
    });
}
