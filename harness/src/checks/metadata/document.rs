//! The metadata is a JSON document at its standard place.
//!
//! **Sent.** A GET of the standard place below `/.well-known/`.
//!
//! **Demanded.** Status 200 and `application/json` at the place that RFC 8414 §3 derives from the issuer, a path
//! after the well-known part; no member that is an empty array (§3.2), which is a warning where it is required and
//! has nothing to say (§2). A server that only has OpenID's place gets a warning. What the document names is also held against the snapshot of an earlier run.
//!
//! **Why it matters.** Clients find everything else through this document.
//!
//! **The attack.** Where clients must be told endpoints by hand, somebody will be told the wrong ones.
//!
//! **How servers went wrong.** OpenID's place alone; `text/plain`; empty arrays for what the server does not do.

use super::{fetch, redirects};
use crate::checks::prelude::*;
use crate::checks::shape;

pub(crate) const CHECK: Check = Check {
    id: "metadata/document",
    source: include_str!("document.rs"),
    statements: &["RFC8414-3-01", "RFC8414-3.1-01", "RFC8414-3.2-01", "RFC8414-3.2-02"],
    needs: &[Need::Metadata],
    faults: &[
        document_fault!("/.well-known/oauth-authorization-server", "empty-array", "has an empty array", |object| {
            object.insert("ui_locales_supported".into(), json!([]));
        }),
        Fault::new(
            "text",
            "says that the document is text",
            Deviation::Answers(|request, response| {
                if request.path() == "/.well-known/oauth-authorization-server" {
                    response.fields.set("Content-Type", "text/plain");
                }
            }),
        ),
        Fault::warning(
            "other-place",
            "has the document at the place of OpenID alone",
            Deviation::Reads(|request, _| {
                let other = match request.path() {
                    "/.well-known/oauth-authorization-server" => "/nowhere",
                    "/.well-known/openid-configuration" => "/.well-known/oauth-authorization-server",
                    _ => return,
                };
                request.uri = format!("{}{other}", request.base());
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let found = metadata(probe)?;
    let reply = fetch(probe, &found.uri).await?;
    let (response, exchange) = (&reply.response, reply.exchange);
    let described = response.describe();
    let standard = found.uri.contains("/.well-known/oauth-authorization-server");
    let inserted = found.uri.split('/').nth(3) == Some(".well-known");
    if !standard {
        let expected = "the document at /.well-known/oauth-authorization-server";
        probe.broken("RFC8414-3-01", Some(Level::Should), expected, &found.uri, exchange);
    } else if !inserted {
        let expected = "the well-known part between host and path of the issuer";
        probe.broken("RFC8414-3.1-01", None, expected, &found.uri, exchange);
    }
    let json = response.media_type().as_deref() == Some("application/json");
    probe.demand(json, "RFC8414-3.2-01", "status 200 and application/json", &described, exchange);
    let empty = |(_, value): &(&String, &Value)| value.as_array().is_some_and(Vec::is_empty);
    let names: Vec<_> = found.members.iter().filter(empty).map(|(name, _)| name.as_str()).collect();
    if !names.is_empty() {
        // `response_types_supported` is required (RFC 8414 §2), also where no grant has any.
        let dilemma = names == ["response_types_supported"] && !redirects(&found.members);
        let actual = format!("`{}`: []", names.join("` and `"));
        probe.broken("RFC8414-3.2-02", dilemma.then_some(Level::Should), "what is empty, left out", &actual, exchange);
    }
    let members = response.object().unwrap_or_default();
    probe.follow(&[vec![shape::head(response)], shape::members(&members)].concat().join("\n"), exchange);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        for (members, verdict) in [
            (json!({}), "pass"),
            (json!({"ui_locales_supported": []}), "fail must RFC8414-3.2-02"),
            (json!({"response_types_supported": []}), "fail should RFC8414-3.2-02"),
            (
                json!({"response_types_supported": [], "grant_types_supported": ["authorization_code"]}),
                "fail must RFC8414-3.2-02",
            ),
        ] {
            assert_eq!(verdict_on_document(&CHECK, WELL_KNOWN, &document(&members)).await, verdict, "{members}");
        }
    }

    /// RFC 8414 §3.1 puts the well-known part before the path of the issuer.
    #[tokio::test]
    async fn the_document_of_a_tenant_has_its_place() {
        for (place, verdict) in [
            ("/.well-known/oauth-authorization-server/tenant", "pass"),
            ("/tenant/.well-known/oauth-authorization-server", "fail must RFC8414-3.1-01"),
        ] {
            let text = document(&json!({"issuer": "BASE/tenant"})).to_string();
            let mut server = canned(move |request| {
                let value = serde_json::from_str(&text.replace("BASE", &base(request))).unwrap();
                (request.path() == place).then(|| Response::json(200, &value))
            });
            server.edit = |config| config.target.issuer.as_mut().unwrap().as_mut().push_str("/tenant");
            assert_eq!(server.verdict(&CHECK).await, verdict, "{place}");
        }
    }

    #[tokio::test]
    async fn without_a_document_there_is_no_verdict() {
        assert_eq!(canned(|_| None).verdict(&CHECK).await, "skip");
    }
}
