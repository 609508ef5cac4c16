//! The server as a function from request to response.

use super::certificate::Presented;
use super::mint::Mint;
use super::state::State;
use super::{
    Deviation, Nonces, Registry, Settings, SetupError, certificate, documents, dpop, introspect, protected, revoke,
    token,
};
use crate::clock::Clock;
use crate::signing_key::random_text;
use crate::wire::{Identity, Request, Response};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio_rustls::rustls::pki_types::CertificateDer;

/// An authorization server in memory, with a protected resource beside it.
#[derive(Debug)]
pub struct Server {
    pub(super) settings: Settings,
    pub(super) registry: Registry,
    pub(super) mint: Mint,
    pub(super) clock: Arc<dyn Clock>,
    /// Nonces begin with it.
    pub(super) nonce_root: String,
    deviation: Option<Deviation>,
    state: Mutex<State>,
}

impl Server {
    /// A right server, or one with a single deviation.
    pub fn new(
        mut settings: Settings,
        clock: Arc<dyn Clock>,
        deviation: Option<Deviation>,
    ) -> Result<Self, SetupError> {
        if let Some(Deviation::Sets(set)) = deviation {
            set(&mut settings);
        }
        let mint = Mint::new(&settings)?;
        let nonce_root = random_text::<12>()?;
        Ok(Self { settings, registry: Registry, mint, clock, nonce_root, deviation, state: Mutex::default() })
    }

    /// How it is set.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request that comes over a connection with its certificate, if it has one.
    pub fn respond(&self, request: &Request) -> Response {
        self.respond_over(request, request.identity.as_ref().map(Identity::chain).unwrap_or_default())
    }

    /// Answers a request that came over a connection on which the client proved that it has the key of the first of
    /// these certificates; none, if it presented none.
    pub fn respond_over(&self, request: &Request, presented: &[CertificateDer<'static>]) -> Response {
        let presented = certificate::seen(self, request, presented);
        self.busy().map_or_else(|| self.deviate(request, &presented), |busy| self.dated(busy))
    }

    fn dated(&self, mut response: Response) -> Response {
        response.fields.set("Date", httpdate::fmt_http_date(self.date()));
        response
    }

    fn deviate(&self, request: &Request, presented: Presented<'_>) -> Response {
        match self.deviation {
            Some(Deviation::Reads(read)) => {
                let mut misread = request.clone();
                read(&mut misread, &self.registry);
                self.dated(self.route(&misread, presented))
            }
            Some(Deviation::Answers(edit)) => {
                let mut response = self.dated(self.route(request, presented));
                edit(request, &mut response);
                response
            }
            Some(Deviation::Sets(_)) | None => self.dated(self.route(request, presented)),
        }
    }

    fn route(&self, request: &Request, presented: Presented<'_>) -> Response {
        match request.path() {
            "/token" => {
                let mut response = token::respond(self, request, presented);
                if self.settings.dpop_nonces != Nonces::Never {
                    response.fields.set("DPoP-Nonce", dpop::nonce(self));
                }
                response
            }
            "/introspect" => introspect::respond(self, request, presented),
            "/revoke" => revoke::respond(self, request, presented),
            "/api" => protected::respond(self, request, presented),
            // Where a server that does not revoke this type of token says so (RFC 7009 §2.2.1).
            "/unsupported" => Response::json(400, &serde_json::json!({"error": "unsupported_token_type"})),
            "/jwks" => documents::jwks(self),
            "/.well-known/oauth-authorization-server" | "/.well-known/openid-configuration" => {
                documents::metadata(self)
            }
            _ => Response::empty(404),
        }
    }

    fn date(&self) -> SystemTime {
        let seconds = u64::try_from(self.clock.now().as_second()).unwrap_or_default();
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn busy(&self) -> Option<Response> {
        let per_second = self.settings.requests_per_second?;
        self.state().is_busy(self.clock.now(), per_second).then(|| {
            let mut response = Response::empty(429);
            response.fields.set("Retry-After", "1");
            response.fields.set("Content-Type", "text/plain");
            response.body = b"slow down".to_vec();
            response
        })
    }
}
