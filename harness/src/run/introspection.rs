//! What introspection says of a token (RFC 7662 §2).

use super::{Credentials, Probe, Stop};
use serde_json::{Map, Value};

impl Probe<'_> {
    /// What this endpoint tells this client of a token, if it tells anything: the members of the answer, and the exchange.
    pub async fn introspect(
        &mut self,
        endpoint: &str,
        credentials: Credentials,
        token: &str,
    ) -> Result<(Option<Map<String, Value>>, usize), Stop> {
        let request = self.ask(endpoint, "token", token).authenticated(credentials);
        let reply = self.send(&request.to_request()).await?;
        Ok((reply.response.object().filter(|_| reply.response.status == 200), reply.exchange))
    }
}
