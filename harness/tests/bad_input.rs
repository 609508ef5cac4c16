//! What goes wrong around a run: one sentence that says what, where and how to mend it, and its exit status.

#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod common;

use common::command::{Folder, SECRET, bare, serve};
use countersign_harness::reference::configuration;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned, crypto};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// `check` with this configuration.
fn check(name: &str, configuration: &str) -> common::command::Ended {
    let folder = Folder::new(name);
    folder.configure(configuration);
    let ended = folder.run("check --config countersign.toml");
    assert!(folder.files().iter().all(|file| !file.ends_with("run.json")) || ended.status != 3, "a run was written");
    ended
}

/// A server that does this with every connection; its authority.
fn raw(respond: impl Fn(&mut dyn ReadWrite) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            respond(&mut stream);
        }
    });
    authority
}

trait ReadWrite: std::io::Read + std::io::Write {}
impl<T: std::io::Read + std::io::Write> ReadWrite for T {}

/// Reads a whole request, because what is unread when the connection closes takes the answer with it, and answers.
fn answer(stream: &mut dyn ReadWrite, response: &str) {
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    while !is_whole(&request) {
        match stream.read(&mut buffer) {
            Ok(octets @ 1..) => request.extend_from_slice(&buffer[..octets]),
            // A client that went away, or spoke something else, is no matter.
            Ok(0) | Err(_) => return,
        }
    }
    _ = stream.write_all(response.as_bytes());
    _ = stream.flush();
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_ascii_lowercase();
    // The first octet of a TLS handshake: nothing that ends in an empty line.
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return request.first() == Some(&22) };
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}

#[test]
fn a_closed_port() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let ended = check("closed", &bare(&format!("http://127.0.0.1:{port}/token")));
    ended.assert_refused(3, &[&format!("nothing answers at 127.0.0.1:{port}"), "check the address"]);
}

#[test]
fn a_port_that_speaks_no_tls() {
    let authority = raw(|stream| answer(stream, "HTTP/1.1 400 Bad Request\r\n\r\n"));
    let ended = check("no-tls", &bare(&format!("https://{authority}/token")));
    ended.assert_refused(3, &["no TLS connection to", &authority]);
}

