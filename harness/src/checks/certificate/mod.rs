//! Clients that authenticate with a certificate, and tokens that are bound to it (RFC 8705).

pub(super) mod bound;
pub(super) mod chain;
pub(super) mod client_id;
pub(super) mod header;
pub(super) mod introspection;
pub(super) mod missing;
pub(super) mod other_client;
pub(super) mod protected_resource;
pub(super) mod registered;
pub(super) mod unbound;

use super::prelude::*;
use crate::target::{Authentication, Client, Target};
use crate::wire::Identity;

/// A client that authenticates with a certificate, and its request that works.
struct Certified {
    id: String,
    request: TokenRequest,
    identity: Identity,
}

impl Certified {
    /// The main client, else a companion.
    fn any(probe: &Probe<'_>) -> Result<Self, Stop> {
        let found = Self::with(probe, Authentication::TlsClientAuth);
        found.or_else(|missing| Self::with(probe, Authentication::SelfSignedTlsClientAuth).map_err(|_| missing))
    }

    /// The client that authenticates so: the main one, else the companion.
    fn with(probe: &Probe<'_>, method: Authentication) -> Result<Self, Stop> {
        let (role, name) = match method {
            Authentication::SelfSignedTlsClientAuth => (Role::SelfSignedTlsClientAuth, "self_signed_tls_client_auth"),
            _ => (Role::TlsClientAuth, "tls_client_auth"),
        };
        let main = &probe.target.client;
        let client = if main.authentication == method { main } else { probe.companion(role)? };
        let request = probe.request_of(client);
        match &request.credentials {
            Credentials::Certificate(_, identity) if client.authentication == method => {
                Ok(Self { id: client.id.clone(), identity: identity.clone(), request })
            }
            _ => Err(Stop::Skip(format!("[companion.{name}] does not authenticate with `{name}`"))),
        }
    }

    /// The request that works, over a connection with this certificate, or with none.
    fn over(&self, identity: Option<&Identity>) -> Request {
        let mut request = self.request.to_request();
        request.identity = identity.cloned();
        request
    }

    /// The control of every near miss: the client gets a token.
    async fn works(&self, probe: &mut Probe<'_>) -> Result<Answer, Stop> {
        let answer = probe.attempt(self.request.clone()).await?;
        let described = answer.describe();
        let reason = || Stop::Inconclusive(format!("the client with a certificate gets no token: {described}"));
        answer.grant().map(|_| ()).ok_or_else(reason)?;
        Ok(answer)
    }

    /// Between two requests that work, this one is refused: by the endpoint with this answer, or before it, in the
    /// handshake or by what ends TLS, with none. One that names a client with a certificate spends nothing of what
    /// failed logins may cost: nobody guesses at certificates, and no client is locked for one.
    async fn refused(
        &self,
        probe: &mut Probe<'_>,
        attempt: impl Into<Attempt>,
        refusal: &Refusal,
    ) -> Result<Option<Answer>, Stop> {
        self.works(probe).await?;
        let attempt = attempt.into();
        let own = attempt.request.identity.as_ref() == Some(&self.identity);
        let answer = probe.attempt_over_tls(attempt).await?.filter(|answer| own || !is_turned_away(&answer.reply));
        self.works(probe).await?;
        if let Some(answer) = &answer {
            probe.judge(answer, refusal);
        }
        Ok(answer)
    }

    /// The same, where a refusal in the handshake is as good.
    async fn is_refused(&self, probe: &mut Probe<'_>, attempt: impl Into<Attempt>, refusal: &Refusal) -> Outcome {
        self.refused(probe, attempt, refusal).await.map(|_| ())
    }

    /// Every other client that authenticates with a certificate, which is not the same: clients may share one.
    fn others<'t>(&self, target: &'t Target) -> Vec<&'t Client> {
        let all = std::iter::once(&target.client).chain(target.companions.values());
        let another = |client: &&Client| client.identity.as_ref().is_some_and(|identity| *identity != self.identity);
        all.filter(|client| client.id != self.id).filter(another).collect()
    }

    /// A certificate that says the same, with another key, by no authority.
    fn forged(&self) -> Result<Identity, Stop> {
        let reason = || Stop::Inconclusive("`certificate` has a form from which no forgery can be made".into());
        crate::x509::forged(&self.identity).ok_or_else(reason)
    }

    /// What introspection tells this client of a live token of its own.
    async fn introspected(&self, probe: &mut Probe<'_>, grant: &Grant) -> Result<Option<(Value, usize)>, Stop> {
        let Some(endpoint) = probe.target.with_certificate.introspection.clone() else { return Ok(None) };
        let (credentials, token) = (self.request.credentials.clone(), grant.access_token.expose_secret());
        let (told, exchange) = probe.introspect(&endpoint, credentials, token).await?;
        let live = told.filter(|told| told.get("active") == Some(&Value::Bool(true)));
        Ok(live.map(|told| (Value::Object(told), exchange)))
    }
}

