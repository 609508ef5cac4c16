//! A token that was asked for with a resource is for that resource.
//!
//! **Sent.** The request that works with the `resource` of [target].
//!
//! **Demanded.** `aud`, by the token or by introspection, is the resource, or has it among few (RFC 8707 §2, RFC
//! 9068 §3, for tokens of that profile). Another value that stands for it is a warning. Without the parameter a token
//! or `invalid_target` comes (§2.1).
//!
//! **Why it matters.** The resource server compares `aud` with its own name.
//!
//! **The attack.** A token for one API is good for all of them.
//!
//! **How servers went wrong.** The parameter is taken, and `aud` is what it always was.

use super::audience;
use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "resource/audience",
    source: include_str!("audience.rs"),
    statements: &["RFC8707-2-10", "RFC9068-3-01", "RFC8707-2.1-01"],
    needs: &[Need::Resource],
    faults: &[
        Fault {
            level: Level::Should,
            ..token_fault!("ignored", "has another audience than was asked for", |_, claims| {
                claims.insert("aud".into(), "everything".into());
            })
        },
        Fault::note(
            "demanded",
            "calls a request without a resource malformed",
            Deviation::Reads(|request, _| {
                if request.path() == "/token" && request.form().count("resource") == 0 {
                    request.edit_form(|form| form.remove("grant_type"));
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let Some(resource) = probe.target.resource.clone() else { return Ok(()) };
    let answer = probe.control().await?;
    let (Some(grant), exchange) = (answer.grant(), answer.reply.exchange) else { return Ok(()) };
    let Some(named) = audience(probe, grant).await? else {
        return Err(Stop::NotApplicable("the token is opaque, and introspection tells no `aud`".into()));
    };
    let (expected, actual) = (format!("`aud`: {resource}"), format!("`aud`: {}", named.join(", ")));
    let holds = named.contains(&resource);
    probe.demand(holds, "RFC8707-2-10", &expected, &actual, exchange);
    match jwt(grant).and_then(|jwt| held_to_profile(probe, &jwt)) {
        Ok(()) => probe.demand(holds, "RFC9068-3-01", &expected, &actual, exchange),
        Err(reason) => probe.leave("RFC9068-3-01", reason),
    }
    let without = probe.near_miss(probe.request().without("resource")).await?;
    let asked = matches!(&without.kind, Kind::Refusal { error } if error == "invalid_target");
    if without.grant().is_none() && !asked {
        let (described, exchange) = (without.describe(), without.reply.exchange);
        probe.broken("RFC8707-2.1-01", None, "a token, or error=invalid_target", &described, exchange);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Status;
    use crate::testing::*;

    async fn verdict(aud: Value, without: Response) -> String {
        let mut server = canned(move |request| {
            let named = request.form().count("resource") > 0;
            let reply = if named { jwt_token(&json!({}), &json!({"aud": aud})) } else { without.clone() };
            (request.path() == "/token").then_some(reply)
        });
        server.edit = |config| config.target.resource = Some("https://api.example".into());
        server.verdict(&CHECK).await
    }

    /// RFC 9068 speaks of its own tokens, RFC 8707 of all.
    #[tokio::test]
    async fn the_audience_of_another_profile_is_no_matter_of_rfc_9068() {
        for (typ, status) in [("at+jwt", Status::Broken), ("JWT", Status::NotApplicable)] {
            let token = jwt_token(&json!({"typ": typ}), &json!({"aud": "api"}));
            let mut server = canned(move |request| (request.path() == "/token").then(|| token.clone()));
            server.edit = |config| config.target.resource = Some("https://api.example".into());
            assert_eq!(server.status(&CHECK, "RFC9068-3-01").await, status, "{typ}");
            assert_eq!(server.status(&CHECK, "RFC8707-2-10").await, Status::Broken, "{typ}");
        }
    }

    #[tokio::test]
    async fn canned_replies() {
        assert_eq!(verdict(json!("https://api.example"), token()).await, "pass");
        assert_eq!(verdict(json!(["https://api.example", "b"]), refusal(400, "invalid_target")).await, "pass");
        assert_eq!(verdict(json!("api"), token()).await, "fail should RFC8707-2-10");
        assert_eq!(
            verdict(json!("https://api.example"), refusal(400, "invalid_request")).await,
            "fail may RFC8707-2.1-01"
        );
        assert_eq!(verdict(json!("https://api.example"), busy(503)).await, "inconclusive");
        assert_eq!(canned(|_| None).verdict(&CHECK).await, "skip");
    }
}
