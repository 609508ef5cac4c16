//! The members of a success response have the values that clients can work with.
//!
//! **Sent.** The request that works.
//!
//! **Demanded.** One JSON object with `access_token`, a registered `token_type`, a lifetime above 0 that is told
//! somehow and is not longer than an hour (a note beyond), no member that is null, a token that fits into a header
//! (RFC 6749 §5.1 and appendix A.13, RFC 6750 §5.2 and §5.3).
//!
//! **Why it matters.** Each of these is where one client library or another stops.
//!
//! **The attack.** A token that lives for weeks is worth stealing from old logs.
//!
//! **How servers went wrong.** `null` in the place of what is left out, token types of their own, lifetimes of ten
//! days.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "success/members",
    source: include_str!("members.rs"),
    statements: &[
        "RFC6749-5.1-12",
        "RFC6749-5.1-13",
        "RFC6749-A.13-01",
        "RFC6749-5.1-15",
        "HARNESS-05",
        "RFC6750-5.3-01",
        "RFC6750-5.2-01",
        "OA21-C.3-01",
        "RFC6749-5.1-19",
    ],
    needs: &[],
    faults: &[
        grant_fault!("odd-type", "has a token type that is no name", |response| {
            response.edit_object(|object| _ = object.insert("token_type".into(), "Bearer token".into()));
        }),
        grant_fault!("no-lifetime", "issues tokens that are dead on arrival", |response| {
            response.edit_object(|object| _ = object.insert("expires_in".into(), json!(0)));
        }),
        Fault::warning(
            "ten-days",
            "issues tokens for ten days",
            Deviation::Sets(|settings| settings.token_lifetime = 864_000),
        ),
        Fault::note(
            "null",
            "sends null for what it leaves out",
            Deviation::Answers(|request, response| {
                grants(request, response, |response| {
                    response.edit_object(|object| _ = object.insert("refresh_token".into(), Value::Null));
                });
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

/// What clients can put into a header beside everything else, octets: servers allow 8 KiB for all fields.
const LONGEST_TOKEN: usize = 7 * 1024;

/// RFC 6750 §5.3: an hour, or less; seconds.
const SHORT_LIVED: u64 = 3600;

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let answer = probe.attempt(probe.request()).await?;
    let exchange = answer.reply.exchange;
    let Some(grant) = answer.grant() else {
        let (statement, expected, actual) = without_token(&answer)?;
        probe.broken(statement, None, expected, actual, exchange);
        return Ok(());
    };
    let length = grant.access_token.expose_secret().len();
    let actual = format!("a token of {length} octets");
    probe.demand(length <= LONGEST_TOKEN, "RFC6749-5.1-19", "a token that fits into a header", &actual, exchange);
    if let Some(named) = &grant.token_type {
        let name = named.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c)) && !named.is_empty();
        let uri = named.contains(':') && named.chars().all(|c| c.is_ascii_graphic());
        let actual = format!("`token_type`: {named}");
        probe.demand(name || uri, "RFC6749-A.13-01", "a name, or a URI", &actual, exchange);
    }
    let null = grant.members.iter().find(|(_, value)| value.is_null());
    if let Some((name, _)) = null {
        probe.broken("OA21-C.3-01", None, "what is left out, left out", &format!("`{name}`: null"), exchange);
    }
    lifetime(probe, grant, exchange).await
}

/// What a success response breaks that has no token where clients look for one; nothing is known of any other answer.
fn without_token(answer: &Answer) -> Result<(&'static str, &'static str, &'static str), Stop> {
    let response = &answer.reply.response;
    let success = Some(&response.body).filter(|_| response.status == 200);
    let value = success.and_then(|body| serde_json::from_slice::<Value>(body).ok()).unwrap_or_default();
    let has_token = |value: &Value| value.get("access_token").is_some();
    let is_around = match &value {
        Value::Object(members) => members.values().any(has_token),
        Value::Array(values) => values.iter().any(has_token),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    };
    match (has_token(&value), is_around) {
        (true, _) => Ok(("RFC6749-5.1-13", "an access token", "`access_token` without one")),
        (false, true) => Ok(("RFC6749-5.1-12", "the members of one JSON object", "something around them")),
        (false, false) => {
            let described = answer.describe();
            Err(Stop::Inconclusive(format!("the request that works, which had worked, got {described}")))
        }
    }
}

async fn lifetime(probe: &mut Probe<'_>, grant: &Grant, exchange: usize) -> Outcome {
    if let Some(seconds) = grant.expires_in {
        let actual = format!("`expires_in`: {seconds}");
        probe.demand(seconds > 0, "HARNESS-05", "a lifetime above 0", &actual, exchange);
        probe.demand(seconds <= SHORT_LIVED, "RFC6750-5.3-01", "an hour or less", &actual, exchange);
        return Ok(());
    }
    let claimed = Jwt::parse(grant.access_token.expose_secret()).map(|jwt| jwt.claims);
    let opaque = claimed.is_none();
    let told = match claimed {
        Some(claims) => Some(claims),
        None => introspect(probe, grant).await?,
    };
    if told.is_some_and(|told| told.contains_key("exp")) {
        return Ok(());
    }
    probe.broken("RFC6749-5.1-15", None, "`expires_in`, or an end that is told elsewhere", "neither", exchange);
    if !opaque {
        probe.broken("RFC6750-5.2-01", None, "a token that ends", "no `expires_in` and no `exp`", exchange);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// A success response whose token is a JWT that does not say when it ends, nor does the response.
    fn endless() -> Response {
        let mut response = jwt_token(&json!({"alg": "none"}), &json!({"sub": "job"}));
        response.edit_object(|object| _ = object.remove("expires_in"));
        response
    }

    #[tokio::test]
    async fn canned_replies() {
        for (reply, verdict) in [
            (token(), "pass"),
            (token_with("token_type", "BEARER"), "pass"),
            (token_with("token_type", "N_A"), "pass"),
            (token_with("token_type", "https://a.example/t"), "pass"),
            (token_with("token_type", "a b"), "fail must RFC6749-A.13-01"),
            (token_with("expires_in", 3600), "pass"),
            (token_with("expires_in", 3601), "fail should RFC6750-5.3-01"),
            (token_with("expires_in", 0), "fail must HARNESS-05"),
            (token_with("scope", Value::Null), "fail may OA21-C.3-01"),
            (token_with("expires_in", Value::Null), "fail should RFC6749-5.1-15"),
            (endless(), "fail must RFC6750-5.2-01"),
            (token_with("access_token", "a".repeat(8000)), "fail should RFC6749-5.1-19"),
        ] {
            let described = String::from_utf8_lossy(&reply.body).into_owned();
            assert_eq!(verdict_on(&CHECK, |_| true, &reply).await, verdict, "{described}");
        }
    }

    /// A server that never sends a token cannot be tested; this one begins to when it has been calibrated.
    #[tokio::test]
    async fn a_success_without_a_token_is_none() {
        const CALIBRATION: usize = 2;
        for (reply, verdict) in [
            (token_with("access_token", ""), "fail must RFC6749-5.1-13"),
            (token_with("access_token", Value::Null), "fail must RFC6749-5.1-13"),
            (Response::json(200, &json!({"data": token().object()})), "fail must RFC6749-5.1-12"),
            (Response::json(200, &json!([token().object()])), "fail must RFC6749-5.1-12"),
            (Response::json(200, &json!({"state": "maintenance"})), "inconclusive"),
            (refusal(400, "invalid_request"), "inconclusive"),
            (busy(503), "inconclusive"),
        ] {
            let described = String::from_utf8_lossy(&reply.body).into_owned();
            let asked = AtomicUsize::new(0);
            let server = canned(move |request| {
                let later = request.path() == "/token" && asked.fetch_add(1, Ordering::Relaxed) >= CALIBRATION;
                later.then(|| reply.clone())
            });
            assert_eq!(server.verdict(&CHECK).await, verdict, "{described}");
        }
    }
}
