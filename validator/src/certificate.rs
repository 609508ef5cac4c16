//! The client's certificate in mutual TLS (RFC 8705 §3): only its hash counts, and it comes as an argument.
//!
//! The chain is not judged: the token vouches for the certificate, whoever signed it (RFC 8705 §6.2). No header field is
//! read for it: whether a proxy may be believed about the certificate is for the caller to know (RFC 9700 §4.13).
//!
//! Statements: RFC9700-4.13-10.

use crate::digest::Digest;

/// SHA-256 of the DER encoding of a certificate (RFC 8705 §3.1), as the TLS layer saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CertificateThumbprint(Digest);

impl CertificateThumbprint {
    /// Of the certificate itself, DER encoded.
    pub fn of_der(certificate: &[u8]) -> Self {
        Self(Digest::of(certificate))
    }

    /// Where the TLS layer gives the hash only: the 32 octets of SHA-256 over the DER encoding, not over the public key.
    pub const fn from_sha256(octets: [u8; 32]) -> Self {
        Self(Digest::from_octets(octets))
    }

    pub(crate) const fn digest(&self) -> &Digest {
        &self.0
    }
}
