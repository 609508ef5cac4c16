//! The reference server without a socket.

use super::Server;
use crate::clock::LocalFuture;
use crate::wire::{Bounds, Exchange, Failure, Request, Response};
use std::sync::Arc;

/// Exchanges with a server in memory.
#[derive(Debug, Clone)]
pub struct InMemory(pub Arc<Server>);

impl InMemory {
    /// Nobody listens for plain http where the issuer is an https one.
    fn respond(&self, request: &Request) -> Result<Response, Failure> {
        let settings = self.0.settings();
        if request.uri.starts_with("http://") && settings.issuer.starts_with("https://") && !settings.plaintext {
            let cause = "connection refused".into();
            return Err(Failure::Unreachable { authority: "the plain port".into(), cause });
        }
        Ok(self.0.respond(request))
    }
}

impl Exchange for InMemory {
    fn exchange<'a>(&'a self, request: &'a Request, _: Bounds) -> LocalFuture<'a, Result<Response, Failure>> {
        Box::pin(async move {
            let response = self.respond(request);
            self.0.clock.sleep(self.0.settings().delay).await;
            response
        })
    }
}
