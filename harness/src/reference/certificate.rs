//! Clients that authenticate with a certificate, and tokens that are bound to it (RFC 8705 §2 and §3).

use super::{Registered, Server};
use crate::target::Authentication;
use crate::wire::{Request, thumbprint};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::client::verify_server_name;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::server::{ParsedCertificate, WebPkiClientVerifier};

/// Who issues certificates to clients, in PEM.
pub const AUTHORITY: &str = include_str!("certificates/authority.pem");

/// A certificate that proves a client, and how the server compares it. Its key is no secret: it stands here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Certified {
    /// `tls_client_auth` or `self_signed_tls_client_auth`.
    pub method: Authentication,
    /// The certificate, in PEM.
    pub certificate: &'static str,
    /// Its key, in PEM.
    pub key: &'static str,
    /// The name that is registered as `tls_client_auth_san_dns` (§2.1.2).
    pub name: &'static str,
}

/// What the connection presented: the certificate and those that follow it, or nothing.
pub(super) type Presented<'a> = &'a [CertificateDer<'static>];

/// What the server sees of the client's certificate.
pub(super) fn seen(server: &Server, request: &Request, presented: Presented<'_>) -> Vec<CertificateDer<'static>> {
    // Where certificates are asked for at a host of their own, no other connection has one (§5).
    let asked = request.uri.starts_with(&base(server)) || request.path() == RESOURCE;
    if server.settings.certificate_host && !asked {
        return Vec::new();
    }
    let forwarded = request.fields.get(HEADER).filter(|_| server.settings.holds("forwarded certificate", false));
    match forwarded.and_then(|value| STANDARD.decode(value.trim_matches(':')).ok()) {
        Some(certificate) => vec![CertificateDer::from(certificate)],
        None => presented.to_vec(),
    }
}

/// The protected resource asks for certificates on its own account.
const RESOURCE: &str = "/api";

/// In which a proxy says which certificate it was presented (RFC 9440 §2.1).
const HEADER: &str = "Client-Cert";

/// The base of the endpoints that ask for certificates.
pub(super) fn base(server: &Server) -> String {
    let issuer = &server.settings.issuer;
    if server.settings.certificate_host { issuer.replacen("://", "://mtls.", 1) } else { issuer.clone() }
}

/// Whether the certificate is the one of this client (§2.1 and §2.2).
pub(super) fn proves(server: &Server, client: &Registered, presented: Presented<'_>) -> bool {
    let holds = |what: &str, demand: &dyn Fn() -> bool| server.settings.holds(what, false) || demand();
    let Some((certificate, issuers)) = presented.split_first() else { return holds("certificate", &|| false) };
    match client.certified {
        Some(Certified { method: Authentication::TlsClientAuth, name, .. }) => {
            holds("chain", &|| is_vouched_for(server, certificate, issuers))
                && holds("subject", &|| is_named(certificate, name))
        }
        Some(own) => {
            is_named(certificate, own.name)
                && holds("certificate key", &|| Some(thumbprint(certificate)) == own.thumbprint())
        }
        None => holds("subject", &|| false) && is_vouched_for(server, certificate, issuers),
    }
}

/// The client whose certificate it is, when nobody names one.
pub(super) fn owner(server: &Server, presented: Presented<'_>) -> Option<&'static Registered> {
    let certified = |client: &&Registered| client.certified.is_some() && proves(server, client, presented);
    server.registry.all().iter().find(certified).filter(|_| server.settings.holds("client_id of certificates", false))
}

/// The thumbprint of the certificate that a token for this client will be bound to (§3).
pub(super) fn binding(server: &Server, client: &Registered, presented: Presented<'_>) -> Option<String> {
    let thumbprint = presented.first().map(thumbprint);
    let mut state = server.state();
    state.last_certificate = thumbprint.clone().or_else(|| state.last_certificate.take());
    if server.settings.holds("fresh certificate", false) {
        return state.last_certificate.clone();
    }
    thumbprint.filter(|_| client.certified.is_some() && !server.settings.holds("certificate binding", false))
}

fn is_vouched_for(server: &Server, certificate: &CertificateDer<'_>, issuers: Presented<'_>) -> bool {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(CertificateDer::pem_slice_iter(AUTHORITY.as_bytes()).filter_map(Result::ok));
    let provider = Arc::new(ring::default_provider());
    let Ok(verifier) = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build() else {
        return false;
    };
    let seconds = u64::try_from(server.clock.now().as_second()).unwrap_or_default();
    let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    verifier.verify_client_cert(certificate, issuers, now).is_ok()
}

fn is_named(certificate: &CertificateDer<'_>, name: &str) -> bool {
    let (Ok(certificate), Ok(name)) = (ParsedCertificate::try_from(certificate), ServerName::try_from(name)) else {
        return false;
    };
    verify_server_name(&certificate, &name).is_ok()
}

impl Certified {
    fn thumbprint(&self) -> Option<String> {
        CertificateDer::from_pem_slice(self.certificate.as_bytes()).ok().map(|certificate| thumbprint(&certificate))
    }
}
