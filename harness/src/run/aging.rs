//! A token that grows old while the other checks run, so that waiting for its end overlaps with them.

use super::{Baseline, Link, NoReply, Reply, TokenRequest};
use crate::jwt::Jwt;
use crate::target::Target;
use crate::wire::{Form, Request};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

/// The token, and what it was worth when it was fresh.
#[derive(Debug)]
pub struct Aging {
    token: SecretString,
    token_type: String,
    /// When it expires, by our clock; unknown for an opaque token without `expires_in` and introspection.
    pub expires: Option<Timestamp>,
    /// What introspection said of the fresh token.
    pub introspected: Option<Result<Reply, NoReply>>,
    /// What the protected URL said to the fresh token.
    pub accepted: Option<Result<Reply, NoReply>>,
}

impl Aging {
    /// Takes a token and shows it, fresh, to whoever will see it again.
    pub async fn begin(link: &Link<'_>, target: &Target, baseline: &Baseline) -> Self {
        let grant = &baseline.grant;
        let mut aging = Self {
            token: grant.access_token.clone(),
            token_type: grant.token_type.clone().unwrap_or_else(|| "bearer".into()),
            expires: None,
            introspected: None,
            accepted: None,
        };
        aging.introspected = match aging.introspection_request(target, link.clock().now()) {
            Some(request) => Some(link.send(&request).await),
            None => None,
        };
        aging.accepted = match aging.protected_request(target) {
            Some(request) => Some(link.send(&request).await),
            None => None,
        };
        aging.expires = aging.expiry(baseline);
        aging
    }

    /// `expires_in` counts from the response; a claim or introspection names a moment of the server's clock.
    fn expiry(&self, baseline: &Baseline) -> Option<Timestamp> {
        let received = baseline.answer.reply.received;
        if let Some(seconds) = baseline.grant.expires_in {
            return received.checked_add(SignedDuration::from_secs(i64::try_from(seconds).ok()?)).ok();
        }
        let claim = || Jwt::parse(self.token.expose_secret())?.claims.get("exp")?.as_i64();
        let introspected =
            || self.introspected.as_ref()?.as_ref().ok()?.response.object()?.get("exp").and_then(Value::as_i64);
        Timestamp::from_second(claim().or_else(introspected)?).ok()
    }

    /// Asks the introspection endpoint about the token (RFC 7662 §2.1), as the client that received it.
    pub fn introspection_request(&self, target: &Target, now: Timestamp) -> Option<Request> {
        let endpoint = target.introspection_endpoint.as_deref()?;
        let mut request = TokenRequest::baseline(endpoint, &target.client, None, target.audience()).at(now);
        request.form = Form::default();
        request.form.append("token", self.token.expose_secret());
        Some(request.to_request())
    }

    /// Calls the protected URL with the token (RFC 6750 §2.1).
    pub fn protected_request(&self, target: &Target) -> Option<Request> {
        let mut request = Request::get(target.protected_url.as_deref()?);
        let scheme = if self.token_type == "bearer" { "Bearer" } else { &self.token_type };
        request.fields.set("Authorization", format!("{scheme} {}", self.token.expose_secret()));
        // A token that is bound to the certificate is good with it alone (RFC 8705 §3).
        request.identity.clone_from(&target.client.identity);
        Some(request)
    }
}
