//! Whatever was sent, the answer is sound.
//!
//! **Sent.** Requests that are generated from the one that works: values of any characters in any parameter,
//! parameters that are taken away, repeated or renamed.
//!
//! **Demanded.** No 5xx and no page; a token only in an answer without an error, an error only without a token;
//! codes of legal characters; no token for a grant type that is another one (RFC 6749 §5).
//!
//! **Why it matters.** Nobody lists every malformed request, and a generator need not.
//!
//! **The attack.** What crashes a server is where its state is least understood.
//!
//! **How servers went wrong.** Five of seventeen servers that were tried answer malformed input with 500, and one
//! ended its process.

use crate::checks::prelude::*;
use crate::property::{Mutation, falsify, mutations};

pub(crate) const CHECK: Check = Check {
    id: "robustness/any-request",
    source: include_str!("any_request.rs"),
    statements: &["HARNESS-04"],
    needs: &[],
    faults: &[
        Fault::new(
            "long-values",
            "answers 500 to values beyond ASCII",
            Deviation::Answers(|request, response| {
                if request.path() == "/token" && request.form().iter().any(|(_, value)| !value.is_ascii()) {
                    *response = Response::empty(500);
                }
            }),
        ),
        Fault::new(
            "html",
            "answers with a page to a repeated parameter",
            Deviation::Answers(|request, response| {
                let form = request.form();
                let twice = form.iter().any(|(name, _)| form.count(name) > 1);
                if request.path() == "/token" && twice {
                    *response = Response::empty(400);
                    response.fields.set("Content-Type", "text/html");
                    response.body = b"<h1>Bad Request</h1>".to_vec();
                }
            }),
        )
        .of("D21"),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    falsify(probe, &mutations(), async |probe, mutations| {
        let mut request = probe.request().to_request();
        request.edit_form(|form| mutations.iter().for_each(|mutation| mutate(form, mutation)));
        let grant = request.form().get("grant_type").map(str::to_owned);
        let answer = probe.attempt(request).await?;
        Ok(unsound(&answer, grant.as_deref()).map(|actual| {
            let expected = "a token, or an error in JSON";
            probe.finding("HARNESS-04", None, expected, &actual, answer.reply.exchange)
        }))
    })
    .await
}

fn mutate(form: &mut Form, mutation: &Mutation) {
    let name = |place: usize| form.iter().nth(place % form.iter().count().max(1)).map(|(name, _)| name.to_owned());
    match mutation {
        Mutation::Value(place, value) => {
            // The credentials stay: a wrong secret is another matter.
            if let Some(name) = name(*place).filter(|name| !name.starts_with("client_")) {
                form.set(&name, value);
            }
        }
        Mutation::Removed(place) => {
            if let Some(name) = name(*place) {
                form.remove(&name);
            }
        }
        Mutation::Repeated(place) => {
            if let Some(name) = name(*place) {
                let value = form.get(&name).unwrap_or_default().to_owned();
                form.append(&name, value);
            }
        }
        Mutation::Added(name, value) => form.append(name, value),
    }
}

/// What is wrong with the answer, if anything is.
fn unsound(answer: &Answer, grant: Option<&str>) -> Option<String> {
    let response = &answer.reply.response;
    let described = answer.describe();
    let json =
        response.media_type().is_some_and(|media_type| media_type.ends_with("json")) && response.object().is_some();
    match &answer.kind {
        _ if response.status >= 500 => Some(described),
        Kind::Token(_) if grant != Some("client_credentials") => Some(format!("{described} for another grant type")),
        Kind::Token(_) if response.status != 200 => Some(described),
        Kind::Refusal { error } if !error.chars().all(|c| matches!(c, ' '..='!' | '#'..='[' | ']'..='~')) => {
            Some("a code of other characters".into())
        }
        Kind::Refusal { .. } if response.status < 400 => Some(described),
        Kind::Token(_) | Kind::Refusal { .. } => {
            let media_type = response.fields.shown("Content-Type");
            (!json).then(|| format!("{described}, Content-Type: {media_type}"))
        }
        // What is too large, or of another media type, is HTTP's to refuse.
        Kind::Neither => (!matches!(response.status, 405 | 406 | 413..=415 | 431)).then_some(described),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        for (reply, verdict) in [
            (refusal(400, "invalid_request"), "pass"),
            (Response::empty(413), "pass"),
            (page(400), "fail must HARNESS-04"),
            (page(500), "fail must HARNESS-04"),
            (refusal(200, "invalid_request"), "fail must HARNESS-04"),
            (refusal(400, "caf\u{e9}"), "fail must HARNESS-04"),
            (busy(503), "inconclusive"),
        ] {
            let mutated = |request: &Request| {
                let form = request.form();
                form.get("grant_type") != Some("client_credentials")
                    || form.get("scope") != Some("read write")
                    || form.iter().count() != 2
            };
            assert_eq!(verdict_on(&CHECK, mutated, &reply).await, verdict);
        }
    }

    #[test]
    fn a_token_for_another_grant_type_is_unsound() {
        let answer = |response: Response| {
            Answer::of(Reply {
                exchange: 1,
                response,
                sent: jiff::Timestamp::UNIX_EPOCH,
                received: jiff::Timestamp::UNIX_EPOCH,
            })
        };
        assert!(unsound(&answer(token()), Some("client_credentials")).is_none());
        assert!(unsound(&answer(token()), Some("x")).is_some());
        assert!(unsound(&answer(token()), None).is_some());
    }
}
