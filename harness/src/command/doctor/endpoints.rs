//! What a run asks besides the token endpoint, each by one request.

use super::line::Line;
use countersign_harness::run::{Aging, Answer, Baseline, Kind, Link, NoReply, Reply};
use countersign_harness::target::Target;
use countersign_harness::wire::{Form, Request};
use secrecy::ExposeSecret as _;
use serde_json::Value;

pub(super) async fn keys(link: &Link<'_>, target: &Target) -> Option<Line> {
    let uri = target.jwks_uri.as_deref()?;
    Some(match link.send(&Request::get(uri)).await {
        Ok(reply) if reply.response.object().is_some_and(|members| members.contains_key("keys")) => {
            Line::good("keys", uri)
        }
        Ok(reply) => {
            let described = reply.response.describe();
            let remedy = "correct `jwks_uri`, else signatures are not judged";
            Line::bad("keys", format!("{uri} gives no JWK Set ({described}); {remedy}"))
        }
        Err(error) => Line::bad("keys", error.to_string()),
    })
}

/// What a fresh token is worth, and how long.
pub(super) fn tokens(target: &Target, baseline: &Baseline, aging: &Aging) -> Vec<Line> {
    let lines = [introspection(target, aging), protected(target, aging), Some(lifetime(target, baseline, aging))];
    lines.into_iter().flatten().collect()
}

fn introspection(target: &Target, aging: &Aging) -> Option<Line> {
    let (what, uri) = ("introspection", target.introspection_endpoint.as_deref()?);
    let left_out = "so little is judged there; allow it to introspect its tokens";
    Some(match asked(aging.introspected.as_ref()?, what, "introspection_endpoint") {
        Err(line) => line,
        Ok(reply) => match reply.response.object().filter(|_| reply.response.status == 200) {
            Some(told) if told.get("active") == Some(&Value::Bool(true)) => Line::good(what, uri),
            Some(told) if told.get("active") == Some(&Value::Bool(false)) => {
                Line::note(what, format!("{uri} does not call its fresh token active towards [client], {left_out}"))
            }
            _ => {
                let described = reply.response.describe();
                Line::note(what, format!("{uri} tells [client] nothing of its token ({described}), {left_out}"))
            }
        },
    })
}

fn protected(target: &Target, aging: &Aging) -> Option<Line> {
    let (what, uri) = ("protected resource", target.protected_url.as_deref()?);
    Some(match asked(aging.accepted.as_ref()?, what, "protected_url") {
        Err(line) => line,
        Ok(reply) if (200..300).contains(&reply.response.status) => Line::good(what, uri),
        Ok(reply) => {
            let described = reply.response.describe();
            let remedy = "correct `protected_url`, or `scopes` and `resource`; else expiry is not judged there";
            Line::bad(what, format!("{uri} does not accept a fresh token ({described}); {remedy}"))
        }
    })
}

/// A run waits for the end of a token, and not longer than it may.
fn lifetime(target: &Target, baseline: &Baseline, aging: &Aging) -> Line {
    let (what, longest) = ("lifetime of tokens", target.limits.max_wait_seconds);
    let Some(end) = aging.expires else {
        let remedy = "have the server send `expires_in`";
        return Line::note(what, format!("nothing says when a token ends: expiry is not judged; {remedy}"));
    };
    let seconds = end.duration_since(baseline.answer.reply.received).as_secs();
    if u64::try_from(seconds).is_ok_and(|seconds| seconds > longest) {
        let remedy = "raise that, or use a client with short-lived tokens";
        return Line::note(
            what,
            format!("{seconds} s, beyond `max_wait_seconds` ({longest}): expiry is not judged; {remedy}"),
        );
    }
    Line::good(what, format!("{seconds} s, for which a run waits"))
}

/// Ends the token that was used here.
pub(super) async fn revocation(link: &Link<'_>, target: &Target, baseline: &Baseline) -> Option<Line> {
    let (what, uri) = ("revocation", target.revocation_endpoint.as_deref()?);
    let mut request = baseline.request.clone().at(link.clock().now());
    uri.clone_into(&mut request.endpoint);
    request.form = Form::default();
    request.form.append("token", baseline.grant.access_token.expose_secret());
    let reply = link.send(&request.to_request()).await;
    Some(match asked(&reply, what, "revocation_endpoint") {
        Err(line) => line,
        Ok(reply) => match Answer::of(reply.clone()) {
            answer if answer.status() == 200 => Line::good(what, uri),
            Answer { kind: Kind::Refusal { error }, .. } if error == "unsupported_token_type" => {
                Line::note(what, format!("{uri} revokes no access tokens: little is judged there, and that may be so"))
            }
            answer => {
                let remedy = "correct `revocation_endpoint`, or allow [client] to revoke its tokens";
                Line::bad(what, format!("{uri} revokes no token of its client ({}); {remedy}", answer.describe()))
            }
        },
    })
}

/// The reply, or the line that says which key to look at.
fn asked<'r>(reply: &'r Result<Reply, NoReply>, what: &str, key: &str) -> Result<&'r Reply, Line> {
    reply.as_ref().map_err(|error| Line::bad(what, format!("{error}; it is `{key}`, of [target] or of the metadata")))
}
