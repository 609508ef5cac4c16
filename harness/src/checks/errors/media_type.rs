//! An error response is a JSON object with status 400 and an error code.
//!
//! **Sent.** The request that works, with a grant type that nobody has.
//!
//! **Demanded.** Status 400, `application/json`, and an object whose `error` is a string; never a token beside it
//! (RFC 6749 §5.2).
//!
//! **Why it matters.** A client finds out what went wrong from `error` alone. HTML or another format of problems
//! leaves it with nothing but a status.
//!
//! **The attack.** None of its own; but an endpoint whose errors come from the framework shows the framework, and
//! sometimes a stack trace.
//!
//! **How servers went wrong.** Problem documents of other standards, an object under `error`, HTML error pages,
//! and 200 with an error inside.

use crate::checks::prelude::*;
use serde_json::json;

pub(crate) const CHECK: Check = Check {
    id: "errors/media-type",
    source: include_str!("media_type.rs"),
    statements: &["RFC6749-5.2-20", "RFC6749-5.2-21", "RFC6749-5.2-22", "RFC6749-5.2-26"],
    needs: &[],
    faults: &[
        refusal_fault!("html", "says that the JSON is HTML", |response| {
            response.fields.set("Content-Type", "text/html");
        }),
        refusal_fault!("page", "answers with an HTML page", |response| {
            response.fields.set("Content-Type", "text/html");
            response.body = b"<h1>Bad Request</h1>".to_vec();
        }),
        refusal_fault!("nested", "has an object as its error", |response| {
            response.edit_object(|object| _ = object.insert("error".into(), json!({"message": "no"})));
        }),
        refusal_fault!("status-200", "answers errors with 200", |response| response.status = 200),
        refusal_fault!("token-beside", "has a token beside the error", |response| {
            response.edit_object(|object| _ = object.insert("access_token".into(), "example-token".into()));
        }),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let answer = probe.near_miss(probe.request().set("grant_type", "urn:example:none")).await?;
    let (response, exchange) = (&answer.reply.response, answer.reply.exchange);
    if answer.grant().is_some() {
        let level = Some(Level::Must);
        probe.broken("RFC6749-5.2-26", level, "an error without a token", &answer.describe(), exchange);
        return Err(Stop::Inconclusive("no error response came back that could be judged".into()));
    }
    let status = format!("status {}", response.status);
    let http = matches!(response.status, 403 | 422);
    let level = if http { Some(Level::Should) } else { None };
    if response.status != 400 {
        probe.broken("RFC6749-5.2-20", level, "status 400", &status, exchange);
    }
    let json = response.media_type().as_deref() == Some("application/json") && response.object().is_some();
    let described = response.describe();
    probe.demand(json, "RFC6749-5.2-21", "an application/json object", &described, exchange);
    let code = matches!(answer.kind, Kind::Refusal { .. }) || response.object().is_none();
    probe.demand(code, "RFC6749-5.2-22", "`error`, a string", "no string under `error`", exchange);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Status;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        let mut charset = refusal(400, "invalid_request");
        charset.fields.set("Content-Type", "application/json;charset=UTF-8");
        for (reply, verdict) in [
            (charset, "pass"),
            (refusal(200, "invalid_request"), "fail must RFC6749-5.2-20"),
            (refusal(422, "invalid_request"), "fail should RFC6749-5.2-20"),
            (page(400), "fail must RFC6749-5.2-21"),
            (Response::json(400, &json!({"error": {"code": 1}})), "fail must RFC6749-5.2-22"),
            (gateway_page(400), "inconclusive"),
            (token(), "fail must RFC6749-5.2-26"),
            (busy(503), "inconclusive"),
        ] {
            let case = |request: &Request| request.form().get("grant_type") == Some("urn:example:none");
            assert_eq!(verdict_on(&CHECK, case, &reply).await, verdict);
        }
    }

    /// Of errors nothing is known where none came.
    #[tokio::test]
    async fn a_token_says_nothing_of_the_form_of_errors() {
        let server = canned(|request| (request.path() == "/token").then(token));
        assert_eq!(server.status(&CHECK, "RFC6749-5.2-26").await, Status::Broken);
        assert_eq!(server.status(&CHECK, "RFC6749-5.2-21").await, Status::Inconclusive);
    }
}
