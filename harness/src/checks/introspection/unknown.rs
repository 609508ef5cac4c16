//! A string that is no live token is not active, and nothing more is said.
//!
//! **Sent.** The introspection of strings that nobody issued: random text, a JWT that another issuer could have
//! made, a token with another signature, with a space at the end, and in lower case; before and after them the
//! token itself.
//!
//! **Demanded.** 200 with `active: false` and no other member (RFC 7662 §2.2 and §4). A token that is found in
//! spite of white space is a warning.
//!
//! **Why it matters.** A resource server passes on whatever it was sent, and must get an answer that it can use.
//!
//! **The attack.** A signature that nobody checks, or a comparison that is not exact, makes tokens out of text.
//!
//! **How servers went wrong.** 400 or 500 for what cannot be parsed; the reason for which a token is not active.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "introspection/unknown",
    source: include_str!("unknown.rs"),
    statements: &["RFC7662-2.2-12", "RFC7662-2.2-13", "RFC7662-4-10", "HARNESS-18"],
    needs: &[Need::Introspection],
    faults: &[
        Fault::new(
            "error-for-junk",
            "answers 400 for what it did not issue",
            Deviation::Answers(|request, response| {
                if request.path() == "/introspect" && response.text("active").is_none() {
                    let inactive =
                        response.object().is_some_and(|body| body.get("active") == Some(&Value::Bool(false)));
                    if inactive {
                        *response = Response::json(400, &json!({"error": "invalid_token"}));
                    }
                }
            }),
        ),
        Fault::warning(
            "tells-why",
            "tells why a token is not active",
            Deviation::Answers(|request, response| {
                if request.path() == "/introspect" {
                    response.edit_object(|object| {
                        if object.get("active") == Some(&Value::Bool(false)) {
                            object.insert("error".into(), "unknown token".into());
                        }
                    });
                }
            }),
        ),
        Fault::new(
            "no-signature-check",
            "reads the claims and not the signature",
            Deviation::Answers(|request, response| {
                let form = request.form();
                let claims = form.get("token").and_then(Jwt::parse).map(|jwt| jwt.claims);
                let own = claims.is_some_and(|claims| claims.get("iss") == Some(&json!(request.base())));
                if request.path() == "/introspect" && own && response.status == 200 {
                    response.edit_object(|object| _ = object.insert("active".into(), true.into()));
                }
            }),
        ),
        Fault::new(
            "case-blind",
            "compares tokens without case",
            Deviation::Answers(|request, response| {
                let lower = request.form().get("token").is_some_and(|token| token.starts_with("eyj"));
                if request.path() == "/introspect" && lower && response.status == 200 {
                    response.edit_object(|object| _ = object.insert("active".into(), true.into()));
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let answer = probe.control().await?;
    let Some(grant) = answer.grant() else { return Ok(()) };
    let Some(endpoint) = probe.target.introspection_endpoint.clone() else { return Ok(()) };
    let token = grant.access_token.expose_secret().to_owned();
    let told = probe.attempt(probe.ask(&endpoint, "token", &token)).await?;
    let Some(active) = active(&told) else {
        let described = told.describe();
        return Err(Stop::NotApplicable(format!("the endpoint does not tell this client about tokens: {described}")));
    };
    let mut cases = vec![
        ("countersign-no-token".to_owned(), "RFC7662-2.2-12"),
        ("eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL290aGVyLmV4YW1wbGUifQ.AAAA".to_owned(), "RFC7662-2.2-12"),
        (token.to_lowercase(), "HARNESS-18"),
        (format!("{token} "), "HARNESS-18"),
    ];
    cases.extend(altered(&token).map(|altered| (altered, "RFC7662-4-10")));
    let mut findings = Vec::new();
    for (text, statement) in cases {
        if text == token {
            continue;
        }
        // What was made from a token leads back to it.
        probe.link.hide(&text);
        let told = probe.attempt(probe.ask(&endpoint, "token", &text)).await?;
        findings.extend(unless_inactive(probe, &told, &text, statement));
    }
    // Only who says the same of the token itself at the end has not begun to fail in between.
    if self::active(&probe.attempt(probe.ask(&endpoint, "token", &token)).await?).as_ref() != Some(&active) {
        return Err(Stop::Inconclusive("introspection does not say the same of the genuine token any more".into()));
    }
    findings.into_iter().for_each(|finding| probe.record(Some(finding)));
    if active != Value::Bool(true) {
        let reason = "introspection does not call the genuine token active towards this client";
        probe.leave("RFC7662-4-10", Stop::NotApplicable(reason.into()));
        probe.leave("HARNESS-18", Stop::NotApplicable(reason.into()));
    } else if altered(&token).is_none() {
        probe.leave("RFC7662-4-10", Stop::NotApplicable("the token is no JWT".into()));
    }
    Ok(())
}

/// What an answer says of a token, if it says anything.
fn active(told: &Answer) -> Option<Value> {
    told.reply.response.object()?.get("active").cloned()
}

/// The finding, if the answer is not that this text is no live token, and nothing else.
fn unless_inactive(probe: &Probe<'_>, told: &Answer, text: &str, statement: &str) -> Option<Finding> {
    let response = &told.reply.response;
    let finding =
        |id: &str, level, expected: &str, actual: &str| probe.finding(id, level, expected, actual, told.reply.exchange);
    let body = response.object().filter(|_| response.status == 200).unwrap_or_default();
    match body.get("active") {
        Some(Value::Bool(false)) if body.len() == 1 => None,
        Some(Value::Bool(false)) => {
            let names = body.keys().cloned().collect::<Vec<_>>().join(", ");
            Some(finding("RFC7662-2.2-13", None, "`active` alone", &names))
        }
        Some(Value::Bool(true)) => {
            let level = text.ends_with(' ').then_some(Level::Should);
            Some(finding(statement, level, "`active`: false", "`active`: true"))
        }
        _ => Some(finding("RFC7662-2.2-12", None, "200 with `active`: false", &response.describe())),
    }
}

/// A JWT with an octet of its signature changed; bits that no octet holds are left alone.
fn altered(token: &str) -> Option<String> {
    Jwt::parse(token)?;
    let (input, signature) = token.rsplit_once('.')?;
    let mut octets = URL_SAFE_NO_PAD.decode(signature).ok()?;
    *octets.first_mut()? ^= 1;
    Some(format!("{input}.{}", URL_SAFE_NO_PAD.encode(octets)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Status;
    use crate::testing::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// What is said of the token, and of everything else.
    async fn verdict(live: Value, other: Response) -> String {
        let server = canned(move |request| {
            let own = request.form().get("token") == Some("Opaque-0123456789");
            match request.path() {
                "/token" => Some(token_with("access_token", "Opaque-0123456789")),
                "/introspect" if own => Some(Response::json(200, &live)),
                "/introspect" => Some(other.clone()),
                _ => None,
            }
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        let live = json!({"active": true});
        for (other, expected) in [
            (Response::json(200, &json!({"active": false})), "pass"),
            (Response::json(200, &json!({"active": false, "sub": "a"})), "fail should RFC7662-2.2-13"),
            (Response::json(200, &json!({"active": true})), "fail must RFC7662-2.2-12"),
            (refusal(400, "invalid_token"), "fail must RFC7662-2.2-12"),
            (page(500), "fail must RFC7662-2.2-12"),
            (busy(429), "inconclusive"),
        ] {
            assert_eq!(verdict(live.clone(), other).await, expected);
        }
        assert_eq!(verdict(json!({}), refusal(403, "access_denied")).await, "skip");
    }

    /// Once may be chance; what lasts to the end is an outage.
    #[tokio::test]
    async fn a_server_that_fails_is_not_one_that_refuses() {
        for (failures, expected) in [(1, "pass"), (usize::MAX, "inconclusive")] {
            let asked = AtomicUsize::new(0);
            let server = canned(move |request| {
                let own = request.form().get("token") == Some("opaque-0123456789");
                // The first look at the token is the first request.
                let fails = (1..=failures).contains(&asked.load(Ordering::Relaxed));
                (request.path() == "/introspect").then(|| {
                    asked.fetch_add(1, Ordering::Relaxed);
                    if fails { page(500) } else { Response::json(200, &json!({"active": own})) }
                })
            });
            assert_eq!(server.verdict(&CHECK).await, expected, "{failures} failures");
        }
        let foreign = verdict(json!({"active": true}), gateway_page(502)).await;
        assert_eq!(foreign, "inconclusive");
    }

    /// Of a client that is told of no token nothing is known about what is near one.
    #[tokio::test]
    async fn whether_a_token_is_matched_is_seen_where_one_is_active() {
        for (active, signature, matching) in
            [(true, Status::Met, Status::Met), (false, Status::NotApplicable, Status::NotApplicable)]
        {
            let jwt = jwt_token(&json!({"alg": "ES256"}), &json!({"exp": 60}));
            let token = jwt.text("access_token").unwrap();
            let server = canned(move |request| match request.path() {
                "/token" => Some(jwt.clone()),
                "/introspect" => {
                    let own = request.form().get("token") == Some(&*token);
                    Some(Response::json(200, &json!({"active": active && own})))
                }
                _ => None,
            });
            assert_eq!(server.status(&CHECK, "RFC7662-2.2-12").await, Status::Met);
            assert_eq!(server.status(&CHECK, "RFC7662-4-10").await, signature);
            assert_eq!(server.status(&CHECK, "HARNESS-18").await, matching);
        }
    }
}
