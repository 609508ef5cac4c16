//! Calibration: a request that works, twice, before anything is judged.

use super::{Answer, Credentials, Grant, Kind, Link, NoReply, TokenRequest};
use crate::target::Target;
use crate::wire::{Failure, readable};

/// What the request that works is answered with.
#[derive(Debug, Clone)]
pub struct Baseline {
    /// The request.
    pub request: TokenRequest,
    /// The second answer.
    pub answer: Answer,
    /// The grant in it.
    pub grant: Grant,
}

/// Why nothing can be tested.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotTest {
    /// No reply.
    #[error("the token endpoint cannot be tested: {0}")]
    NoReply(NoReply),
    /// The client is refused.
    #[error("the token endpoint refuses the client that should work (status {status}, error={error}); {remedy}")]
    Refused {
        /// The status.
        status: u16,
        /// The code.
        error: String,
        /// What to look at.
        remedy: &'static str,
    },
    /// No token and no error.
    #[error(
        "{endpoint} answered a token request with neither a token nor an error ({description}); check that this is the token endpoint and that nothing in front of it answers"
    )]
    NoTokenEndpoint {
        /// The endpoint, without its query.
        endpoint: String,
        /// What came instead.
        description: String,
    },
}

impl Baseline {
    /// Sends the baseline request twice.
    pub async fn calibrate(link: &Link<'_>, target: &Target) -> Result<Self, CannotTest> {
        let resource = target.resource.as_deref();
        let with = |audience: &str| TokenRequest::baseline(&target.token_endpoint, &target.client, resource, audience);
        let mut request = with(target.audience());
        if let Err(refused) = working(link, &request).await {
            // RFC 7523 §3 leaves it to the server whether assertions are for it, or for its token endpoint.
            let other = with(&target.token_endpoint);
            if !matches!(request.credentials, Credentials::Assertion(_)) || working(link, &other).await.is_err() {
                return Err(refused);
            }
            request = other;
        }
        let (answer, grant) = working(link, &request).await?;
        Ok(Self { request, answer, grant })
    }
}

async fn working(link: &Link<'_>, request: &TokenRequest) -> Result<(Answer, Grant), CannotTest> {
    let now = link.clock().now();
    let reply = link.send(&request.clone().at(now).to_request()).await.map_err(CannotTest::NoReply)?;
    let answer = Answer::of(reply);
    let status = answer.status();
    match &answer.kind {
        Kind::Token(grant) => {
            let grant = Grant::clone(grant);
            Ok((answer, grant))
        }
        Kind::Refusal { error } => {
            let remedy = remedy(error);
            Err(CannotTest::Refused { status, error: readable(&link.redact(error)), remedy })
        }
        Kind::Neither => Err(CannotTest::NoTokenEndpoint {
            endpoint: request.endpoint.split('?').next().unwrap_or_default().to_owned(),
            description: answer.describe(),
        }),
    }
}

fn remedy(error: &str) -> &'static str {
    match error {
        "invalid_client" => {
            "check `id`, `secret` or `key` and `certificate`, `authentication` and `basic_encoding` in [client]"
        }
        "unauthorized_client" | "unsupported_grant_type" => "allow this client the client_credentials grant",
        "invalid_scope" => "check `scopes` in [client]",
        "invalid_target" => "check `resource` in [target]",
        _ => "check [client] against the server's registration of it",
    }
}

impl CannotTest {
    /// Whether there was no connection at all.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::NoReply(NoReply::Failed(Failure::Unreachable { .. })))
    }
}
