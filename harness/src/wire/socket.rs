//! The one file with a client's socket: a connection for each request, no pool, no proxy, no redirect, nothing resent.

use super::{Bounds, Exchange, Failure, Identity, Request, Response};
use crate::clock::LocalFuture;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::Uri;
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use rustls_platform_verifier::{BuilderVerifierExt as _, Verifier};
use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read as _};
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::{ResolvesClientCert, Resumption};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{self, ClientConfig, ProtocolVersion, SignatureScheme, crypto};

/// Exchanges over TCP and TLS.
#[derive(Debug, Clone)]
pub struct Socket {
    tls: Arc<ClientConfig>,
}

/// Why TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The file of authorities cannot be used.
    #[error("`ca_file` {path}: {cause}; it must hold certificates in PEM")]
    Authorities {
        /// The file.
        path: String,
        /// What is wrong.
        cause: String,
    },
    /// The system's trust store cannot be used.
    #[error("the trust store of the system cannot be used: {0}; name the authorities with `ca_file`")]
    System(String),
}

impl Socket {
    /// A client that trusts what the system trusts, and the authorities in `ca_file` besides.
    pub fn new(ca_file: Option<&Path>) -> Result<Self, TrustError> {
        let provider = Arc::new(crypto::ring::default_provider());
        let system = |error: rustls::Error| TrustError::System(error.to_string());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(system)?;
        let mut config = match ca_file {
            None => builder.with_platform_verifier().map_err(system)?.with_no_client_auth(),
            Some(path) => {
                let verifier = Verifier::new_with_extra_roots(authorities(path)?, provider).map_err(system)?;
                builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth()
            }
        };
        // A resumed session is the one of an earlier certificate, or of none.
        config.resumption = Resumption::disabled();
        Ok(Self { tls: Arc::new(config) })
    }
}

/// The trust store of a whole system has a quarter of a MiB, octets; a device has no end.
const MOST_OF_AUTHORITIES: u64 = 1 << 24;

fn authorities(path: &Path) -> Result<Vec<CertificateDer<'static>>, TrustError> {
    let error = |cause: String| TrustError::Authorities { path: path.display().to_string(), cause };
    let mut pem = Vec::new();
    let file = File::open(path).and_then(|file| file.take(MOST_OF_AUTHORITIES).read_to_end(&mut pem));
    file.map_err(|cause| error(cause.to_string()))?;
    let certificates = CertificateDer::pem_slice_iter(&pem);
    let certificates = certificates.collect::<Result<Vec<_>, _>>().map_err(|cause| error(cause.to_string()))?;
    if certificates.is_empty() { Err(error("no certificate in it".into())) } else { Ok(certificates) }
}

impl Exchange for Socket {
    fn exchange<'a>(&'a self, request: &'a Request, bounds: Bounds) -> LocalFuture<'a, Result<Response, Failure>> {
        Box::pin(async move {
            let place = Place::of(&request.uri)?;
            let seconds = bounds.timeout.as_secs();
            let timed_out = Failure::TimedOut { authority: place.authority(), seconds };
            tokio::time::timeout(bounds.timeout, self.once(&place, request, bounds)).await.unwrap_or(Err(timed_out))
        })
    }
}

impl Socket {
    async fn once(&self, place: &Place, request: &Request, bounds: Bounds) -> Result<Response, Failure> {
        let stream = place.connected().await?;
        let broken = |cause: String| Failure::Broken { authority: place.authority(), cause };
        if !place.tls {
            return converse(stream, place, request, bounds).await.map_err(|cut| cut.failure(broken));
        }
        let presenter = Presenter::of(request.identity.as_ref());
        let stream = self.secured(place, stream, &presenter).await?;
        // In TLS 1.3 the server judges the certificate after our side has begun to write.
        let broken = |cause: String| presenter.refusal(place, &cause).unwrap_or_else(|| broken(cause));
        converse(stream, place, request, bounds).await.map_err(|cut| cut.failure(broken))
    }

