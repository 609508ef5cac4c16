//! Introspection needs a token, and takes hints as no more than hints.
//!
//! **Sent.** A request without `token`; then a live token with a hint that is wrong, and with one that nobody
//! knows.
//!
//! **Demanded.** `invalid_request` without a token (a warning for `active: false`); `active: true` in spite of the
//! hints (RFC 7662 §2.1).
//!
//! **Why it matters.** Resource servers do not know what kind of token they were sent.
//!
//! **The attack.** A live token that is called dead for a wrong hint is only a nuisance; the other way round it is
//! a hole.
//!
//! **How servers went wrong.** The hint decides where is looked, and nothing else is searched.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "introspection/parameters",
    source: include_str!("parameters.rs"),
    statements: &["RFC7662-2.1-02", "RFC7662-2.1-03"],
    needs: &[Need::Introspection],
    faults: &[
        Fault::new(
            "hint-decides",
            "looks only where the hint points",
            Deviation::Reads(|request, _| {
                if request.path() == "/introspect" && request.form().count("token_type_hint") > 0 {
                    request.edit_form(|form| form.set("token", "none"));
                }
            }),
        ),
        Fault::new(
            "no-token",
            "answers 500 without a token",
            Deviation::Answers(|request, response| {
                if request.path() == "/introspect" && request.form().count("token") == 0 {
                    *response = Response::empty(500);
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let answer = probe.control().await?;
    let Some(grant) = answer.grant() else { return Ok(()) };
    let Some(endpoint) = probe.target.introspection_endpoint.clone() else { return Ok(()) };
    let active = |reply: &Reply| reply.response.object().and_then(|body| body.get("active")?.as_bool());
    let token = grant.access_token.expose_secret();
    let live = probe.send(&probe.ask(&endpoint, "token", token).to_request()).await?;
    if active(&live) != Some(true) {
        let described = live.response.describe();
        return Err(Stop::NotApplicable(format!("the endpoint does not call a live token active: {described}")));
    }
    for hint in ["refresh_token", "x_countersign"] {
        let reply =
            probe.send(&probe.ask(&endpoint, "token", token).with("token_type_hint", hint).to_request()).await?;
        let actual = format!("{} with the hint {hint}", reply.response.describe());
        probe.demand(active(&reply) == Some(true), "RFC7662-2.1-03", "`active`: true", &actual, reply.exchange);
    }
    let without = probe.ask(&endpoint, "token", token).without("token").to_request();
    let answer = probe.attempt(without).await?;
    let (exchange, described) = (answer.reply.exchange, answer.describe());
    let refused =
        answer.status() == 400 && matches!(&answer.kind, Kind::Refusal { error } if error == "invalid_request");
    let level = (400..500).contains(&answer.status()) || active(&answer.reply) == Some(false);
    if !refused {
        let level = level.then_some(Level::Should);
        probe.broken("RFC7662-2.1-02", level, "status 400, error=invalid_request", &described, exchange);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    async fn verdict(hinted: bool, without: Response) -> String {
        let server = canned(move |request| {
            let form = request.form();
            let active = form.count("token_type_hint") == 0 || hinted;
            let reply = if form.count("token") == 0 {
                without.clone()
            } else {
                Response::json(200, &json!({"active": active}))
            };
            (request.path() == "/introspect").then_some(reply)
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        assert_eq!(verdict(true, refusal(400, "invalid_request")).await, "pass");
        assert_eq!(verdict(false, refusal(400, "invalid_request")).await, "fail must RFC7662-2.1-03");
        assert_eq!(verdict(true, Response::json(200, &json!({"active": false}))).await, "fail should RFC7662-2.1-02");
        assert_eq!(verdict(true, refusal(400, "invalid_token")).await, "fail should RFC7662-2.1-02");
        assert_eq!(verdict(true, page(500)).await, "fail must RFC7662-2.1-02");
        assert_eq!(verdict(true, busy(503)).await, "inconclusive");
        assert_eq!(canned(|_| None).verdict(&CHECK).await, "skip");
    }
}
