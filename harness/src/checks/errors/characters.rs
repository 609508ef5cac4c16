//! The members of an error response hold only the characters that are allowed.
//!
//! **Sent.** The request that works, with quotes, a backslash and an accented letter first in `grant_type`, then
//! in `scope` and in `resource`, which a server that does not know it ignores.
//!
//! **Demanded.** `error` and `error_description` of printable ASCII without double quotes and backslashes,
//! `error_uri` without spaces and quotes (RFC 6749 §5.2).
//!
//! **Why it matters.** These texts are copied into headers, logs and pages, where a quote or a line break ends
//! the field that they stand in.
//!
//! **The attack.** A value that comes back in the description, and from there in a page or a header, carries what
//! the sender put into it.
//!
//! **How servers went wrong.** Messages that quote the refused value, and translated messages, are frequent.

use super::illegal;
use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "errors/characters",
    source: include_str!("characters.rs"),
    statements: &["RFC6749-5.2-23", "RFC6749-5.2-24", "RFC6749-5.2-25"],
    needs: &[],
    faults: &[
        refusal_fault!("code", "has a code with a quote", |response| {
            response.edit_object(|object| _ = object.insert("error".into(), "\"invalid\"".into()));
        }),
        Fault::new(
            "echo",
            "quotes the refused grant type in its description",
            Deviation::Answers(|request, response| {
                let grant = request.form().get("grant_type").unwrap_or_default().to_owned();
                refusals(request, response, |response| {
                    let description = format!("the grant type {grant} is not supported");
                    response.edit_object(|object| _ = object.insert("error_description".into(), description.into()));
                });
            }),
        ),
        refusal_fault!("uri", "has a URI with a space", |response| {
            response.edit_object(|object| _ = object.insert("error_uri".into(), "https://a.example/an error".into()));
        }),
    ],
    run: |probe| Box::pin(run(probe)),
};

const PROVOKING: &str = "x_\"quoted\"\\\u{e9}";

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let (mut errors, mut reported) = (0, Vec::new());
    for parameter in ["grant_type", "scope", "resource"] {
        let answer = probe.near_miss(probe.request().set(parameter, PROVOKING)).await?;
        errors += usize::from(matches!(answer.kind, Kind::Refusal { .. }));
        for (statement, actual) in illegal(&answer.reply.response) {
            if !reported.contains(&statement) {
                probe.broken(statement, None, "none but the allowed characters", &actual, answer.reply.exchange);
                reported.push(statement);
            }
        }
    }
    if errors == 0 {
        return Err(Stop::Inconclusive("no error response came back that could be judged".into()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use serde_json::json;

    #[tokio::test]
    async fn canned_replies() {
        let error = |name: &str, value: &str| {
            let mut response = refusal(400, "invalid_request");
            response.edit_object(|object| _ = object.insert(name.into(), json!(value)));
            response
        };
        for (reply, verdict) in [
            (error("error_description", "It's not 100 % right; see #3."), "pass"),
            (error("error_description", "not \"x\""), "fail must RFC6749-5.2-24"),
            (error("error_description", "line\nbreak"), "fail must RFC6749-5.2-24"),
            (error("error", "caf\u{e9}"), "fail must RFC6749-5.2-23"),
            (error("error_uri", "https://a.example/b"), "pass"),
            (error("error_uri", "https://a.example/b c"), "fail must RFC6749-5.2-25"),
            (page(403), "inconclusive"),
            (busy(429), "inconclusive"),
        ] {
            let case = |request: &Request| request.form().iter().any(|(_, value)| value == PROVOKING);
            assert_eq!(verdict_on(&CHECK, case, &reply).await, verdict);
        }
    }
    /// A server that quotes only what it cannot resolve.
    #[tokio::test]
    async fn each_parameter_is_provoked() {
        for parameter in ["grant_type", "scope", "resource"] {
            let server = canned(move |request| {
                let form = request.form();
                let value = form.get(parameter).filter(|value| *value == PROVOKING)?;
                let mut response = refusal(400, "invalid_request");
                response.edit_object(|object| _ = object.insert("error_description".into(), json!(value)));
                Some(response)
            });
            assert_eq!(server.verdict(&CHECK).await, "fail must RFC6749-5.2-24", "{parameter}");
        }
    }
}
