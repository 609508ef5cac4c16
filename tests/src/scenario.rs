//! What an API that is protected by the package answers, as a table: the demo prints it, the end-to-end test asserts it.

use crate::application::{Application, ORDERS};
use crate::authorization::{AuthorizationServer, Grant, Issuer, agent};
use crate::node::Node;
use crate::runtime::{Api, Runtime, Served};
use crate::{Error, Result};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde_json::Value;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use ureq::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use ureq::{Agent, http};

const AUDIENCE: &str = "https://orders.example";
const READ: &str = "orders:read";
const ALL: &str = "orders:read orders:write";

/// The API whose authorization server is there.
const API: &str = "orders";
/// The API whose authorization server is down.
const ORPHAN: &str = "orphan";

const USUAL: Grant = Grant { client: "reports-job", scope: ALL, audience: AUDIENCE };
const SHORT_LIVED: Grant = Grant { client: "short-lived-job", ..USUAL };

/// One call, and what must come of it.
#[derive(Debug)]
pub struct Row {
    /// What is special about the call.
    pub name: &'static str,
    api: &'static str,
    method: &'static str,
    token: Token,
    /// What must come of it.
    pub expected: Answer<&'static str>,
}

/// Where the token of a call comes from.
#[derive(Debug)]
enum Token {
    None,
    Issued(Issuer, Grant),
    /// The same token is accepted before it expires, and then presented again.
    Expired(Grant),
    /// Its claims were edited: one text is another one.
    Tampered(Grant, &'static str, &'static str),
}

/// What an API answers.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer<T> {
    /// The HTTP status.
    pub status: u16,
    /// The package's code for the refusal.
    pub code: Option<T>,
    /// The value of `WWW-Authenticate`; an expected one goes without its description, which is for people.
    pub challenge: Option<T>,
}

const ACCEPTED: Answer<&str> = Answer { status: 200, code: None, challenge: None };

