//! Credentials in the body work as the metadata says, and fail as they should.
//!
//! **Sent.** The request that works with id and secret in the body; with the request of `[companion.disposable]`
//! and a wrong secret in the body.
//!
//! **Demanded.** A token, `invalid_client` or `invalid_request`: supporting this is optional (RFC 6749 §2.3.1), but
//! must agree with `token_endpoint_auth_methods_supported`; under OAuth 2.1 it is a must. The wrong secret gets
//! `invalid_client`, with 400 or 401 (§5.2).
//!
//! **Why it matters.** Many clients know no other way.
//!
//! **The attack.** None of its own.
//!
//! **How servers went wrong.** 403, or `unauthorized_client` for a wrong secret.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "client-authentication/body",
    source: include_str!("body.rs"),
    statements: &["RFC6749-2.3.1-04", "OA21-2.4.1-01", "RFC6749-5.2-02"],
    needs: &[],
    faults: &[
        Fault::note(
            "unsupported",
            "announces credentials in the body and refuses them",
            Deviation::Reads(|request, _| {
                if request.path() == "/token" && request.form().count("client_secret") > 0 {
                    request.edit_form(|form| form.set("client_id", "nobody"));
                }
            }),
        ),
        Fault::new(
            "unauthorized-client",
            "calls a wrong secret unauthorized",
            Deviation::Answers(|request, response| {
                if request.form().count("client_secret") > 0 {
                    code(request, response, "invalid_client", "unauthorized_client");
                }
            }),
        )
        .of("D02"),
        Fault::new(
            "forbidden",
            "answers 403 to a wrong secret in the body",
            Deviation::Answers(|request, response| {
                if request.form().count("client_secret") > 0 {
                    refusals(request, response, |response| {
                        if response.status == 401 {
                            response.status = 403;
                            response.body = b"{\"error\":\"access_denied\"}".to_vec();
                        }
                    });
                }
            }),
        )
        .of("D01"),
    ],
    run: |probe| Box::pin(run(probe)),
};

/// How a server refuses credentials in the body as such (RFC 6749 §5.2).
const REFUSED: [&str; 2] = ["invalid_client", "invalid_request"];

/// A row of the catalogue that is optional; the failure itself is not.
const WRONG: Refusal = Refusal {
    statement: "RFC6749-5.2-02",
    codes: &["invalid_client"],
    tolerated: &["invalid_request"],
    token: Some(Level::Must),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let client = &probe.target.client;
    let Some(secret) = client.secret.clone() else {
        return Err(Stop::NotApplicable("the client has no secret".into()));
    };
    let request = probe.request().authenticated(Credentials::Post(client.id.clone(), secret)).to_request();
    let answer = probe.near_miss(Attempt::from(request).fails_authentication()).await?;
    let (exchange, described) = (answer.reply.exchange, answer.describe());
    let listed =
        metadata(probe).ok().and_then(|metadata| strings(&metadata.members, "token_endpoint_auth_methods_supported"));
    if answer.grant().is_none() {
        // To a server that knows no credentials there, the request has none, or one of a kind that is not for it.
        let refused = matches!(&answer.kind, Kind::Refusal { error } if REFUSED.contains(&error.as_str()));
        let level = if refused { None } else { Some(Level::Should) };
        let announced = listed.is_some_and(|listed| listed.contains(&"client_secret_post"));
        if announced || !refused {
            let expected = "a token, since the metadata says so, or error=invalid_client or invalid_request";
            probe.broken("RFC6749-2.3.1-04", level, expected, &described, exchange);
        }
        probe.broken("OA21-2.4.1-01", None, "a token", &described, exchange);
        let reason = "the client does not get in with its own secret in the body";
        probe.leave(WRONG.statement, Stop::NotApplicable(reason.into()));
        return Ok(());
    }
    let Some(disposable) = probe.target.companions.get(&Role::Disposable) else {
        probe.leave(WRONG.statement, Stop::unconfigured(Role::Disposable));
        return Ok(());
    };
    let wrong = Credentials::Post(disposable.id.clone(), "countersign-wrong-secret".into());
    let request = probe.request_of(disposable).authenticated(wrong).to_request();
    let answer = probe.near_miss(Attempt::from(request).wrong_secret()).await?;
    if let Some(mut finding) = probe.unless_refused(&answer, &WRONG) {
        // Which of the two statuses is optional; that it fails so is not (RFC 6749 §5.2).
        finding.level = if matches!(answer.kind, Kind::Refusal { .. })
            && answer.status() == 400
            && finding.level == Level::Should
        {
            Level::Should
        } else {
            Level::Must
        };
        probe.findings.push(finding);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Status;
    use crate::testing::*;

    async fn verdict(good: Response, wrong: Response, profile: &'static str) -> String {
        let mut server = canned(move |request| {
            let form = request.form();
            match form.get("client_secret") {
                Some("countersign-wrong-secret") => Some(wrong.clone()),
                Some(_) => Some(good.clone()),
                None => None,
            }
        });
        server.extra = profile;
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        let wrong = || refusal(401, "invalid_client");
        assert_eq!(verdict(token(), wrong(), "").await, "pass");
        assert_eq!(verdict(token(), refusal(400, "invalid_client"), "").await, "pass");
        assert_eq!(verdict(token(), refusal(400, "invalid_request"), "").await, "fail should RFC6749-5.2-02");
        assert_eq!(verdict(token(), refusal(400, "unauthorized_client"), "").await, "fail must RFC6749-5.2-02");
        assert_eq!(verdict(token(), refusal(403, "access_denied"), "").await, "fail must RFC6749-5.2-02");
        assert_eq!(verdict(token(), token(), "").await, "fail must RFC6749-5.2-02");
        assert_eq!(verdict(wrong(), wrong(), "").await, "pass");
        assert_eq!(verdict(refusal(400, "invalid_request"), wrong(), "").await, "pass");
        assert_eq!(verdict(refusal(400, "invalid_grant"), wrong(), "").await, "fail should RFC6749-2.3.1-04");
        assert_eq!(verdict(page(403), wrong(), "").await, "fail should RFC6749-2.3.1-04");
        assert_eq!(verdict(busy(503), wrong(), "").await, "inconclusive");
        let oauth21 = "[profile]\nnames = [\"oauth21\"]\n";
        assert_eq!(verdict(wrong(), wrong(), oauth21).await, "fail must OA21-2.4.1-01");
        assert_eq!(verdict(token(), wrong(), oauth21).await, "pass");
    }

    /// Nobody sends a wrong secret where the right one does not get in either, or nobody may be locked out.
    #[tokio::test]
    async fn a_wrong_secret_that_was_not_sent_is_not_judged() {
        let closed = canned(|request| request.form().get("client_secret").map(|_| refusal(401, "invalid_client")));
        assert_eq!(closed.status(&CHECK, WRONG.statement).await, Status::NotApplicable);
        let mut alone = canned(|_| None);
        alone.edit = |config| _ = config.companion.remove(&Role::Disposable);
        assert_eq!(alone.status(&CHECK, WRONG.statement).await, Status::Untested);
        assert_eq!(alone.status(&CHECK, "RFC6749-2.3.1-04").await, Status::Met);
    }
}