#[test]
fn a_certificate_that_nobody_vouches_for_until_it_is_named() {
    let issued = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(issued.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![issued.cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let authority = raw(move |stream| {
        let session = ServerConnection::new(Arc::clone(&config)).unwrap();
        let body = r#"{"error":"invalid_client"}"#;
        let head = "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: 26\r\n\r\n";
        answer(&mut StreamOwned::new(session, stream), &format!("{head}{body}"));
    });
    let endpoint = format!("https://localhost:{}/token", authority.rsplit(':').next().unwrap());
    check("untrusted", &bare(&endpoint)).assert_refused(3, &["no TLS connection to localhost:", "`ca_file`"]);

    let folder = Folder::new("trusted");
    std::fs::write(folder.0.join("ca.pem"), issued.cert.pem()).unwrap();
    folder.configure(&bare(&endpoint).replace("[client]", "ca_file = \"ca.pem\"\n[client]"));
    folder.run("check --config countersign.toml").assert_refused(3, &["error=invalid_client"]);
    std::fs::write(folder.0.join("ca.pem"), "nothing").unwrap();
    folder.run("check --config countersign.toml").assert_refused(2, &["`ca_file`", "ca.pem", "PEM"]);
}

/// A redirect is no answer of a token endpoint, and credentials go nowhere that nobody configured.
#[test]
fn a_redirect_is_not_followed() {
    let visits = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&visits);
    let elsewhere = raw(move |_| _ = counted.fetch_add(1, Ordering::Relaxed));
    let head = format!("HTTP/1.1 307 Temporary Redirect\r\nLocation: http://{elsewhere}/\r\nContent-Length: 0\r\n\r\n");
    let authority = raw(move |stream| answer(stream, &head));
    let ended = check("redirect", &bare(&format!("http://{authority}/token")));
    ended.assert_refused(3, &["neither a token nor an error (status 307"]);
    assert_eq!(visits.load(Ordering::Relaxed), 0);
}

#[test]
fn html_in_place_of_json() {
    let page = "<html>welcome</html>";
    let response =
        format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{page}", page.len());
    let authority = raw(move |stream| answer(stream, &response));
    let ended = check("html", &bare(&format!("http://{authority}/token")));
    ended.assert_refused(3, &["neither a token nor an error", "text/html", "check that this is the token endpoint"]);
    let issuer = bare(&format!("http://{authority}")).replace("token_endpoint", "issuer");
    check("html-metadata", &issuer).assert_refused(3, &["publishes no metadata", "name `token_endpoint`"]);
}

/// What is wrong with a body is told: that it was cut is another matter than that it is malformed.
#[test]
fn a_body_that_breaks() {
    for (rest, cause) in [
        ("Content-Length: 100\r\n\r\n{", "end of file before message length reached"),
        ("Transfer-Encoding: chunked\r\n\r\nZ\r\n", "Invalid chunk size"),
    ] {
        let response = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{rest}");
        let authority = raw(move |stream| answer(stream, &response));
        let ended = check("broken-body", &bare(&format!("http://{authority}/token")));
        ended.assert_refused(3, &["broke", cause]);
    }
}

#[test]
fn a_body_that_never_ends() {
    let authority = raw(|stream| {
        answer(stream, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n");
        while stream.write_all(&[b' '; 65536]).is_ok() {}
    });
    let ended = check("endless", &bare(&format!("http://{authority}/token")));
    ended.assert_refused(3, &["does not end within 1048576 octets", &authority]);
}

#[test]
fn a_server_that_says_nothing() {
    let authority = raw(|stream| _ = stream.read_to_end(&mut Vec::new()));
    let configuration = bare(&format!("http://{authority}/token")).replace("_seconds = 2", "_seconds = 1");
    check("silent", &configuration).assert_refused(3, &["no complete response", "within 1 s", "`timeout_seconds`"]);
}

#[test]
fn a_wrong_secret() {
    let configuration = bare(&format!("{}/token", serve(None, 3600))).replace("\"job\"", "\"reports-job\"");
    let ended = check("wrong-secret", &configuration);
    ended.assert_refused(3, &["status 401, error=invalid_client", "check `id`, `secret`"]);
}

#[test]
fn mistakes_in_the_configuration() {
    let good = bare("http://127.0.0.1:1/token");
    for (name, configuration, words) in [
        ("typo", good.replace("token_endpoint", "token_endpont"), ["line 2", "key `token_endpont`", "unknown field"]),
        ("no-toml", good.replace(" = \"http", " \"http"), ["countersign.toml, line 2", "", ""]),
        ("role", format!("{good}[companion.third]\nid = \"x\"\n"), ["unknown variant", "`second`", "`disposable`"]),
        ("variable", good.replace("env:SECRET", "env:SECRT"), ["line 6, key `secret`", "`SECRT` is not set", "export"]),
        (
            "lower-case",
            good.replace("env:SECRET", "env:hunter2"),
            ["line 6, key `secret`", "this environment variable is not set", "export"],
        ),
        (
            "authentication",
            good.replace("[limits]", "authentication = \"hunter2\"\n[limits]"),
            ["line 7, key `authentication`", "unknown variant, expected one of", "`client_secret_basic`"],
        ),
        (
            "literal",
            good.replace("env:SECRET", SECRET),
            ["line 6, key `secret`", "must not stand in a file", "env:NAME"],
        ),
        (
            "statements",
            format!("{good}[profile]\nstatements = \"2020.1\"\n"),
            ["line 10, key `statements`", "unknown set of statements", "there are 2026.1"],
        ),
        (
            "no-requests",
            good.replace("[limits]", "[limits]\nmax_requests = 0"),
            ["line 8, key `max_requests`", "integer `0`", "nonzero"],
        ),
        (
            "scopes",
            good.replace("[limits]", "scopes = [\"re ad\"]\n[limits]"),
            ["line 7, key `scopes`", "a scope is ASCII without spaces", "two scopes are two strings"],
        ),
        ("file", good.replace("env:", "file:"), ["line 6, key `secret`", "cannot be read", "create it"]),
        ("http", good.replace("127.0.0.1:1", "a.example"), ["line 2, key `token_endpoint`", "loopback only", "https"]),
    ] {
        let ended = check(name, &configuration);
        ended.assert_refused(2, &words);
        assert!(!ended.err.contains("hunter2"), "{}", ended.err);
    }
    Folder::new("no-requests").run("check --max-requests 0").assert_usage();
    Folder::new("none")
        .run("check --config none.toml")
        .assert_refused(2, &["none.toml cannot be read", "--config", ""]);
    // A device has no end.
    for (status, arguments) in
        [(2, "check --config /dev/zero"), (3, "token --jwks /dev/zero --issuer https://as.example /dev/null")]
    {
        Folder::new("endless").run(arguments).assert_refused(status, &["/dev/zero", "longer than 1048576 octets", ""]);
    }
}

/// After the preflight the server answers this status to everything.
async fn busy_after_preflight(name: &str, status: u16) {
    let server = MockServer::start().await;
    let (asked, body) = (AtomicUsize::new(0), r#"{"access_token":"opaque-1234","token_type":"Bearer"}"#);
    let respond = move |_: &wiremock::Request| match asked.fetch_add(1, Ordering::Relaxed) {
        0 | 1 => ResponseTemplate::new(200).set_body_raw(body, "application/json"),
        _ => ResponseTemplate::new(status).append_header("Retry-After", "1"),
    };
    Mock::given(any()).respond_with(respond).mount(&server).await;
    let (configuration, name) = (bare(&format!("{}/token", server.uri())), name.to_owned());
    let ended = tokio::task::spawn_blocking(move || check(&name, &configuration)).await.unwrap();
    assert_eq!(ended.status, 5, "{}{}", ended.out, ended.err);
    assert!(ended.out.contains(" 0 passed, 0 failed, "), "{}", ended.out);
    assert!(ended.out.contains(&format!("the server is busy: status {status}")), "{}", ended.out);
}

#[tokio::test]
async fn unavailable_after_the_preflight() {
    busy_after_preflight("unavailable", 503).await;
}

#[tokio::test]
async fn throttled_after_the_preflight() {
    busy_after_preflight("throttled", 429).await;
}

/// The report that there is by then is written, and says what was not judged.
#[cfg(unix)]
fn ended_by(signal: &str, status: i32) {
    let (sender, receiver) = std::sync::mpsc::channel();
    let asked = AtomicUsize::new(0);
    let body = r#"{"access_token":"opaque-1234","token_type":"Bearer"}"#;
    let response =
        format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let authority = raw(move |stream| match asked.fetch_add(1, Ordering::Relaxed) {
        0 | 1 => answer(stream, &response),
        // The run is in its first check, and hears nothing any more.
        _ => {
            sender.send(()).unwrap();
            _ = stream.read_to_end(&mut Vec::new());
        }
    });
    let folder = Folder::new(&format!("ended-by{signal}"));
    folder
        .configure(&bare(&format!("http://{authority}/token")).replace("timeout_seconds = 2", "timeout_seconds = 60"));
    let mut child =
        folder.command("check --config countersign.toml").stdout(std::process::Stdio::null()).spawn().unwrap();
    receiver.recv().unwrap();
    let killed = std::process::Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert_eq!(child.wait().unwrap().code(), Some(status));
    let report = folder.files().into_iter().find(|file| file.ends_with("run.json")).unwrap();
    let run = std::fs::read_to_string(&report).unwrap();
    assert!(run.contains("the run was ended before") && run.contains("\"complete\": false"), "{run}");
    // Incomplete, and still whole as evidence.
    let bundle = report.parent().unwrap();
    assert_eq!(folder.run(&format!("verify-report {}", bundle.display())).status, 0);
    let page = std::fs::read_to_string(bundle.join("report.html")).unwrap();
    assert!(page.contains("<strong>Incomplete</strong>"), "{page}");
    assert!(!folder.files().iter().any(|file| file.to_string_lossy().contains(".unfinished")));
}

#[cfg(unix)]
#[test]
fn an_interrupt() {
    ended_by("-INT", 130);
}

#[cfg(unix)]
#[test]
fn a_request_to_terminate() {
    ended_by("-TERM", 143);
}

/// A disk that is full after so many blocks of 512 octets: a write fails in its middle, whoever runs the test.
#[cfg(unix)]
fn run_with_room(folder: &Folder, blocks: u32, arguments: &str) -> common::command::Ended {
    let command = folder.command("");
    let program = command.get_program().to_owned();
    let script = format!("ulimit -f {blocks}; exec \"$0\" {arguments}");
    let mut shell = std::process::Command::new("/bin/sh");
    shell.current_dir(&folder.0).env_clear().arg("-c").arg(script).arg(program);
    for (name, value) in command.get_envs() {
        shell.env(name, value.unwrap());
    }
    let output = shell.output().unwrap();
    let text = |octets: Vec<u8>| String::from_utf8(octets).unwrap();
    common::command::Ended {
        // No status is a signal in the middle of everything.
        status: output.status.code().unwrap(),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// The report is told, the file and the remedy are named, and nothing half-written is left.
#[cfg(unix)]
#[test]
fn a_disk_that_gets_full() {
    let folder = Folder::new("disk-gets-full");
    folder.configure(&configuration(&serve(None, 3600)));
    let names = || {
        let mut names: Vec<_> = folder.files().iter().map(|file| file.file_name().unwrap().to_owned()).collect();
        names.sort();
        names
    };
    let run = "check --config countersign.toml --only grant-type/missing --seed 3";
    // There is room for the small files of the bundle, and not for the large ones.
    let ended = run_with_room(&folder, 16, run);
    assert_eq!(ended.status, 7, "{}", ended.err);
    assert!(ended.out.contains("1 passed, 0 failed") && !ended.out.contains("The run lies in"), "{}", ended.out);
    for words in
        ["error: countersign-runs/2", "-3/", " cannot be written: ", "make room there, or choose another place"]
    {
        assert!(ended.err.contains(words) && ended.err.lines().count() == 1, "{words}: {}", ended.err);
    }
    assert_eq!(names(), [".gitignore", "countersign.toml"]);
    let runs = || std::fs::read_dir(folder.0.join("countersign-runs")).unwrap().count();
    assert_eq!(runs(), 1, "not even an empty folder is left");
    // A report that was there before is there still, whole.
    std::fs::write(folder.0.join("report.json"), "an earlier one").unwrap();
    let ended = run_with_room(&folder, 16, &format!("{run} --output json=report.json"));
    assert_eq!(ended.status, 7, "{}", ended.err);
    assert_eq!(std::fs::read_to_string(folder.0.join("report.json")).unwrap(), "an earlier one");
    assert_eq!(names(), [".gitignore", "countersign.toml", "report.json"]);
    // With room it is kept as ever.
    assert_eq!(run_with_room(&folder, 1 << 20, run).status, 0);
    assert_eq!(runs(), 2);
}

/// What cannot be kept is told all the same, and nothing half-written is left.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk() {
    let folder = Folder::new("full-disk");
    folder.configure(&configuration(&serve(None, 3600)));
    let run = "check --config countersign.toml --only grant-type/missing";
    let ended = folder.run(&format!("{run} --output json=/dev/full"));
    assert_eq!(ended.status, 7, "{}", ended.err);
    assert!(
        ended.out.contains("1 passed, 0 failed") && ended.err.contains("/dev/full cannot be written"),
        "{}",
        ended.err
    );
    // A file where the folder of the runs would be.
    std::fs::remove_dir_all(folder.0.join("countersign-runs")).unwrap();
    std::fs::write(folder.0.join("countersign-runs"), "in the way").unwrap();
    let ended = folder.run(run);
    assert_eq!(ended.status, 7, "{}", ended.err);
    assert!(ended.out.contains("1 passed, 0 failed") && ended.err.contains("countersign-runs"), "{}", ended.err);
    assert_eq!(std::fs::read_to_string(folder.0.join("countersign-runs")).unwrap(), "in the way");
}
