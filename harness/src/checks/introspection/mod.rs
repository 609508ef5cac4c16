//! What introspection tells (RFC 7662).

pub(super) mod authorization;
pub(super) mod live;
pub(super) mod parameters;
pub(super) mod post_only;
pub(super) mod unknown;

use super::prelude::*;
use std::collections::BTreeSet;

/// Holds what introspection tells of a live token against what its client knows of it. What stands on one side alone
/// agrees with nothing.
fn agreement(probe: &mut Probe<'_>, grant: &Grant, body: &Map<String, Value>, exchange: usize) {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let client = text("client_id");
    if let Some(client) = client {
        let expected = format!("`client_id`: {}", probe.target.client.id);
        let own = client == probe.target.client.id;
        probe.demand(own, "RFC7662-2.2-15", &expected, &format!("`client_id`: {client}"), exchange);
    }
    if let (Some(granted), Some(told)) = (&grant.scope, text("scope")) {
        let told = scopes(told);
        let actual = format!("`scope`: {}", told.iter().cloned().collect::<Vec<_>>().join(" "));
        probe.demand(told.is_subset(granted), "RFC7662-2.2-15", "no more than the granted scope", &actual, exchange);
    } else if client.is_none() {
        probe.leave("RFC7662-2.2-15", Stop::NotApplicable("introspection tells neither client nor scope".into()));
    }
    let claims = Jwt::parse(grant.access_token.expose_secret()).map(|jwt| jwt.claims).unwrap_or_default();
    let set = |value: &Value| match value {
        Value::Array(several) => several.iter().map(Value::to_string).collect::<BTreeSet<_>>(),
        one => BTreeSet::from([one.to_string()]),
    };
    let pairs = ["iss", "sub", "jti", "client_id", "aud"].map(|name| Some((name, claims.get(name)?, body.get(name)?)));
    for (name, claim, told) in pairs.into_iter().flatten() {
        let (expected, actual) = (format!("`{name}`: {claim}, as in the token"), format!("`{name}`: {told}"));
        probe.demand(set(claim) == set(told), "RFC7662-2.2-16", &expected, &actual, exchange);
    }
    let time = |name: &'static str| Some((name, claims.get(name)?.as_f64()?, body.get(name)?.as_f64()?));
    let times = ["exp", "iat"].map(time);
    for (name, claim, told) in times.into_iter().flatten() {
        let (expected, actual) = (format!("`{name}`: {claim}, as in the token"), format!("`{name}`: {told}"));
        probe.demand((claim - told).abs() <= 1.0, "RFC7662-2.2-02", &expected, &actual, exchange);
    }
    if pairs.iter().all(Option::is_none) {
        probe.leave("RFC7662-2.2-16", Stop::NotApplicable("introspection tells no claim of the token".into()));
    }
    if times.iter().all(Option::is_none) {
        probe.leave("RFC7662-2.2-02", Stop::NotApplicable("introspection tells no time of the token".into()));
    }
}
