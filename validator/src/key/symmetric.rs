//! A secret that signer and verifier share, for HMAC (RFC 7518 §3.2). It never comes from a JWK Set.
//!
//! Statements: RFC8725-2.1-10, RFC7518-3.2-10, RFC8725-3.5-20.

use core::fmt;

use jwt_compact::alg::SecretBytes;

use super::MAX_KID_BYTES;
use crate::{Algorithm, ConfigurationError};

/// A shared secret for one algorithm. Whoever verifies with it can sign with it too, so prefer public keys wherever
/// the issuer has any.
///
/// It is a type of its own so that it never mixes with public keys: [`crate::KeySet::symmetric`] is the only set that
/// it can be in, alone, and [`crate::Policy::with_symmetric_key`] the only policy that accepts its algorithm. The
/// bytes are overwritten when it is dropped, and nothing shows them.
pub struct SymmetricKey {
    algorithm: Algorithm,
    kid: Option<String>,
    secret: SecretBytes<'static>,
}

impl SymmetricKey {
    /// `secret` is random bytes, not a password (RFC 8725 §3.5), and no encoding of them.
    ///
    /// # Errors
    /// [`ConfigurationError`] for an algorithm with public keys, and for a secret that is shorter than the hash: 32 bytes
    /// for HS256, 48 for HS384, 64 for HS512 (RFC 7518 §3.2).
    pub fn new(algorithm: Algorithm, secret: impl AsRef<[u8]>) -> Result<Self, ConfigurationError> {
        let Some(minimum) = algorithm.min_secret_bytes() else {
            let problem = format!("is for HS256, HS384 and HS512; the keys of {algorithm} are public, in a JWK Set");
            return Err(ConfigurationError::new("symmetricKey", problem));
        };
        let secret = SecretBytes::owned(secret.as_ref().to_vec());
        if secret.len() < minimum {
            let problem = format!("is too short for {algorithm}: give at least {minimum} random bytes");
            return Err(ConfigurationError::new("symmetricKey", problem));
        }
        Ok(Self { algorithm, kid: None, secret })
    }

    /// The `kid` of the key, for issuers whose tokens name one (RFC 7515 §4.1.4). A token that names a `kid` is refused
    /// unless it is this one; a token that names none is tried.
    ///
    /// # Errors
    /// [`ConfigurationError`] if it has more than [`MAX_KID_BYTES`] bytes.
    pub fn with_kid(mut self, kid: impl Into<String>) -> Result<Self, ConfigurationError> {
        let kid = kid.into();
        if kid.len() > MAX_KID_BYTES {
            return Err(ConfigurationError::new("symmetricKey", "has a `kid` of more than 256 bytes"));
        }
        self.kid = Some(kid);
        Ok(self)
    }

    /// The one algorithm of this key (RFC 8725 §3.1).
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(super) fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    pub(super) fn verify(&self, algorithm: Algorithm, input: &[u8], signature: &[u8]) -> bool {
        algorithm == self.algorithm && algorithm.verify_symmetric(&self.secret, input, signature)
    }
}

/// A secret: `Debug` shows the algorithm only.
impl fmt::Debug for SymmetricKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SymmetricKey").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}