const fn invalid_token(code: &'static str) -> Answer<&'static str> {
    Answer { status: 401, code: Some(code), challenge: Some(r#"Bearer realm="api", error="invalid_token""#) }
}

const fn get(name: &'static str, token: Token, expected: Answer<&'static str>) -> Row {
    Row { name, api: API, method: "GET", token, expected }
}

/// The table.
pub const ROWS: &[Row] = &[
    get("good token", Token::Issued(Issuer::Real, USUAL), ACCEPTED),
    get("good token, ES256", Token::Issued(Issuer::Real, Grant { client: "es256-job", ..USUAL }), ACCEPTED),
    get("good token, EdDSA", Token::Issued(Issuer::Real, Grant { client: "eddsa-job", ..USUAL }), ACCEPTED),
    Row { method: "POST", ..get("good token, other scope", Token::Issued(Issuer::Real, USUAL), ACCEPTED) },
    get(
        "no token",
        Token::None,
        Answer { status: 401, code: Some("missing_token"), challenge: Some(r#"Bearer realm="api""#) },
    ),
    get("expired", Token::Expired(SHORT_LIVED), invalid_token("token_expired")),
    get(
        "wrong audience",
        Token::Issued(Issuer::Real, Grant { audience: "https://billing.example", ..USUAL }),
        invalid_token("invalid_audience"),
    ),
    Row {
        method: "POST",
        ..get(
            "tampered",
            Token::Tampered(Grant { scope: READ, ..USUAL }, READ, "orders:write"),
            invalid_token("invalid_signature"),
        )
    },
    get("foreign key", Token::Issued(Issuer::Impostor, USUAL), invalid_token("invalid_signature")),
    Row {
        method: "POST",
        ..get(
            "missing scope",
            Token::Issued(Issuer::Real, Grant { scope: READ, ..USUAL }),
            Answer {
                status: 403,
                code: Some("insufficient_scope"),
                challenge: Some(r#"Bearer realm="api", error="insufficient_scope", scope="orders:write""#),
            },
        )
    },
    Row {
        api: ORPHAN,
        ..get(
            "authorization server down",
            Token::Issued(Issuer::Retiring, USUAL),
            Answer { status: 503, code: Some("jwks_unavailable"), challenge: None },
        )
    },
];

/// The servers of the table: an authorization server, and two APIs in one runtime.
#[derive(Debug)]
pub struct Stage {
    authorization: AuthorizationServer,
    served: Served,
    agent: Agent,
}

impl Stage {
    /// Installs what the stage needs.
    pub fn install(node: &Node, say: &dyn Fn(&str)) -> Result<()> {
        AuthorizationServer::install(node, say)?;
        Runtime::install(node, say)
    }

    /// Starts the servers.
    pub fn start(node: &Node, runtime: &Runtime, application: &Application) -> Result<Self> {
        let authorization = AuthorizationServer::start(node)?;
        let api = |name, issuer| Api {
            name,
            environment: vec![("ISSUER", authorization.origin(issuer).to_owned()), ("AUDIENCE", AUDIENCE.to_owned())],
        };
        let apis = [api(API, Issuer::Real), api(ORPHAN, Issuer::Retiring)];
        let served = runtime.serve(node, application, ORDERS, &apis)?;
        Ok(Self { authorization, served, agent: agent() })
    }

    /// The issuer identifier of the authorization server.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.authorization.origin(Issuer::Real)
    }

    /// The authorization server.
    #[must_use]
    pub const fn authorization(&self) -> &AuthorizationServer {
        &self.authorization
    }

    /// Where the API answers.
    pub fn api(&self) -> Result<&str> {
        self.served.url(API)
    }

    /// What the runtime has printed so far.
    #[must_use]
    pub fn output(&self) -> String {
        self.served.output()
    }

    /// Makes the call of a row.
    pub fn play(&self, row: &Row) -> Result<Answer<String>> {
        let issue = |issuer, grant| self.authorization.token(&self.agent, issuer, grant);
        match &row.token {
            Token::None => self.call(row, None),
            Token::Issued(issuer, grant) => self.call(row, Some(&issue(*issuer, *grant)?)),
            Token::Tampered(grant, from, to) => {
                self.call(row, Some(&tampered(&issue(Issuer::Real, *grant)?, from, to)))
            }
            Token::Expired(grant) => {
                let (token, expiry) = self.accepted_before_expiry(row, *grant)?;
                thread::sleep(expiry.saturating_sub(now()));
                self.call(row, Some(&token))
            }
        }
    }

    /// A short-lived token that was accepted while it lived, and when it expires.
    fn accepted_before_expiry(&self, row: &Row, grant: Grant) -> Result<(String, Duration)> {
        // On a machine that stands still for longer than the token lives, nothing can be said: ask again.
        for _ in 0..5 {
            let token = self.authorization.token(&self.agent, Issuer::Real, grant)?;
            let expiry = expiry(&token);
            let answer = self.call(row, Some(&token))?;
            if now() >= expiry {
                continue;
            }
            if answer.status == ACCEPTED.status {
                return Ok((token, expiry));
            }
            return Err(Error::new(
                format!("a short-lived token was refused before it expired ({} {:?})", answer.status, answer.code),
                "correct how the package judges time",
            )
            .with_output(self.output()));
        }
        Err(Error::new("no token could be presented before it expired", "try again when the machine is less busy"))
    }

    fn call(&self, row: &Row, token: Option<&str>) -> Result<Answer<String>> {
        let failed = |error: String| {
            Error::new(format!("the API did not answer ({error})"), "read the runtime's output above")
                .with_output(self.output())
        };
        let mut request =
            http::Request::builder().method(row.method).uri(format!("{}/orders", self.served.url(row.api)?));
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(()).map_err(|error| failed(error.to_string()))?;
        let answer = self.agent.run(request).map_err(|error| failed(error.to_string()))?;
        let header =
            |name: &str| answer.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        Ok(Answer {
            status: answer.status().as_u16(),
            code: header("x-code"),
            challenge: header(WWW_AUTHENTICATE.as_str()),
        })
    }
}

impl Answer<&str> {
    /// Whether this is what was answered.
    #[must_use]
    pub fn is(&self, other: &Answer<String>) -> bool {
        self.status == other.status
            && self.code == other.code.as_deref()
            && self.challenge.map(str::to_owned) == other.challenge.as_deref().map(without_description)
    }
}

/// The challenge without its `error_description`.
fn without_description(challenge: &str) -> String {
    let Some((before, description)) = challenge.split_once(", error_description=\"") else {
        return challenge.to_owned();
    };
    let after = description.split_once('"').map_or("", |(_, after)| after);
    format!("{before}{after}")
}

/// The same token with other claims, and so with a signature that is not theirs.
fn tampered(token: &str, from: &str, to: &str) -> String {
    let mut parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    if let Some(claims) = parts.get_mut(1) {
        *claims = BASE64_URL_SAFE_NO_PAD.encode(decoded(claims).replace(from, to));
    }
    parts.join(".")
}

/// When the token expires, as it says itself.
fn expiry(token: &str) -> Duration {
    let claims = decoded(token.split('.').nth(1).unwrap_or_default());
    let claims: Value = serde_json::from_str(&claims).unwrap_or_default();
    Duration::from_secs(claims["exp"].as_u64().unwrap_or_default())
}

/// The text of a part of a token; nothing if it is none, which the API is then to refuse.
fn decoded(part: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.decode(part).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{decoded, tampered, without_description};

    #[test]
    fn a_challenge_loses_its_description_and_nothing_else() {
        let challenge = r#"Bearer realm="api", error="x", error_description="some, words", scope="a b""#;
        assert_eq!(without_description(challenge), r#"Bearer realm="api", error="x", scope="a b""#);
        assert_eq!(without_description("Bearer"), "Bearer");
    }

    #[test]
    fn a_tampered_token_has_other_claims_and_the_rest_as_it_was() {
        let token = "header.eyJzY29wZSI6ImEifQ.signature"; // {"scope":"a"}
        let other = tampered(token, "a\"}", "b\"}");
        let parts: Vec<_> = other.split('.').collect();
        assert_eq!((parts[0], decoded(parts[1]).as_str(), parts[2]), ("header", r#"{"scope":"b"}"#, "signature"));
    }
}