    /// The connection within TLS.
    async fn secured(
        &self,
        place: &Place,
        stream: TcpStream,
        presenter: &Arc<Presenter>,
    ) -> Result<TlsStream<TcpStream>, Failure> {
        let no_tls = |cause: String| Failure::Tls { authority: place.authority(), cause };
        let name = ServerName::try_from(place.name().to_owned()).map_err(|cause| no_tls(cause.to_string()))?;
        let mut tls = ClientConfig::clone(&self.tls);
        tls.client_auth_cert_resolver = Arc::clone(presenter) as Arc<dyn ResolvesClientCert>;
        TlsConnector::from(Arc::new(tls)).connect(name, stream).await.map_err(|cause| {
            let refusal = is_of_server(&cause).then(|| presenter.refusal(place, &cause.to_string())).flatten();
            refusal.unwrap_or_else(|| no_tls(cause.to_string()))
        })
    }

    /// The addresses that the host of this URI has.
    pub async fn addresses(&self, uri: &str, timeout: Duration) -> Result<Vec<IpAddr>, Failure> {
        let place = Place::of(uri)?;
        let unreachable = |cause: io::Error| place.unreachable(cause);
        let found = tokio::time::timeout(timeout, tokio::net::lookup_host((place.name(), place.port))).await;
        let found = found.map_err(|_| unreachable(io::ErrorKind::TimedOut.into()))?.map_err(unreachable)?;
        Ok(found.map(|address| address.ip()).collect())
    }

    /// Connects to the host of this URI and sends nothing; the version of TLS, if there is TLS.
    pub async fn connect(
        &self,
        uri: &str,
        identity: Option<&Identity>,
        timeout: Duration,
    ) -> Result<Option<&'static str>, Failure> {
        let place = Place::of(uri)?;
        let connect = async {
            let stream = place.connected().await?;
            if !place.tls {
                return Ok(None);
            }
            let stream = self.secured(&place, stream, &Presenter::of(identity)).await?;
            let newest = stream.get_ref().1.protocol_version() == Some(ProtocolVersion::TLSv1_3);
            Ok(Some(if newest { "TLS 1.3" } else { "TLS 1.2" }))
        };
        let timed_out = Failure::TimedOut { authority: place.authority(), seconds: timeout.as_secs() };
        tokio::time::timeout(timeout, connect).await.unwrap_or(Err(timed_out))
    }
}

/// Whether the server ended the handshake, and not our own doubts.
fn is_of_server(cause: &io::Error) -> bool {
    is_refusal(cause) || cause.kind() == io::ErrorKind::UnexpectedEof
}

/// Whether the server ended the connection with an alert. It may be lost where our side had begun to write: then the
/// connection is reset. One that is only closed has no such meaning once the handshake is over.
fn is_refusal(cause: &io::Error) -> bool {
    let alert = cause.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let reset = [io::ErrorKind::ConnectionReset, io::ErrorKind::BrokenPipe];
    matches!(alert, Some(rustls::Error::AlertReceived(_))) || reset.contains(&cause.kind())
}

/// What caused the error, from the outside to the inside.
fn causes<'e>(
    error: &'e (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'e (dyn std::error::Error + 'static)> {
    std::iter::successors(error.source(), |cause| cause.source())
}

/// Presents the certificate of the request, if there is one, and remembers whether the server asked for any.
#[derive(Debug)]
struct Presenter {
    identity: Option<Identity>,
    asked: AtomicBool,
}

impl Presenter {
    fn of(identity: Option<&Identity>) -> Arc<Self> {
        Arc::new(Self { identity: identity.cloned(), asked: AtomicBool::new(false) })
    }

    /// Whose connection is refused after it was asked for a certificate is refused because of it.
    fn refusal(&self, place: &Place, cause: &str) -> Option<Failure> {
        let (authority, cause) = (place.authority(), cause.to_owned());
        self.asked.load(Ordering::Relaxed).then_some(match self.identity {
            Some(_) => Failure::CertificateRefused { authority, cause },
            None => Failure::CertificateDemanded { authority, cause },
        })
    }
}

