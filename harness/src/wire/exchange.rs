//! One request, one response: the stream as a parameter.

use super::{Request, Response};
use crate::clock::LocalFuture;
use std::time::Duration;

/// What a single exchange may cost.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// From the first attempt to connect to the last octet of the response.
    pub timeout: Duration,
    /// The most octets of content that are read.
    pub max_octets: usize,
}

/// Whatever answers requests: a server behind a socket, or one in memory.
pub trait Exchange: std::fmt::Debug {
    /// Sends one request on a connection of its own and reads the response: no redirect is followed, nothing is resent.
    fn exchange<'a>(&'a self, request: &'a Request, bounds: Bounds) -> LocalFuture<'a, Result<Response, Failure>>;
}

/// Why there is no response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The URI cannot be requested.
    #[error("`{uri}` is no http or https URI with a host")]
    Uri {
        /// As it was given, without its query.
        uri: String,
    },
    /// The name has no address, or nobody listens there.
    #[error(
        "nothing answers at {authority}: {cause}; check the address, that the server runs, and the network between"
    )]
    Unreachable {
        /// Host and port.
        authority: String,
        /// What the operating system says.
        cause: String,
    },
    /// No TLS connection came about.
    #[error(
        "no TLS connection to {authority}: {cause}; if its certificate comes from a private authority, name it with `ca_file`"
    )]
    Tls {
        /// Host and port.
        authority: String,
        /// What the TLS library says.
        cause: String,
    },
    /// The server asks for a certificate, and ends the connection because there is none.
    #[error(
        "{authority} asks for a client certificate and ends the connection without one ({cause}); name `certificate` and `key` in [client]"
    )]
    CertificateDemanded {
        /// Host and port.
        authority: String,
        /// What the TLS library says.
        cause: String,
    },
    /// The server ends the connection because of the certificate that it got.
    #[error(
        "{authority} ends the connection that presents the client certificate ({cause}); compare `certificate` with what is registered there"
    )]
    CertificateRefused {
        /// Host and port.
        authority: String,
        /// What the TLS library says.
        cause: String,
    },
    /// The bound of time was reached.
    #[error("no complete response from {authority} within {seconds} s; raise `timeout_seconds` if it is only slow")]
    TimedOut {
        /// Host and port.
        authority: String,
        /// The bound.
        seconds: u64,
    },
    /// The bound of size was reached.
    #[error(
        "the response of {authority} does not end within {octets} octets, and no more is read; nothing that is asked for here needs so many"
    )]
    TooLarge {
        /// Host and port.
        authority: String,
        /// The bound.
        octets: usize,
    },
    /// A token is longer than any request could carry.
    #[error("the response holds a token of more than {octets} octets, which no request could carry")]
    TokenTooLarge {
        /// The bound.
        octets: usize,
    },
    /// The connection broke, or what came over it is no HTTP.
    #[error("the connection to {authority} broke: {cause}")]
    Broken {
        /// Host and port.
        authority: String,
        /// What the HTTP library says.
        cause: String,
    },
}

impl Failure {
    /// Whether it is the server's word on who asks: TLS refuses before the endpoint sees the request (RFC 8705 §2).
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::CertificateDemanded { .. } | Self::CertificateRefused { .. })
    }
}