/// A failed authentication; a token for it is a violation (RFC 8705 §2).
const fn failed_authentication(statement: &'static str) -> Refusal {
    Refusal {
        statement,
        codes: &["invalid_client"],
        tolerated: &["invalid_request", "unauthorized_client", "invalid_grant"],
        token: Some(Level::Must),
    }
}

/// A proxy that ends TLS may finish the handshake and refuse by a page of its own what came without the certificate
/// that it asks for. The endpoint has nothing of that: what it says itself has an error code, and the resource server a
/// challenge.
fn is_turned_away(reply: &Reply) -> bool {
    let response = &reply.response;
    let page = response.media_type().is_some_and(|media_type| ["text/html", "text/plain"].contains(&&*media_type));
    let silent = response.fields.get("WWW-Authenticate").is_none() && response.object().is_none();
    page && silent && [400, 403].contains(&response.status)
}

/// Where TLS, or what ends it, answers in the place of what is to be judged.
fn unseen(what: &str) -> Stop {
    Stop::NotApplicable(format!("TLS refuses every connection without the client's own certificate, so {what}"))
}

/// The certificate that a token is bound to, as the claims or introspection name it.
fn binding(members: &Value) -> Option<&Value> {
    members.get("cnf")?.get("x5t#S256")
}

/// For people.
fn shown(binding: Option<&Value>) -> String {
    format!("`cnf.x5t#S256`: {}", binding.map_or_else(|| "none".to_owned(), Value::to_string))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::Registry;
    use crate::testing::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    /// A server with two clients that authenticate with a certificate.
    pub(in crate::checks) fn server(reply: impl Fn(&Request) -> Option<Response> + Send + Sync + 'static) -> Canned {
        let mut server = canned(reply);
        let clients = Registry.clients().1.into_iter();
        let certified = [Role::TlsClientAuth, Role::SelfSignedTlsClientAuth];
        server.further = clients.filter(|(role, _)| certified.contains(role)).collect();
        server.over_tls = true;
        server
    }

    /// Whether this is the request of one of the two, with its own certificate.
    fn is_genuine(request: &Request) -> bool {
        let known = Registry.clients().1;
        let client = known.values().find(|client| request.form().get("client_id") == Some(&client.id));
        client.is_some_and(|client| client.identity.is_some() && client.identity == request.identity)
    }

    /// The verdict on a server that answers so to requests with another certificate, or none, or without an id.
    pub(in crate::checks) async fn verdict(check: &'static Check, reply: Response) -> String {
        let server = server(move |request| {
            let plain = request.fields.get("Authorization").is_some();
            (request.path() == "/token" && !plain && !is_genuine(request)).then(|| reply.clone())
        });
        server.verdict(check).await
    }

    /// A page is as good as the end of the connection, where the client's own certificate is missing.
    #[tokio::test]
    async fn what_ends_tls_may_refuse_by_a_page() {
        for (check, expected) in [
            (&missing::CHECK, "pass"),
            (&chain::CHECK, "pass"),
            (&registered::CHECK, "pass"),
            (&header::CHECK, "skip"),
            (&other_client::CHECK, "fail must RFC8705-2-02"),
        ] {
            assert_eq!(verdict(check, page(400)).await, expected, "{}", check.id);
        }
        let mut text = page(403);
        text.fields.set("Content-Type", "text/plain");
        for reply in [page(403), text] {
            assert_eq!(verdict(&missing::CHECK, reply).await, "pass");
        }
        let problem = Response::json(401, &json!({"title": "Unauthorized"}));
        for reply in [page(500), page(200), page(404), Response::empty(404), problem] {
            let status = reply.status;
            assert_eq!(verdict(&missing::CHECK, reply).await, "fail must RFC8705-2-03", "{status}");
        }
    }

    /// From the first near miss on the server fails, whoever asks.
    #[tokio::test]
    async fn an_outage_is_no_answer_to_a_near_miss() {
        let checks = [
            &missing::CHECK,
            &chain::CHECK,
            &registered::CHECK,
            &header::CHECK,
            &other_client::CHECK,
            &client_id::CHECK,
            &protected_resource::CHECK,
        ];
        for check in checks {
            let fails = AtomicBool::new(false);
            let server = server(move |request| {
                let own = request.identity.as_ref().map(Identity::thumbprint);
                let token = request.fields.get("Authorization").and_then(|value| Jwt::parse(value.get(7..)?));
                let bound = token.map(|token| token.claims["cnf"]["x5t#S256"].clone());
                let plain = request.fields.get("Authorization").is_some();
                let is_right = match request.path() {
                    "/token" => plain || is_genuine(request),
                    _ => bound == own.clone().map(Value::from),
                };
                fails.fetch_or(!is_right && ["/token", "/api"].contains(&request.path()), Ordering::Relaxed);
                match request.path() {
                    "/token" | "/api" if fails.load(Ordering::Relaxed) => Some(page(500)),
                    "/token" if own.is_some() => Some(jwt_token(&json!({}), &json!({"cnf": {"x5t#S256": own}}))),
                    "/api" => Some(Response::empty(200)),
                    _ => None,
                }
            });
            assert_eq!(server.verdict(check).await, "inconclusive", "{}", check.id);
        }
    }

    /// Two clients may have one certificate: nothing in RFC 8705 is against it, and both are right with it.
    #[tokio::test]
    async fn a_shared_certificate_is_nobody_elses() {
        for (check, expected) in [(&other_client::CHECK, "skip"), (&protected_resource::CHECK, "pass")] {
            let mut server = server(move |request| {
                let own = request.identity.as_ref().map(Identity::thumbprint);
                match request.path() {
                    "/token" if request.form().get("client_id") == Some("second") => {
                        Some(refusal(401, "invalid_client"))
                    }
                    "/token" if own.is_some() => Some(jwt_token(&json!({}), &json!({"cnf": {"x5t#S256": own}}))),
                    "/api" => {
                        let token = request.fields.get("Authorization").and_then(|value| Jwt::parse(value.get(7..)?));
                        let bound = token.map(|token| token.claims["cnf"]["x5t#S256"].clone());
                        let mut refused = Response::empty(401);
                        refused.fields.set("WWW-Authenticate", "Bearer error=\"invalid_token\"");
                        Some(if bound == own.map(Value::from) { Response::empty(200) } else { refused })
                    }
                    _ => None,
                }
            });
            let shared = server.further.first().and_then(|(_, client)| client.identity.clone());
            server.further.iter_mut().for_each(|(_, client)| client.identity.clone_from(&shared));
            assert_eq!(server.verdict(check).await, expected, "{}", check.id);
        }
    }

    /// What nobody who has not that certificate may get, wherever the server says so.
    pub(in crate::checks) async fn refuses(check: &'static Check, statement: &str) {
        assert_eq!(verdict(check, Response::empty(HANDSHAKE_REFUSED)).await, "pass");
        refuses_at_the_endpoint(check, statement).await;
    }

    /// The same in answers to the request.
    pub(in crate::checks) async fn refuses_at_the_endpoint(check: &'static Check, statement: &str) {
        let must = format!("fail must {statement}");
        assert_eq!(verdict(check, refusal(401, "invalid_client")).await, "pass");
        assert_eq!(verdict(check, refusal(400, "invalid_client")).await, "pass");
        assert_eq!(verdict(check, refusal(400, "invalid_request")).await, format!("fail should {statement}"));
        assert_eq!(verdict(check, refusal(400, "invalid_scope")).await, must);
        assert_eq!(verdict(check, token()).await, must);
        assert_eq!(verdict(check, busy(503)).await, "inconclusive");
        let never = server(|request| request.identity.is_some().then(|| refusal(401, "invalid_client")));
        assert_eq!(never.verdict(check).await, "inconclusive");
        assert_eq!(canned(|_| None).verdict(check).await, "skip");
    }

    /// A genuine request gets a JWT that is bound so; introspection says what it is told to.
    pub(in crate::checks) async fn verdict_on_binding(
        check: &'static Check,
        bound: fn(&str) -> Value,
        told: fn(&str) -> Value,
    ) -> String {
        let server = server(move |request| {
            let thumbprint = request.identity.as_ref().map(Identity::thumbprint).unwrap_or_default();
            match request.path() {
                "/token" if request.identity.is_some() => Some(jwt_token(&json!({}), &bound(&thumbprint))),
                "/introspect" => Some(Response::json(200, &told(&thumbprint))),
                _ => None,
            }
        });
        server.verdict(check).await
    }
}
