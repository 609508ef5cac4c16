//! Large requests are served or refused, and no crash.
//!
//! **Sent.** The request that works with an unknown parameter of 64 KiB; with a thousand unknown parameters; with a
//! thousand unknown scopes. Then with one part of a random size, on a logarithmic scale up to 64 KiB: an unknown
//! parameter, a scope, the list of scopes, an unknown header field, the `jti` of an assertion or of a proof of possession
//! where the server takes these. Only with `--allow offensive`.
//!
//! **Demanded.** A token, or a 4xx such as 413 (RFC 9110 §15.5.14) or 431 (RFC 6585 §5), in good time. A connection that
//! is closed on a large field is a refusal too, if the next request is served.
//!
//! **Why it matters.** Everything else of the server waits behind what takes it long.
//!
//! **The attack.** Work that grows faster than the request is how one client stops a server.
//!
//! **How servers went wrong.** 500, or a connection that is cut without an answer; a column of 255 characters for what
//! has any length.

use crate::checks::dpop::{present, proof, proof_key};
use crate::checks::prelude::*;
use crate::property::{Growth, Part, SIZES, falsify_within, growths};
use crate::reference::ASSERTION_TYPE;
use crate::run::Asserter;
use std::time::Duration;

pub(crate) const CHECK: Check = Check {
    id: "parameters/large",
    source: include_str!("large.rs"),
    statements: &["RFC9110-15.5.14-01", "HARNESS-10", "HARNESS-04"],
    needs: &[Need::Offensive],
    faults: &[
        Fault::note(
            "server-error",
            "answers 500 to large requests",
            Deviation::Answers(|request, response| crash(request, response, |request| request.body.len() > 60_000)),
        ),
        Fault::warning(
            "many-scopes",
            "answers 500 to many scopes",
            Deviation::Answers(|request, response| {
                crash(request, response, |request| {
                    request.form().get("scope").is_some_and(|scope| scope.split(' ').count() > 100)
                });
            }),
        ),
        Fault::warning(
            "long-scope",
            "answers 500 to a scope of more than 1024 octets",
            Deviation::Answers(|request, response| {
                crash(request, response, |request| {
                    request.form().get("scope").is_some_and(|scope| scope.split(' ').any(|one| one.len() > 1024))
                });
            }),
        ),
        Fault::warning(
            "long-field",
            "answers 500 to a header field of more than 8 KiB",
            Deviation::Answers(|request, response| {
                crash(request, response, |request| request.fields.iter().any(|(_, value)| value.len() > 8192));
            }),
        ),
        Fault::warning(
            "assertion-id",
            "answers 500 to an assertion whose `jti` has more than 255 octets",
            Deviation::Answers(|request, response| {
                crash(request, response, |request| request.form().get("client_assertion").is_some_and(has_long_id));
            }),
        ),
        Fault::warning(
            "proof-id",
            "answers 500 to a proof whose `jti` has more than 255 octets",
            Deviation::Answers(|request, response| {
                crash(request, response, |request| request.fields.get("DPoP").is_some_and(has_long_id));
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

/// For faults: such requests end in a server error.
fn crash(request: &Request, response: &mut Response, large: fn(&Request) -> bool) {
    if request.path() == "/token" && large(request) {
        *response = Response::empty(500);
    }
}

/// For faults: what does not fit a column of a common size.
fn has_long_id(jwt: &str) -> bool {
    let id = Jwt::parse(jwt).and_then(|jwt| Some(jwt.claims.get("jti")?.as_str()?.len()));
    id.is_some_and(|octets| octets > 255)
}

/// More than any client has.
const MANY: usize = 1000;

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let large = probe.request().with("x_countersign", "x".repeat(Part::Content.largest()));
    let many = (0..MANY).fold(probe.request(), |request, number| request.with(&format!("x_{number}"), "1"));
    all_answered(probe, [large, many], "RFC9110-15.5.14-01").await?;
    let scopes = (0..MANY).map(|number| format!("x_countersign_{number}")).collect::<Vec<_>>().join(" ");
    all_answered(probe, [probe.request().set("scope", scopes)], "HARNESS-10").await?;
    let mut parts = vec![Part::Content, Part::Scope, Part::Scopes, Part::Field];
    parts.extend(asserter(probe).map(|_| Part::AssertionId));
    let proven = metadata(probe).is_ok_and(|own| own.members.contains_key("dpop_signing_alg_values_supported"));
    parts.extend(proven.then_some(Part::ProofId));
    falsify_within(probe, SIZES, &growths(&parts), async |probe, _, growth| unless_served(probe, growth).await).await
}

/// The finding, if the request with this part of this size ends in neither a token nor a refusal.
async fn unless_served(probe: &mut Probe<'_>, growth: Growth) -> Result<Option<Finding>, Stop> {
    let (statement, level) = match growth.part {
        Part::Content => ("RFC9110-15.5.14-01", None),
        Part::Scope | Part::Scopes => ("HARNESS-10", None),
        Part::Field | Part::AssertionId | Part::ProofId => ("HARNESS-04", Some(Level::Should)),
    };
    // What is known to be broken is not shown once more.
    if probe.findings.iter().any(|finding| finding.requirement.as_deref() == Some(statement)) {
        return Ok(None);
    }
    let request = grown(probe, growth).await?;
    let in_field = matches!(growth.part, Part::Field | Part::ProofId);
    if in_field && is_closed(probe, &request).await? {
        return Ok(None);
    }
    let answer = probe.attempt(request).await?;
    let served = answer.grant().is_some() || (400..500).contains(&answer.status());
    let (expected, actual) = ("a token, or a status 4xx", format!("{} for {growth}", answer.describe()));
    Ok((!served).then(|| probe.finding(statement, level, expected, &actual, answer.reply.exchange)))
}

/// Whether the connection is closed on this request, and the next one is served: what reads header fields has little room
/// for them, and need not read on to the end.
async fn is_closed(probe: &mut Probe<'_>, request: &Request) -> Result<bool, Stop> {
    let (begun, patience) = (probe.now(), probe.target.limits.timeout_seconds.get());
    if probe.knock(request).await?.is_some() {
        return Ok(false);
    }
    if probe.now().duration_since(begun).unsigned_abs() >= Duration::from_secs(patience) {
        return Err(Stop::Inconclusive(format!("no answer to a large header field came within {patience} s")));
    }
    probe.control().await?;
    Ok(true)
}

/// The request that works with this part of this size; without the assertion or the proof where there is none.
async fn grown(probe: &mut Probe<'_>, growth: Growth) -> Result<Request, Stop> {
    let mut request = probe.request();
    let filler = "x".repeat(growth.octets);
    match growth.part {
        Part::Content => request = request.with("x_countersign", filler),
        Part::Scope => request = request.set("scope", filler),
        Part::Scopes => {
            let scopes = (0..growth.octets / SCOPE_OCTETS).map(|number| format!("x{number:06}"));
            request = request.set("scope", scopes.collect::<Vec<_>>().join(" "));
        }
        Part::Field => {
            let mut request = request.to_request();
            request.fields.set("X-Countersign", filler);
            return Ok(request);
        }
        Part::AssertionId => {
            if let Some((own, asserter)) = asserter(probe) {
                let (header, mut claims) = asserter.parts(probe.now());
                claims.insert("jti".into(), filler.into());
                let assertion = asserter.key.key.jwt(&header, &claims);
                let own = own.authenticated(Credentials::Nothing).with("client_assertion_type", ASSERTION_TYPE);
                request = own.with("client_assertion", assertion);
            }
        }
        Part::ProofId => {
            let key = proof_key()?;
            // A good proof brings the nonce, where the server asks for one (RFC 9449 §8).
            let first = present(probe, &key, &|_, _| ()).await?;
            let nonce = first.reply.response.fields.get("DPoP-Nonce").map(str::to_owned);
            let proof = proof(probe, &key, nonce.as_deref(), &|_, claims| {
                claims.insert("jti".into(), filler.clone().into());
            });
            let mut request = request.to_request();
            request.fields.set("DPoP", proof);
            return Ok(request);
        }
    }
    Ok(request.to_request())
}

/// One of many scopes, with its space.
const SCOPE_OCTETS: usize = 8;

/// A client that authenticates with assertions, if there is one: the main one first.
fn asserter(probe: &Probe<'_>) -> Option<(TokenRequest, Asserter)> {
    let companion = probe.companion(Role::PrivateKeyJwt).ok().map(|client| probe.request_of(client));
    [probe.request()].into_iter().chain(companion).find_map(|request| match request.credentials.clone() {
        Credentials::Assertion(asserter) => Some((request, asserter)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        for (reply, verdict) in [
            (token(), "pass"),
            (Response::empty(413), "pass"),
            (refusal(400, "invalid_scope"), "pass"),
            (Response::empty(500), "fail should HARNESS-10"),
            (busy(503), "inconclusive"),
        ] {
            assert_eq!(verdict_on(&CHECK, |request| request.body.len() > 4096, &reply).await, verdict);
        }
    }

    /// A server that answers so to a large field.
    async fn verdict_on_field(reply: Response) -> String {
        let large = |request: &Request| request.fields.get("X-Countersign").is_some_and(|value| value.len() > 8192);
        let mut server = canned(move |request| large(request).then(|| reply.clone()));
        server.over_tls = true;
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn a_connection_may_be_closed_on_a_large_field() {
        assert_eq!(verdict_on_field(Response::empty(431)).await, "pass");
        assert_eq!(verdict_on_field(Response::empty(CONNECTION_CLOSED)).await, "pass");
        assert_eq!(verdict_on_field(Response::empty(500)).await, "fail should HARNESS-04");
        assert_eq!(verdict_on_field(busy(503)).await, "inconclusive");
    }
}
