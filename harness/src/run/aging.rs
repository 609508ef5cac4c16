//! A token that grows old while the other checks run, so that waiting for its end overlaps with them.

use super::{Baseline, Held, Link, NoReply, Reply};
use crate::jwt::Jwt;
use crate::target::Target;
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret as _;
use serde_json::Value;

/// The token, and what it was worth when it was fresh.
#[derive(Debug)]
pub struct Aging {
    /// The token.
    pub held: Held,
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
        let held = Held::of(&baseline.grant);
        let introspected = match held.introspection_request(target, link.clock().now()) {
            Some(request) => Some(link.send(&request).await),
            None => None,
        };
        let accepted = match held.protected_request(target) {
            Some(request) => Some(link.send(&request).await),
            None => None,
        };
        let mut aging = Self { held, expires: None, introspected, accepted };
        aging.expires = aging.expiry(baseline);
        aging
    }

    /// `expires_in` counts from the response; a claim or introspection names a moment of the server's clock.
    fn expiry(&self, baseline: &Baseline) -> Option<Timestamp> {
        let received = baseline.answer.reply.received;
        if let Some(seconds) = baseline.grant.expires_in {
            return received.checked_add(SignedDuration::from_secs(i64::try_from(seconds).ok()?)).ok();
        }
        let claim = || Jwt::parse(baseline.grant.access_token.expose_secret())?.claims.get("exp")?.as_i64();
        let introspected =
            || self.introspected.as_ref()?.as_ref().ok()?.response.object()?.get("exp").and_then(Value::as_i64);
        Timestamp::from_second(claim().or_else(introspected)?).ok()
    }
}