impl ResolvesClientCert for Presenter {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.asked.store(true, Ordering::Relaxed);
        self.identity.as_ref().map(Identity::certified)
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// How an exchange over a connection came to nothing.
enum Cut {
    /// The connection was refused before anything of a response came.
    Refused(String),
    /// Anything else.
    Failed(Failure),
}

impl Cut {
    fn failure(self, refused: impl FnOnce(String) -> Failure) -> Failure {
        match self {
            Self::Refused(cause) => refused(cause),
            Self::Failed(failure) => failure,
        }
    }
}

/// Where a URI points to.
struct Place {
    tls: bool,
    host: String,
    port: u16,
    target: String,
}

impl Place {
    fn of(uri: &str) -> Result<Self, Failure> {
        let error = || Failure::Uri { uri: uri.split('?').next().unwrap_or(uri).to_owned() };
        let parsed: Uri = uri.parse().map_err(|_| error())?;
        let tls = match parsed.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(error()),
        };
        let host = parsed.host().filter(|host| !host.is_empty()).ok_or_else(error)?.to_owned();
        let port = parsed.port_u16().unwrap_or(if tls { 443 } else { 80 });
        let target = parsed.path_and_query().map_or("/", |target| target.as_str()).to_owned();
        Ok(Self { tls, host, port, target })
    }

    /// The host without the brackets of an IPv6 address.
    fn name(&self) -> &str {
        self.host.trim_matches(['[', ']'])
    }

    async fn connected(&self) -> Result<TcpStream, Failure> {
        TcpStream::connect((self.name(), self.port)).await.map_err(|cause| self.unreachable(cause))
    }

    fn unreachable(&self, cause: io::Error) -> Failure {
        Failure::Unreachable { authority: self.authority(), cause: cause.to_string() }
    }

    fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// The `Host` field leaves the default port out.
    fn host_field(&self) -> String {
        if self.port == if self.tls { 443 } else { 80 } { self.host.clone() } else { self.authority() }
    }
}

async fn converse<S>(stream: S, place: &Place, request: &Request, bounds: Bounds) -> Result<Response, Cut>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let answered = Cell::new(false);
    let broken = |cause: String| Cut::Failed(Failure::Broken { authority: place.authority(), cause });
    let http = |cause: hyper::Error| {
        let refused = causes(&cause).any(|cause| cause.downcast_ref::<io::Error>().is_some_and(is_refusal));
        if refused && !answered.get() { Cut::Refused(chain(&cause)) } else { broken(chain(&cause)) }
    };
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(http)?;
    let exchange = async {
        let response = sender.send_request(convert(place, request).map_err(broken)?).await.map_err(http)?;
        answered.set(true);
        receive(response, place, bounds).await.map_err(Cut::Failed)
    };
    // The connection lives exactly as long as its one exchange.
    tokio::pin!(exchange);
    tokio::select! {
        biased;
        answer = &mut exchange => answer,
        // A connection that ends badly, as TLS without a goodbye does, may have brought the whole response before.
        end = connection => match (exchange.await, end) {
            (Err(_), Err(cause)) => Err(http(cause)),
            (answer, _) => answer,
        },
    }
}

/// An error with what caused it: the library's own words alone say little.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    causes(error).fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

fn convert(place: &Place, request: &Request) -> Result<hyper::Request<Full<Bytes>>, String> {
    let mut builder = hyper::Request::builder().method(request.method.as_str()).uri(&place.target);
    builder = builder.header("Host", place.host_field());
    for (name, value) in request.fields.iter() {
        builder = builder.header(name, value.as_bytes());
    }
    builder.body(Full::from(request.body.clone())).map_err(|cause| cause.to_string())
}

async fn receive(
    response: hyper::Response<hyper::body::Incoming>,
    place: &Place,
    bounds: Bounds,
) -> Result<Response, Failure> {
    let (head, body) = response.into_parts();
    let mut received = Response::empty(head.status.as_u16());
    for (name, value) in &head.headers {
        received.fields.append(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
    }
    let authority = place.authority();
    let body = Limited::new(body, bounds.max_octets).collect().await.map_err(|cause| {
        if cause.is::<LengthLimitError>() {
            Failure::TooLarge { authority, octets: bounds.max_octets }
        } else {
            Failure::Broken { authority, cause: chain(cause.as_ref()) }
        }
    })?;
    received.body = body.to_bytes().to_vec();
    Ok(received)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A device has no end.
    #[cfg(unix)]
    #[test]
    fn a_file_of_authorities_has_an_end() {
        let error = authorities(Path::new("/dev/zero")).unwrap_err();
        assert!(error.to_string().contains("`ca_file` /dev/zero"), "{error}");
    }
}
