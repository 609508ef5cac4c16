//! What nearly every check needs.

pub(super) use crate::catalogue::{Level, Need, Severity};
pub(super) use crate::check::Check;
pub(super) use crate::jwt::{Jwt, object_text};
pub(super) use crate::reference::{
    Deviation, ExcessiveScopes, Fault, Kind as RegisteredKind, Registered, code, grants, refusals,
};
pub(super) use crate::run::{
    Answer, Attempt, Credentials, Finding, Grant, Kind, Outcome, Probe, Refusal, Reply, Stop, TokenRequest, scopes,
};
pub(super) use crate::target::{Metadata, Role, is_loopback};
pub(super) use crate::wire::{BasicEncoding, Form, Request, Response, basic_authorization};

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
pub(super) use secrecy::ExposeSecret as _;
pub(super) use serde_json::{Map, Value, json};

/// The finding, if the answer is not the same success as the baseline's: of the same type and scope.
pub(super) fn unless_same(probe: &Probe<'_>, answer: &Answer, statement: &str) -> Option<Finding> {
    let usual = &probe.baseline.grant;
    let expected = "the same token response as for the request that works";
    let exchange = answer.reply.exchange;
    let Some(grant) = answer.grant() else {
        return Some(probe.finding(statement, None, expected, &answer.describe(), exchange));
    };
    let same = grant.token_type == usual.token_type && grant.scope == usual.scope;
    (!same).then(|| probe.finding(statement, None, expected, "a token of another type or scope", exchange))
}

/// Each of these requests must be refused so.
pub(super) async fn all_refused<A: Into<Attempt>>(
    probe: &mut Probe<'_>,
    requests: impl IntoIterator<Item = A>,
    refusal: &Refusal,
) -> Outcome {
    for request in requests {
        let answer = probe.near_miss(request).await?;
        probe.judge(&answer, refusal);
    }
    Ok(())
}

/// Each of these requests must be answered like the one that works.
pub(super) async fn all_same<A: Into<Attempt>>(
    probe: &mut Probe<'_>,
    requests: impl IntoIterator<Item = A>,
    statement: &str,
) -> Outcome {
    for request in requests {
        let answer = probe.near_miss(request).await?;
        let finding = unless_same(probe, &answer, statement);
        probe.record(finding);
    }
    Ok(())
}

/// Each of these requests gets a token or a 4xx, whatever else is right.
pub(super) async fn all_answered<A: Into<Attempt>>(
    probe: &mut Probe<'_>,
    requests: impl IntoIterator<Item = A>,
    statement: &str,
) -> Outcome {
    for request in requests {
        let answer = probe.near_miss(request).await?;
        let finding = unless_answered(probe, &answer, statement);
        probe.record(finding);
    }
    Ok(())
}

/// The finding, if the answer is neither a token nor a 4xx.
pub(super) fn unless_answered(probe: &Probe<'_>, answer: &Answer, statement: &str) -> Option<Finding> {
    let sound = answer.grant().is_some() || (400..500).contains(&answer.status());
    let finding =
        || probe.finding(statement, None, "a token, or a status 4xx", &answer.describe(), answer.reply.exchange);
    (!sound).then(finding)
}

/// The token as a JWT; the reason why it is none.
pub(super) fn jwt(grant: &Grant) -> Result<Jwt, Stop> {
    Jwt::parse(grant.access_token.expose_secret()).ok_or_else(|| Stop::NotApplicable("the token is no JWT".into()))
}

/// Whether a token says that it follows the profile of RFC 9068 (§2.1).
pub(super) fn names_profile(jwt: &Jwt) -> bool {
    let typ = jwt.header.get("typ").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    ["at+jwt", "application/at+jwt"].contains(&typ.as_str())
}

/// A token that names the profile is held to it, and under the profile rfc9068 every JWT.
pub(super) fn held_to_profile(probe: &Probe<'_>, jwt: &Jwt) -> Outcome {
    let reason = || Stop::NotApplicable("the token does not claim the profile of RFC 9068".into());
    if names_profile(jwt) || probe.judges("RFC9068-2.1-02") { Ok(()) } else { Err(reason()) }
}

/// The metadata document of this very issuer.
pub(super) fn metadata<'r>(probe: &Probe<'r>) -> Result<&'r Metadata, Stop> {
    let missing = || Stop::NotApplicable("the server publishes no metadata, or [target] names no `issuer`".into());
    probe.target.metadata.as_ref().filter(|metadata| metadata.is_own).ok_or_else(missing)
}

/// The strings in this member of a document.
pub(super) fn strings<'m>(members: &'m Map<String, Value>, name: &str) -> Option<Vec<&'m str>> {
    Some(members.get(name)?.as_array()?.iter().filter_map(Value::as_str).collect())
}

/// A companion's own request must work before a mutation of it says anything.
pub(super) async fn works(probe: &mut Probe<'_>, request: &TokenRequest, role: Role) -> Outcome {
    let answer = probe.attempt(request.clone()).await?;
    if answer.grant().is_some() {
        return Ok(());
    }
    let (role, described) = (role.name(), answer.describe());
    Err(Stop::Inconclusive(format!("[companion.{role}] gets no token with its own credentials: {described}")))
}

/// What introspection says of a token, if it says anything.
pub(super) async fn introspect(probe: &mut Probe<'_>, grant: &Grant) -> Result<Option<Map<String, Value>>, Stop> {
    let Some(endpoint) = probe.target.introspection_endpoint.as_deref() else { return Ok(None) };
    let credentials = probe.request().credentials;
    Ok(probe.introspect(endpoint, credentials, grant.access_token.expose_secret()).await?.0)
}

/// For faults: the request as if this client had sent it.
pub(super) fn authenticate_as(request: &mut Request, client: &Registered) {
    request.edit_form(|form| {
        form.remove("client_id");
        form.remove("client_secret");
    });
    let value = basic_authorization(client.id, client.secret, BasicEncoding::Form);
    request.fields.set("Authorization", value);
}

/// For faults: the JWS whose header and payload were decoded without care and encoded again.
pub(super) fn encoded_again(token: &str) -> String {
    let config = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let careless = GeneralPurpose::new(&alphabet::URL_SAFE, config);
    let again =
        |part: &str| careless.decode(part).map_or_else(|_| part.to_owned(), |octets| URL_SAFE_NO_PAD.encode(octets));
    let part = |(place, part): (usize, &str)| if place < 2 { again(part) } else { part.to_owned() };
    token.split('.').enumerate().map(part).collect::<Vec<_>>().join(".")
}

/// The id and the secret in Basic credentials, decoded.
pub(super) fn basic_pair(value: &str) -> Option<(String, String)> {
    let pair = String::from_utf8(STANDARD.decode(value.strip_prefix("Basic ")?).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    let decode = |text: &str| Form::parse(format!("v={text}").as_bytes()).get("v").map(str::to_owned);
    Some((decode(id)?, decode(secret)?))
}

/// The id in Basic credentials, decoded.
pub(super) fn basic_id(value: &str) -> Option<String> {
    basic_pair(value).map(|(id, _)| id)
}
