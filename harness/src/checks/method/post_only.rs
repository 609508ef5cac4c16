//! No method but POST yields a token.
//!
//! **Sent.** The request that works as a GET: once with its parameters in the query (credentials never go there),
//! once with its body. Then with random methods that nobody has.
//!
//! **Demanded.** Anything without a token: 405, or 400, 404, 501 (RFC 6749 §3.2 makes clients use POST). A 405
//! names the methods that work in `Allow` (RFC 9110 §15.5.6).
//!
//! **Why it matters.** What a GET carries ends in logs, histories and caches.
//!
//! **The attack.** A link, or an image on a page, is enough to make somebody's browser or crawler ask for a
//! token.
//!
//! **How servers went wrong.** One of seventeen servers that were tried issued a token to GET; many answer 405
//! without `Allow`, or 500.

use crate::checks::prelude::*;
use crate::property::{falsify_few, other_methods};

pub(crate) const CHECK: Check = Check {
    id: "method/post-only",
    source: include_str!("post_only.rs"),
    statements: &["RFC6749-3.2-02", "RFC9110-15.5.6-01"],
    needs: &[],
    faults: &[
        Fault::new(
            "get-with-query",
            "issues tokens to GET, with the parameters of the query",
            Deviation::Reads(|request, _| {
                if request.path() == "/token" && request.method == "GET" && request.query().count("grant_type") > 0 {
                    "POST".clone_into(&mut request.method);
                    request.set_form(&request.query());
                    request.fields.set("Content-Type", Form::MEDIA_TYPE);
                }
            }),
        )
        .of("D11"),
        Fault::new(
            "get-with-body",
            "does not look at the method",
            Deviation::Reads(|request, _| {
                if request.path() == "/token" {
                    "POST".clone_into(&mut request.method);
                }
            }),
        ),
        Fault::new(
            "unknown-method",
            "takes a method that it does not know for POST",
            Deviation::Reads(|request, _| {
                let known = ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];
                if request.path() == "/token" && !known.contains(&&*request.method) && request.method != "post" {
                    "POST".clone_into(&mut request.method);
                }
            }),
        ),
        Fault::new(
            "no-allow",
            "answers 405 without Allow",
            Deviation::Answers(|_, response| response.fields.remove("Allow")),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let mut with_body = probe.request().to_request();
    "GET".clone_into(&mut with_body.method);
    let mut cases = vec![with_body.clone()];
    if with_body.fields.get("Authorization").is_some() {
        let mark = if with_body.uri.contains('?') { '&' } else { '?' };
        let uri = format!("{}{mark}{}", with_body.uri, probe.request().form.encode());
        let mut with_query = Request { uri, body: Vec::new(), ..with_body };
        with_query.fields.remove("Content-Type");
        cases.push(with_query);
    }
    for case in cases {
        let answer = probe.near_miss(case).await?;
        let exchange = answer.reply.exchange;
        if answer.grant().is_some() {
            probe.broken("RFC6749-3.2-02", Some(Level::Must), "no token for GET", &answer.describe(), exchange);
        }
        // A page of the application around the endpoint is no token either.
        if answer.grant().is_none() && answer.status() >= 500 && answer.status() != 501 {
            return Err(Stop::Inconclusive(format!("neither a token nor a refusal: {}", answer.describe())));
        }
        let allow = answer.reply.response.fields.list("Allow");
        let names_post = allow.split(',').any(|method| method.trim() == "POST");
        let actual = format!("status 405, Allow: {}", answer.reply.response.fields.shown("Allow"));
        probe.demand(answer.status() != 405 || names_post, "RFC9110-15.5.6-01", "Allow with POST", &actual, exchange);
    }
    falsify_few(probe, &other_methods(), async |probe, method| {
        let request = Request { method, ..probe.request().to_request() };
        // A server may close the connection on what it does not know: only a token is wrong.
        let Some(reply) = probe.knock(&request).await? else { return Ok(None) };
        let answer = Answer::of(reply);
        let expected = format!("no token for {}", request.method);
        let (described, exchange) = (answer.describe(), answer.reply.exchange);
        let finding = || probe.finding("RFC6749-3.2-02", Some(Level::Must), &expected, &described, exchange);
        Ok(answer.grant().is_some().then(finding))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        let with_allow = |value: &str| {
            let mut response = Response::empty(405);
            response.fields.set("Allow", value);
            response
        };
        for (reply, verdict) in [
            (with_allow("OPTIONS, POST"), "pass"),
            (Response::empty(404), "pass"),
            (refusal(400, "invalid_request"), "pass"),
            (with_allow("GET"), "fail must RFC9110-15.5.6-01"),
            (Response::empty(405), "fail must RFC9110-15.5.6-01"),
            (token(), "fail must RFC6749-3.2-02"),
            (page(200), "pass"),
            (Response::empty(500), "inconclusive"),
            (busy(429), "inconclusive"),
        ] {
            assert_eq!(verdict_on(&CHECK, |request| request.method != "POST", &reply).await, verdict);
        }
    }
}
