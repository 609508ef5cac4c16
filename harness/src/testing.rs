//! What the checks' own tests share: canned replies behind a real socket, and the verdict as text.

use crate::catalogue::StatementSet;
use crate::check::Check;
use crate::clock::{Clock, LocalFuture, ManualClock};
use crate::report::{Checked, Judgement, Run, Status};
use crate::run::{Options, Watcher, prepare};
use crate::snapshot::Stored;
use crate::target::{Client, Config, Role, Surroundings};
use crate::wire::{Bounds, Exchange, Failure, Request, Response, Socket};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

type Reply = dyn Fn(&Request) -> Option<Response> + Send + Sync;

/// A server that answers as it is told, and like a plain right one otherwise.
pub(crate) struct Canned {
    reply: Arc<Reply>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) extra: &'static str,
    pub(crate) edit: fn(&mut Config),
    pub(crate) pinned: StatementSet,
    pub(crate) snapshots: Stored,
    pub(crate) further: Vec<(Role, Client)>,
    /// Requests reach it in memory, as over TLS: with the certificate that they present.
    pub(crate) over_tls: bool,
}

/// A canned server without a socket.
struct Memory(Arc<Reply>);

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Memory")
    }
}

impl Exchange for Memory {
    fn exchange<'a>(&'a self, request: &'a Request, _: Bounds) -> LocalFuture<'a, Result<Response, Failure>> {
        let response = (self.0)(request).unwrap_or_else(|| usual(request));
        let authority = "as.example".to_owned();
        let outcome = match response.status {
            HANDSHAKE_REFUSED => Err(Failure::CertificateRefused { authority, cause: "an alert".into() }),
            CONNECTION_CLOSED => Err(Failure::Broken { authority, cause: "the end came early".into() }),
            _ => Ok(response),
        };
        Box::pin(std::future::ready(outcome))
    }
}

/// For a canned reply: TLS refuses the certificate, or that there is none.
pub(crate) const HANDSHAKE_REFUSED: u16 = 0;

/// For a canned reply: the connection is closed without one.
pub(crate) const CONNECTION_CLOSED: u16 = 1;

/// A server that answers with what `reply` gives, and like a plain right one where it gives nothing.
pub(crate) fn canned(reply: impl Fn(&Request) -> Option<Response> + Send + Sync + 'static) -> Canned {
    let clock = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH));
    Canned {
        reply: Arc::new(reply),
        clock,
        extra: "",
        edit: |_| (),
        pinned: StatementSet::default(),
        snapshots: Stored::new(),
        further: Vec::new(),
        over_tls: false,
    }
}

/// The verdict on a server that answers the case with this reply.
pub(crate) async fn verdict_on(
    check: &'static Check,
    case: impl Fn(&Request) -> bool + Send + Sync + 'static,
    reply: &Response,
) -> String {
    let reply = reply.clone();
    canned(move |request| (request.path() == "/token" && case(request)).then(|| reply.clone())).verdict(check).await
}

impl Canned {
    /// Its own reply, if it has one: for a server that differs from it.
    pub(crate) fn reply(&self, request: &Request) -> Option<Response> {
        (self.reply)(request)
    }

    /// `pass`, `skip`, `inconclusive`, or `fail` with level and statement of the worst finding.
    pub(crate) async fn verdict(&self, check: &'static Check) -> String {
        let checked = self.checked(check).await;
        match (checked.outcome, checked.finding) {
            (Judgement::Pass, _) => "pass".into(),
            (Judgement::Skip, _) => "skip".into(),
            (Judgement::Inconclusive, _) => "inconclusive".into(),
            (Judgement::Fail, finding) => {
                let finding = finding.unwrap();
                format!("fail {} {}", finding.level.name(), finding.requirement.unwrap_or("snapshot".into()))
            }
        }
    }

    /// The result of the check.
    pub(crate) async fn checked(&self, check: &'static Check) -> Checked {
        self.run(check).await.checks.into_iter().next().unwrap()
    }

    /// What a run of this check alone says about a statement.
    pub(crate) async fn status(&self, check: &'static Check, id: &str) -> Status {
        let run = self.run(check).await;
        run.requirements.into_iter().find(|requirement| requirement.id == id).unwrap().status
    }

    /// A run of this check alone.
    pub(crate) async fn run(&self, check: &'static Check) -> Run {
        if self.over_tls {
            return self.run_over(check, &Memory(Arc::clone(&self.reply)), "https://as.example").await;
        }
        let server = MockServer::start().await;
        let reply = Arc::clone(&self.reply);
        let respond = move |request: &wiremock::Request| {
            let request = convert(request);
            template(reply(&request).unwrap_or_else(|| usual(&request)))
        };
        Mock::given(any()).respond_with(respond).mount(&server).await;
        self.run_over(check, &Socket::new(None).unwrap(), &server.uri()).await
    }

    async fn run_over(&self, check: &'static Check, exchange: &dyn Exchange, base: &str) -> Run {
        let text = CONFIG.replace("BASE", base) + self.extra;
        let mut config = Config::parse(&text, "test").unwrap();
        config.limits.cases = 2;
        config.limits.offensive = true;
        config.profile.statements = self.pinned;
        (self.edit)(&mut config);
        let variable = |_: &str| Some("s3cret +/=&?".into());
        let surroundings = Surroundings { file: "test", text: &text, folder: Path::new("."), variable: &variable };
        let mut clients = surroundings.clients(&config).unwrap();
        clients.1.extend(self.further.iter().cloned());
        let clock: &dyn Clock = self.clock.as_ref();
        let run = prepare(exchange, clock, &config, clients);
        run.run(&[check], &options(self.snapshots.clone()), Watcher::nobody()).await.unwrap().run
    }
}

