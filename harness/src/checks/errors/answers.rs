//! Errors have registered codes, stay out of caches and echo no secret.
//!
//! **Sent.** The request that works with a grant type that nobody has, with a scope that nobody has, without
//! credentials, and with a secret that is our own.
//!
//! **Demanded.** Codes of the registry; `Cache-Control: no-store`, as the example of the specification has it (a
//! note); not a letter of the secret; no redirect (RFC 6749 §5.2 and §8.5). What the errors look like is also held
//! against the snapshot of an earlier run.
//!
//! **Why it matters.** Clients decide by the code; logs keep the rest.
//!
//! **The attack.** A secret that comes back in an error is a secret in every log that errors go to.
//!
//! **How servers went wrong.** Codes of their own; a redirect to a login page; the refused credentials in the
//! description.

use super::REGISTERED;
use crate::checks::oracle::MARKER;
use crate::checks::prelude::*;
use crate::checks::shape;

pub(crate) const CHECK: Check = Check {
    id: "errors/answers",
    source: include_str!("answers.rs"),
    statements: &["RFC6749-8.5-01", "RFC6749-5.2-27", "HARNESS-07", "RFC6749-5.1-01"],
    needs: &[],
    faults: &[
        Fault::note(
            "cached",
            "says nothing about caches with errors",
            Deviation::Answers(|request, response| {
                refusals(request, response, |response| response.fields.remove("Cache-Control"));
            }),
        ),
        Fault::note(
            "own-code",
            "has a code of its own",
            Deviation::Answers(|request, response| code(request, response, "invalid_scope", "bad_scope")),
        )
        .of("D22"),
        Fault::warning(
            "secret-echo",
            "quotes the secret that it refuses",
            Deviation::Answers(|request, response| {
                let secret = request.form().get("client_secret").unwrap_or_default().to_owned();
                refusals(request, response, |response| {
                    if !secret.is_empty() {
                        let description = format!("{secret} is wrong");
                        response
                            .edit_object(|object| _ = object.insert("error_description".into(), description.into()));
                    }
                });
            }),
        ),
        Fault::warning(
            "login-page",
            "redirects errors to a login page",
            Deviation::Answers(|request, response| {
                refusals(request, response, |response| {
                    *response = Response::empty(302);
                    response.fields.set("Location", "https://reference.example/login");
                });
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let marker = Credentials::Post("countersign-nobody".into(), MARKER.to_owned().into());
    let (mut seen, mut last, mut errors) = (Vec::new(), 0, 0);
    for (case, request) in [
        ("unknown grant_type", probe.request().set("grant_type", "urn:example:none")),
        ("unknown scope", probe.request().set("scope", "x_countersign_unknown")),
        ("no credentials", probe.request().authenticated(Credentials::Nothing)),
        ("unknown client", probe.request().authenticated(marker)),
    ] {
        let answer = probe.near_miss(request).await?;
        let (response, exchange) = (&answer.reply.response, answer.reply.exchange);
        let described = answer.describe();
        seen.push(format!("{case}: {}", shape::head(response)));
        seen.extend(shape::members(&response.object().unwrap_or_default()).iter().map(|line| format!("  {line}")));
        last = exchange;
        if let Kind::Refusal { error } = &answer.kind {
            errors += 1;
            if !REGISTERED.contains(&error.as_str()) {
                let expected = "a registered code";
                probe.broken("RFC6749-8.5-01", Some(Level::May), expected, &described, exchange);
            }
            let kept = response.fields.list("Cache-Control").to_ascii_lowercase().contains("no-store");
            let actual = format!("Cache-Control: {}", response.fields.shown("Cache-Control"));
            probe.demand(kept, "RFC6749-5.2-27", "Cache-Control with no-store", &actual, exchange);
        }
        if (300..400).contains(&answer.status()) {
            probe.broken("RFC6749-5.1-01", Some(Level::Should), "status 400 or 401", &described, exchange);
        }
        let fields = response.fields.iter().any(|(_, value)| value.contains(MARKER));
        let echoed = fields || String::from_utf8_lossy(&response.body).contains(MARKER);
        probe.demand(!echoed, "HARNESS-07", "not a letter of the secret", "the secret comes back", exchange);
    }
    probe.follow(&seen.join("\n"), last);
    if errors == 0 {
        return Err(Stop::Inconclusive("no error response came back that could be judged".into()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    fn kept(mut response: Response) -> Response {
        response.fields.set("Cache-Control", "no-store");
        response
    }

    #[tokio::test]
    async fn canned_replies() {
        let mut echo = kept(refusal(401, "invalid_client"));
        echo.edit_object(|object| _ = object.insert("error_description".into(), MARKER.into()));
        let mut redirect = Response::empty(303);
        redirect.fields.set("Location", "/login");
        for (reply, verdict) in [
            (kept(refusal(401, "invalid_client")), "pass"),
            (kept(refusal(400, "invalid_target")), "pass"),
            (kept(refusal(400, "empty_grant_type")), "fail may RFC6749-8.5-01"),
            (refusal(400, "invalid_request"), "fail may RFC6749-5.2-27"),
            (echo, "fail should HARNESS-07"),
            (redirect, "fail should RFC6749-5.1-01"),
            (token(), "inconclusive"),
            (page(400), "inconclusive"),
            (busy(503), "inconclusive"),
        ] {
            let case = |request: &Request| {
                let form = request.form();
                let own =
                    form.get("grant_type") == Some("client_credentials") && form.get("scope") == Some("read write");
                !own || request.fields.get("Authorization").is_none()
            };
            assert_eq!(verdict_on(&CHECK, case, &reply).await, verdict);
        }
    }
}
