//! Why the reference server cannot start, and how it refuses a request.

use crate::wire::Response;
use serde_json::json;

/// Why the reference server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// No random numbers for a key.
    #[error("the system gives no random numbers: {0}")]
    Randomness(#[from] getrandom::Error),
    /// The port is taken, or may not be used.
    #[error("port {port} on loopback cannot be used: {cause}; choose another with `--port`, or 0 for any")]
    Port {
        /// The port.
        port: u16,
        /// What the operating system says.
        cause: std::io::Error,
    },
}

/// A refusal of RFC 6749 §5.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    InvalidRequest,
    InvalidClient,
    UnauthorizedClient,
    UnsupportedGrantType,
    InvalidScope,
    /// There are no random numbers: no code of the table fits.
    ServerError,
    /// RFC 8707 §2.
    InvalidTarget,
    /// RFC 9449 §5.
    InvalidDpopProof,
    /// RFC 9449 §8.
    UseDpopNonce,
}

impl Refused {
    fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::ServerError => "server_error",
            Self::InvalidTarget => "invalid_target",
            Self::InvalidDpopProof => "invalid_dpop_proof",
            Self::UseDpopNonce => "use_dpop_nonce",
        }
    }
}

impl From<Refused> for Response {
    fn from(refused: Refused) -> Self {
        let status = match refused {
            Refused::InvalidClient => 401,
            Refused::ServerError => 500,
            _ => 400,
        };
        let body = json!({"error": refused.code(), "error_description": "The request was refused."});
        let mut response = Self::json(status, &body);
        response.fields.set("Cache-Control", "no-store");
        if status == 401 {
            response.fields.set("WWW-Authenticate", "Basic realm=\"countersign\"");
        }
        response
    }
}