/// The choices of a run in a test.
pub(crate) fn options(snapshots: Stored) -> Options {
    Options { seed: 7, invocation: "countersign check".into(), fail_on: crate::catalogue::Level::Must, snapshots }
}

const CONFIG: &str = r#"
[target]
issuer = "BASE"
token_endpoint = "BASE/token"
revocation_endpoint = "BASE/revoke"
introspection_endpoint = "BASE/introspect"
jwks_uri = "BASE/jwks"
protected_url = "BASE/api"
allow_http = true
[client]
id = "job"
secret = "env:S"
scopes = ["read", "write"]
[companion.second]
id = "second"
secret = "env:S"
[companion.public]
id = "phone"
authentication = "none"
[companion.no_grant]
id = "web"
secret = "env:S"
[companion.read_only]
id = "reader"
secret = "env:S"
scopes = ["read"]
[companion.disposable]
id = "disposable"
secret = "env:S"
[companion.reserved_characters]
id = "reserved:job"
secret = "env:S"
[limits]
expiry_leeway_seconds = 2
timeout_seconds = 5
"#;

fn convert(request: &wiremock::Request) -> Request {
    let mut converted = Request::get(request.url.as_str());
    request.method.as_str().clone_into(&mut converted.method);
    for (name, value) in &request.headers {
        converted.fields.append(name.as_str(), value.to_str().unwrap());
    }
    converted.body.clone_from(&request.body);
    converted
}

fn template(response: Response) -> ResponseTemplate {
    let media_type = response.fields.get("Content-Type").unwrap_or_default().to_owned();
    let mut template = ResponseTemplate::new(response.status);
    for (name, value) in response.fields.iter().filter(|(name, _)| *name != "Content-Type") {
        template = template.append_header(name, value);
    }
    if media_type.is_empty() { template } else { template.set_body_raw(response.body, &media_type) }
}

fn usual(request: &Request) -> Response {
    match request.path() {
        // It has two scopes, and each alone.
        "/token" => match request.form().get("scope") {
            Some(one @ ("read" | "write")) => token_with("scope", one),
            _ => token(),
        },
        _ => Response::empty(404),
    }
}

/// A success response.
pub(crate) fn token() -> Response {
    let body =
        json!({"access_token": "opaque-0123456789", "token_type": "Bearer", "expires_in": 60, "scope": "read write"});
    let mut response = Response::json(200, &body);
    response.fields.set("Cache-Control", "no-store");
    response.fields.set("Pragma", "no-cache");
    response
}

/// A success response whose token is a JWT of these parts; nobody signed it.
pub(crate) fn jwt_token(header: &Value, claims: &Value) -> Response {
    let parts = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    token_with("access_token", format!("{}.c2lnbmVk", parts.join(".")))
}

/// A success response with another value in this member.
pub(crate) fn token_with(name: &str, value: impl Into<Value>) -> Response {
    let mut response = token();
    response.edit_object(|object| _ = object.insert(name.into(), value.into()));
    response
}

/// A success response without this member.
pub(crate) fn token_without(name: &str) -> Response {
    let mut response = token();
    response.edit_object(|object| _ = object.remove(name));
    response
}

/// A success response with one more field.
pub(crate) fn with_field(name: &str, value: &str) -> Response {
    let mut response = token();
    response.fields.append(name, value);
    response
}

/// Where the server stands that got this request.
pub(crate) fn base(request: &Request) -> String {
    format!("http://{}", request.fields.get("Host").unwrap_or_default())
}

/// The verdict on a server that publishes this document here; `BASE` in its strings is where it stands.
pub(crate) async fn verdict_on_document(check: &'static Check, path: &'static str, document: &Value) -> String {
    let text = document.to_string();
    let server = canned(move |request| {
        let value = serde_json::from_str(&text.replace("BASE", &base(request))).unwrap();
        (request.path() == path).then(|| Response::json(200, &value))
    });
    server.verdict(check).await
}

/// Where metadata stands.
pub(crate) const WELL_KNOWN: &str = "/.well-known/oauth-authorization-server";

/// A metadata document with these members, besides what every document has.
pub(crate) fn document(members: &Value) -> Value {
    let mut document = json!({
        "issuer": "BASE", "token_endpoint": "BASE/token", "jwks_uri": "BASE/jwks", "response_types_supported": ["none"],
        "grant_types_supported": ["client_credentials"],
    });
    document.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    document.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    document
}

/// A test `canned_replies`: for each reply to the case, the verdict.
macro_rules! canned_replies {
    ($case:expr, [$($row:expr),* $(,)?]) => {
        mod tests {
            use super::*;
            #[allow(unused_imports, reason = "not every table needs every kind of reply")]
            use crate::testing::*;

            #[tokio::test]
            async fn canned_replies() {
                let rows = [$($row),*];
                for (index, (reply, verdict)) in rows.into_iter().enumerate() {
                    let seen = crate::testing::verdict_on(&CHECK, $case, &reply).await;
                    assert_eq!(seen, verdict, "row {index}");
                }
            }
        }
    };
}
pub(crate) use canned_replies;

/// An error response.
pub(crate) fn refusal(status: u16, code: &str) -> Response {
    Response::json(status, &json!({"error": code}))
}

/// An HTML page of the server's own.
pub(crate) fn page(status: u16) -> Response {
    let mut response = Response::empty(status);
    response.fields.set("Content-Type", "text/html");
    response.body = b"<h1>No</h1>".to_vec();
    response
}

/// An HTML page of something in front of the server.
pub(crate) fn gateway_page(status: u16) -> Response {
    let mut response = page(status);
    response.fields.set("Server", "a-gateway");
    response
}

/// A server that does not want to answer now.
pub(crate) fn busy(status: u16) -> Response {
    Response::empty(status)
}
