//! With what a TLS connection is authenticated from this side: a client certificate and its key (RFC 8705 §2).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{Error, crypto};

/// A client certificate, those that lead from it to an authority, and its private key.
#[derive(Clone)]
pub struct Identity {
    certified: Arc<CertifiedKey>,
    /// The key as it is written, line by line: nothing of it may appear in what is stored.
    key_lines: Arc<[SecretString]>,
}

/// Why texts are no certificate with its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityError {
    /// There is no certificate in PEM.
    Certificate,
    /// There is no private key in PEM, or of a kind that TLS has no use for.
    Key,
    /// The key is not that of the certificate.
    OtherKey,
}

impl Identity {
    /// Reads a certificate, which others may follow (RFC 7468), and its key: PKCS #8, PKCS #1 or SEC 1.
    pub fn from_pem(certificates: &str, key: &str) -> Result<Self, IdentityError> {
        let chain: Vec<_> = CertificateDer::pem_slice_iter(certificates.as_bytes())
            .collect::<Result<_, _>>()
            .map_err(|_| IdentityError::Certificate)?;
        let private = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|_| IdentityError::Key)?;
        let lines = key.lines().filter(|line| !line.starts_with("-----")).map(SecretString::from);
        Ok(Self { key_lines: lines.collect(), ..Self::new(chain, private)? })
    }

    /// The same from what is not text.
    pub(crate) fn new(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> Result<Self, IdentityError> {
        if chain.is_empty() {
            return Err(IdentityError::Certificate);
        }
        let certified = CertifiedKey::from_der(chain, key, &crypto::ring::default_provider());
        let certified = certified.map_err(|error| match error {
            Error::InconsistentKeys(_) => IdentityError::OtherKey,
            Error::InvalidCertificate(_) => IdentityError::Certificate,
            _ => IdentityError::Key,
        })?;
        Ok(Self { certified: Arc::new(certified), key_lines: Arc::default() })
    }

    /// The certificate, and those that follow it.
    pub fn chain(&self) -> &[CertificateDer<'static>] {
        &self.certified.cert
    }

    /// The thumbprint of the certificate (RFC 8705 §3.1).
    pub fn thumbprint(&self) -> String {
        self.chain().first().map(thumbprint).unwrap_or_default()
    }

    /// What must not appear in what is stored.
    pub fn key_lines(&self) -> &[SecretString] {
        &self.key_lines
    }

    pub(super) fn certified(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.certified)
    }
}

/// SHA-256 of the certificate in DER, as base64url without padding (RFC 8705 §3.1).
pub fn thumbprint(certificate: &CertificateDer<'_>) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(certificate))
}

/// Of the same certificate.
impl PartialEq for Identity {
    fn eq(&self, other: &Self) -> bool {
        self.chain() == other.chain()
    }
}

impl Eq for Identity {}

/// The certificate only, by its thumbprint.
impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Identity({})", self.thumbprint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::Registry;
    use secrecy::ExposeSecret as _;

    fn of(role: crate::target::Role) -> crate::reference::Certified {
        Registry.all().iter().find(|client| client.role == Some(role)).unwrap().certified.unwrap()
    }

    #[test]
    fn a_key_belongs_to_one_certificate() {
        let one = of(crate::target::Role::TlsClientAuth);
        let other = of(crate::target::Role::SelfSignedTlsClientAuth);
        assert!(Identity::from_pem(one.certificate, one.key).is_ok());
        assert_eq!(Identity::from_pem(one.certificate, other.key), Err(IdentityError::OtherKey));
        assert_eq!(Identity::from_pem(one.key, one.key), Err(IdentityError::Certificate));
        assert_eq!(Identity::from_pem(one.certificate, one.certificate), Err(IdentityError::Key));
        assert_eq!(Identity::from_pem("", one.key), Err(IdentityError::Certificate));
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert_eq!(Identity::from_pem(broken, one.key), Err(IdentityError::Certificate));
    }

    /// The number is that of `openssl x509 -outform DER | openssl dgst -sha256 -binary`, as base64url.
    #[test]
    fn the_thumbprint_is_that_of_the_certificate() {
        let one = of(crate::target::Role::TlsClientAuth);
        let identity = Identity::from_pem(one.certificate, one.key).unwrap();
        assert_eq!(identity.thumbprint(), "lUJv2qBRFowOoOh6ccB6dyYK9Sk9CmbjLBhIuAGsBDk");
    }

    #[test]
    fn debug_shows_no_key() {
        let one = of(crate::target::Role::TlsClientAuth);
        let identity = Identity::from_pem(one.certificate, one.key).unwrap();
        assert!(!identity.key_lines().is_empty());
        let shown = format!("{identity:?} {:?}", identity.key_lines());
        assert!(identity.key_lines().iter().all(|line| !shown.contains(line.expose_secret())));
    }
}
