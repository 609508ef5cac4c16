//! Introspection is asked by POST.
//!
//! **Sent.** A GET of the introspection endpoint with a string in its query that is no token.
//!
//! **Demanded.** Anything but an answer: 405 is best (RFC 7662 §2.1 and §4). An answer is a note.
//!
//! **Why it matters.** What a GET carries ends in logs, histories and caches.
//!
//! **The attack.** A token in the query of a resource server's request stands in the log of everything between.
//!
//! **How servers went wrong.** Frameworks that give every route both methods.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "introspection/post-only",
    source: include_str!("post_only.rs"),
    statements: &["RFC7662-4-13"],
    needs: &[Need::Introspection],
    faults: &[Fault::note(
        "get",
        "answers GET too",
        Deviation::Reads(|request, _| {
            if request.path() == "/introspect" && request.method == "GET" {
                "POST".clone_into(&mut request.method);
                request.set_form(&request.query());
                request.fields.set("Content-Type", Form::MEDIA_TYPE);
            }
        }),
    )],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let Some(endpoint) = probe.target.introspection_endpoint.clone() else { return Ok(()) };
    let mut request = probe.ask(&endpoint, "token", "countersign-no-token").to_request();
    if request.fields.get("Authorization").is_none() {
        return Err(Stop::Skip("the credentials of this client would stand in the URI".into()));
    }
    "GET".clone_into(&mut request.method);
    request.fields.remove("Content-Type");
    request.body.clear();
    let mark = if request.uri.contains('?') { '&' } else { '?' };
    request.uri = format!("{endpoint}{mark}token=countersign-no-token");
    let reply = probe.send(&request).await?;
    let told = reply.response.object().is_some_and(|body| body.contains_key("active"));
    let answered = told && reply.response.status == 200;
    probe.demand(!answered, "RFC7662-4-13", "no answer to GET", "`active`", reply.exchange);
    // A page of something in front of the server would be no answer either.
    probe.control().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        for (reply, expected) in [
            (Response::empty(405), "pass"),
            (refusal(400, "invalid_request"), "pass"),
            (Response::json(200, &json!({"active": false})), "fail may RFC7662-4-13"),
            (busy(503), "inconclusive"),
        ] {
            let server = canned(move |request| (request.path() == "/introspect").then(|| reply.clone()));
            assert_eq!(server.verdict(&CHECK).await, expected);
        }
    }
}
