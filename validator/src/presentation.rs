//! How a token came, and what came with it: the scheme, a DPoP proof, a client certificate.

use crate::{CertificateThumbprint, Policy, Refusal, bearer, dpop};

/// An HTTP authentication scheme that carries an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// RFC 6750 §2.1.
    Bearer,
    /// RFC 9449 §7.1.
    Dpop,
}

impl Scheme {
    /// Every scheme, in the order in which challenges name them.
    pub const ALL: &'static [Self] = &[Self::Bearer, Self::Dpop];

    /// The name as a challenge writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bearer => "Bearer",
            Self::Dpop => "DPoP",
        }
    }

    /// The scheme of this name; names have no case (RFC 9110 §11.1).
    pub fn from_name(name: &[u8]) -> Option<Self> {
        Self::ALL.iter().copied().find(|scheme| scheme.as_str().as_bytes().eq_ignore_ascii_case(name))
    }
}

/// What came with the token.
#[derive(Debug, Clone, Default)]
pub struct Presentation {
    /// `None` for scheme `Bearer`.
    pub(crate) dpop: Option<dpop::Request>,
    pub(crate) certificate: Option<CertificateThumbprint>,
}

impl Presentation {
    /// Scheme `Bearer`, and nothing else (RFC 6750 §2.1).
    pub const fn bearer() -> Self {
        Self { dpop: None, certificate: None }
    }

    /// Scheme `DPoP` (RFC 9449 §7.1).
    pub const fn dpop(request: dpop::Request) -> Self {
        Self { dpop: Some(request), certificate: None }
    }

    /// The connection was made with this client certificate (RFC 8705 §3).
    #[must_use]
    pub const fn with_certificate(mut self, certificate: CertificateThumbprint) -> Self {
        self.certificate = Some(certificate);
        self
    }
}

/// The parts of an HTTP request that decide. Field values are one slice a field line, as they came.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The values of the `Authorization` fields.
    pub authorization: &'a [&'a [u8]],
    /// The values of the `DPoP` fields (RFC 9449 §4.1).
    pub dpop: &'a [&'a [u8]],
    /// The method, as it came.
    pub method: &'a str,
    /// The absolute URI that the client asked for. Behind a proxy that is the outer one, which only the caller knows:
    /// no forwarding field is believed here.
    pub uri: &'a str,
    /// The client's certificate, if the TLS layer has one.
    pub certificate: Option<CertificateThumbprint>,
}

impl<'a> Request<'a> {
    /// The schemes that it used, to put an error on the right challenges.
    pub fn schemes_used(&self) -> Vec<Scheme> {
        bearer::schemes_used(self.authorization)
    }

    /// The token, and how it came. Scheme `DPoP` counts only where the policy has it; otherwise it is another scheme.
    ///
    /// # Errors
    /// Those of [`bearer::extract`].
    pub fn presented(&self, policy: &Policy) -> Result<(&'a [u8], Presentation), Refusal> {
        let schemes = if policy.dpop().is_some() { Scheme::ALL } else { &[Scheme::Bearer] };
        let (scheme, token) = bearer::extract_any(self.authorization, schemes)?;
        let dpop = (scheme == Scheme::Dpop).then(|| dpop::Request::new(self.dpop, self.method, self.uri));
        Ok((token, Presentation { dpop, certificate: self.certificate }))
    }
}
