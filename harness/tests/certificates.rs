//! Client certificates over real sockets: what the wire presents, and what it makes of a server that demands one.

#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod common;

use common::command::{Ended, Folder};
use countersign_harness::catalogue::Level;
use countersign_harness::clock::{Clock, ManualClock, SystemClock};
use countersign_harness::exit::Exit;
use countersign_harness::reference::{AUTHORITY, Deviation, InMemory, Registered, Registry, Server, Settings};
use countersign_harness::run::{Selection, Watcher, prepare};
use countersign_harness::target::{Config, Role};
use countersign_harness::wire::Request;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion, crypto, version};

/// What TLS does about certificates of clients at a port.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Port {
    /// It asks for none.
    Open,
    /// It refuses whoever has none of its authority.
    Demands,
    /// It asks, and lets everybody in who presents none.
    Asks,
    /// It asks, and behind it somebody closes the connection of whoever presented none, without a word.
    HangsUp,
}

const PORTS: [Port; 4] = [Port::Open, Port::Demands, Port::Asks, Port::HangsUp];

/// The reference server behind TLS, at each kind of port.
struct Served {
    issuer: String,
    demanding: String,
    asking: String,
    hanging_up: String,
    /// The server's own certificate, in PEM.
    certificate: String,
}

/// Starts it with one version of TLS, and perhaps a deviation.
fn serve(version: &'static SupportedProtocolVersion, unchecked: Option<Deviation>) -> Served {
    let issued = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = issued.cert.pem();
    let provider = Arc::new(crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(AUTHORITY.as_bytes()).unwrap()).unwrap();
    let roots = Arc::new(roots);
    let verifier = || WebPkiClientVerifier::builder_with_provider(Arc::clone(&roots), Arc::clone(&provider));
    let config = |port: Port| {
        let builder =
            ServerConfig::builder_with_provider(Arc::clone(&provider)).with_protocol_versions(&[version]).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(issued.signing_key.serialize_der()));
        let builder = match port {
            Port::Open => builder.with_no_client_auth(),
            Port::Demands => builder.with_client_cert_verifier(verifier().build().unwrap()),
            Port::Asks | Port::HangsUp => {
                builder.with_client_cert_verifier(verifier().allow_unauthenticated().build().unwrap())
            }
        };
        TlsAcceptor::from(Arc::new(builder.with_single_cert(vec![issued.cert.der().clone()], key).unwrap()))
    };
    let acceptors = PORTS.map(config);
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listen = async || TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
            let listeners = [listen().await, listen().await, listen().await, listen().await];
            let base = |listener: &TcpListener| format!("https://localhost:{}", listener.local_addr().unwrap().port());
            let bases = listeners.each_ref().map(base);
            let settings = Settings::new(bases[0].clone());
            let server = Arc::new(Server::new(settings, Arc::new(SystemClock), unchecked).unwrap());
            sender.send(bases).unwrap();
            let mut accepting = tokio::task::JoinSet::new();
            for ((listener, acceptor), port) in listeners.into_iter().zip(acceptors).zip(PORTS) {
                accepting.spawn(accept(listener, acceptor, port, Arc::clone(&server)));
            }
            accepting.join_all().await;
        });
    });
    let [issuer, demanding, asking, hanging_up] = receiver.recv().unwrap();
    Served { issuer, demanding, asking, hanging_up, certificate }
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, port: Port, server: Arc<Server>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let (acceptor, server) = (acceptor.clone(), Arc::clone(&server));
        tokio::spawn(async move {
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            let presented = stream.get_ref().1.peer_certificates().unwrap_or_default().to_vec();
            if port == Port::HangsUp && presented.is_empty() {
                // What was sent is read first: else the connection would be reset, as it is by a refusal.
                let mut request = [0; 4096];
                _ = stream.read(&mut request).await;
                _ = stream.shutdown().await;
                return;
            }
            let service = service_fn(|request| answer(request, &server, &presented));
            _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(
    request: hyper::Request<Incoming>,
    server: &Server,
    presented: &[CertificateDer<'static>],
) -> Result<hyper::Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let mut received = Request::get(&format!("{}{}", server.settings().issuer, head.uri));
    received.method = head.method.as_str().to_owned();
    for (name, value) in &head.headers {
        received.fields.append(name.as_str(), value.to_str().unwrap());
    }
    received.body = body.collect().await.unwrap().to_bytes().to_vec();
    let response = server.respond_over(&received, presented);
    let mut builder = hyper::Response::builder().status(response.status);
    for (name, value) in response.fields.iter() {
        builder = builder.header(name, value.as_bytes());
    }
    Ok(builder.body(Full::new(Bytes::from(response.body))).unwrap())
}

fn certified() -> &'static Registered {
    Registry.all().iter().find(|client| client.role == Some(Role::TlsClientAuth)).unwrap()
}

/// A folder with the files of the client and the configuration; `client` is the rest of `[client]`.
fn folder(name: &str, served: &Served, token_endpoint: &str, client: &str) -> Folder {
    let folder = Folder::new(name);
    let own = certified().certified.unwrap();
    let files = [("ca.pem", served.certificate.as_str()), ("client.pem", own.certificate), ("client.key", own.key)];
    files.iter().for_each(|(file, text)| std::fs::write(folder.0.join(file), text).unwrap());
    folder.configure(&format!(
        "[target]\nissuer = \"{issuer}\"\ntoken_endpoint = \"{token_endpoint}/token\"\n\
         introspection_endpoint = \"{token_endpoint}/introspect\"\n\
         revocation_endpoint = \"{token_endpoint}/revoke\"\nprotected_url = \"{token_endpoint}/api\"\n\
         ca_file = \"ca.pem\"\n[client]\n{client}\nscopes = [\"read\", \"write\"]\n\
         [companion.second]\nid = \"billing-job\"\nsecret = \"env:COMPANION_SECOND_SECRET\"\n",
        issuer = served.issuer,
    ));
    folder
}

const CLIENT: &str = "id = \"certified-job\"\nauthentication = \"tls_client_auth\"\ncertificate = \"file:client.pem\"\nkey = \"file:client.key\"";

/// Every check of certificates, as text.
fn check(folder: &Folder) -> Ended {
    let ended = folder.run("check --config countersign.toml --only certificate/* --seed 7");
    let own = certified().certified.unwrap();
    let line = own.key.lines().nth(1).unwrap();
    for file in folder.files().iter().filter(|file| file.file_name().unwrap() != "client.key") {
        assert!(!std::fs::read_to_string(file).unwrap().contains(line), "the key stands in {}", file.display());
    }
    ended
}

/// The certificate is presented, the token is bound to it, and whoever has another one, or none, is refused by TLS: in
/// the handshake, or after our side has begun to write. What TLS keeps from the server, the server is not asked for.
#[test]
fn a_server_that_demands_certificates_conforms_in_each_version_of_tls() {
    for (name, version) in [("tls-1.2", &version::TLS12), ("tls-1.3", &version::TLS13)] {
        let served = serve(version, None);
        let ended = check(&folder(name, &served, &served.demanding, CLIENT));
        assert_eq!(ended.status, 0, "{}{}", ended.out, ended.err);
        assert!(ended.out.contains("10 checks: 5 passed, 0 failed, 5 skipped"), "{}", ended.out);
    }
}

/// Whoever comes without a certificate is heard, and refused by the server itself.
#[test]
fn a_server_that_asks_for_certificates_conforms_in_each_version_of_tls() {
    for (name, version) in [("asks-1.2", &version::TLS12), ("asks-1.3", &version::TLS13)] {
        let served = serve(version, None);
        let ended = check(&folder(name, &served, &served.asking, CLIENT));
        assert_eq!(ended.status, 0, "{}{}", ended.out, ended.err);
        assert!(ended.out.contains("10 checks: 8 passed, 0 failed, 2 skipped"), "{}", ended.out);
    }
}

/// A connection that is closed without a word is no refusal: it may have died of anything.
#[test]
fn a_server_that_hangs_up_has_refused_nothing() {
    for (name, version) in [("hangs-up-1.2", &version::TLS12), ("hangs-up-1.3", &version::TLS13)] {
        let served = serve(version, None);
        let ended = check(&folder(name, &served, &served.hanging_up, CLIENT));
        assert_eq!(ended.status, 5, "{}{}", ended.out, ended.err);
        assert!(ended.out.contains("????  certificate/missing"), "{}", ended.out);
    }
}

/// Where nobody asks for the certificate nobody presents it, and the client is refused.
#[test]
fn a_certificate_that_is_not_asked_for_is_not_presented() {
    let served = serve(&version::TLS13, None);
    let folder = folder("not-asked", &served, &served.issuer, CLIENT);
    folder.run("check --config countersign.toml").assert_refused(3, &["error=invalid_client", "`certificate`"]);
}

/// Without a certificate there is no run, and the message says what is missing.
#[test]
fn a_demanded_certificate_that_is_not_configured_is_named() {
    for version in [&version::TLS12, &version::TLS13] {
        let served = serve(version, None);
        let client = "id = \"reports-job\"\nsecret = \"env:CLIENT_SECRET\"";
        let folder = folder("demanded", &served, &served.demanding, client);
        let ended = folder.run("check --config countersign.toml");
        ended.assert_refused(3, &["asks for a client certificate", "name `certificate` and `key` in [client]"]);
    }
}

/// A certificate of somebody whom the server does not trust is refused by TLS, and the message says so.
#[test]
fn a_certificate_that_the_server_does_not_trust_is_named() {
    let served = serve(&version::TLS13, None);
    let folder = folder("untrusted-client", &served, &served.demanding, CLIENT);
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(folder.0.join("client.pem"), other.cert.pem()).unwrap();
    std::fs::write(folder.0.join("client.key"), other.signing_key.serialize_pem()).unwrap();
    let ended = folder.run("check --config countersign.toml");
    ended.assert_refused(3, &["ends the connection that presents the client certificate"]);
}

/// Over the socket too, a server that does not compare the certificate of a bound token is found out.
#[test]
fn a_resource_server_that_compares_nothing_is_found_over_a_socket() {
    let deviation = Deviation::Sets(|settings| settings.unchecked = Some("bound certificate"));
    let served = serve(&version::TLS13, Some(deviation));
    let folder = folder("not-compared", &served, &served.demanding, CLIENT);
    let text = std::fs::read_to_string(folder.0.join("countersign.toml")).unwrap();
    // This API is at the port where no certificate is asked for: the bound token is good for everybody.
    folder.configure(&text.replace(&format!("{}/api", served.demanding), &format!("{}/api", served.issuer)));
    let ended = check(&folder);
    assert_eq!(ended.status, 1, "{}{}", ended.out, ended.err);
    assert!(ended.out.contains("FAIL  certificate/protected-resource  RFC8705-3-01"), "{}", ended.out);
}

/// `doctor` says which certificate it is, and until when it is good.
#[test]
fn doctor_shows_the_certificate() {
    let served = serve(&version::TLS13, None);
    let folder = folder("doctor-certificate", &served, &served.demanding, CLIENT);
    let ended = folder.run("doctor --config countersign.toml");
    assert_eq!(ended.status, 0, "{}{}", ended.out, ended.err);
    assert!(ended.out.contains("good until 2120-01-01"), "{}", ended.out);
}

/// RFC 8705 §5: a client with a certificate goes to the endpoints that the metadata names for it, the others do not.
#[tokio::test]
async fn the_host_for_certificates_is_preferred() {
    let clock = Arc::new(ManualClock::new("2026-11-23T12:00:00Z".parse().unwrap()));
    let mut settings = Settings::new("https://reference.example");
    settings.certificate_host = true;
    let server = Server::new(settings, Arc::clone(&clock) as Arc<dyn Clock>, None).unwrap();
    let exchange = InMemory(Arc::new(server));
    let config = "[target]\nissuer = \"https://reference.example\"\n[client]\nid = \"certified-job\"\n";
    let config = Config::parse(config, "test").unwrap();
    let (_, mut companions) = Registry.clients();
    let main = companions.remove(&Role::TlsClientAuth).unwrap();
    let checks = Selection::new(&["certificate/*".into(), "scope/reserved".into()], &[]).unwrap().checks();
    let run = prepare(&exchange, clock.as_ref(), &config, (main, companions));
    let completed = run.run(&checks, &common::options(Level::May), Watcher::nobody()).await.unwrap();
    assert_eq!(Exit::of(&completed.run), Exit::Conforms, "{}", countersign_harness::report::text(&completed.run));
    let is_there = |uri: &str| uri.starts_with("https://mtls.reference.example/");
    let presented = |certificate: &Option<String>| certificate.is_some();
    let of_certificates = completed.exchanges.iter().filter(|exchange| presented(&exchange.certificate));
    assert!(of_certificates.clone().count() > 20 && of_certificates.clone().all(|exchange| is_there(&exchange.uri)));
    let by_secret = |exchange: &&_| {
        let exchange: &countersign_harness::wire::Recorded = exchange;
        exchange.request_fields.iter().any(|(name, _)| name == "Authorization")
    };
    let by_secret = completed.exchanges.iter().filter(by_secret);
    assert!(by_secret.clone().count() > 0 && by_secret.clone().all(|exchange| !is_there(&exchange.uri)));
}
