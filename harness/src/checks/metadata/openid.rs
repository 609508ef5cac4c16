//! The two metadata documents of a server agree.
//!
//! **Sent.** A GET of the standard place, and of OpenID's, if there is a document too.
//!
//! **Demanded.** Every member that both documents have is equal, the order of arrays aside (RFC 9068 §4).
//!
//! **Why it matters.** Some clients read the one, some the other.
//!
//! **The attack.** Keys that stand in one place only are the ones that were not rotated.
//!
//! **How servers went wrong.** Two documents from two modules of one product, each with its own idea of the
//! algorithms.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "metadata/openid",
    source: include_str!("openid.rs"),
    statements: &["RFC9068-4-02"],
    needs: &[Need::Metadata],
    faults: &[Fault::new(
        "other-keys",
        "names other keys in the second document",
        Deviation::Answers(|request, response| {
            if request.path() == "/.well-known/openid-configuration" {
                let issuer = request.base();
                let members = json!({"issuer": issuer, "jwks_uri": format!("{issuer}/other-keys")});
                *response = Response::json(200, &members);
            }
        }),
    )
    .of("D28")],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let found = metadata(probe)?;
    let other = match found.uri.split_once("/.well-known/oauth-authorization-server") {
        Some((host, path)) => format!("{host}/.well-known/openid-configuration{path}"),
        None => return Err(Stop::NotApplicable("there is only the document at OpenID's place".into())),
    };
    let reply = probe.send(&Request::get(&other)).await?;
    let Some(second) = reply.response.object().filter(|_| reply.response.status == 200) else {
        return Err(Stop::NotApplicable("there is only one document".into()));
    };
    let sorted = |value: &Value| match value {
        Value::Array(several) => {
            let mut texts: Vec<_> = several.iter().map(Value::to_string).collect();
            texts.sort();
            json!(texts)
        }
        other => other.clone(),
    };
    for (name, value) in &found.members {
        let Some(twin) = second.get(name).filter(|twin| sorted(twin) != sorted(value)) else { continue };
        let (expected, actual) = (format!("`{name}`: {value}"), format!("`{name}`: {twin}"));
        probe.broken("RFC9068-4-02", None, &expected, &actual, reply.exchange);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    async fn verdict(second: Option<Value>) -> String {
        let server = canned(move |request| {
            let first = document(&json!({"scopes_supported": ["a", "b"]}));
            let document = match request.path() {
                WELL_KNOWN => first,
                "/.well-known/openid-configuration" => second.clone()?,
                _ => return None,
            };
            let text = document.to_string().replace("BASE", &base(request));
            Some(Response::json(200, &serde_json::from_str(&text).unwrap()))
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        assert_eq!(verdict(Some(json!({"scopes_supported": ["b", "a"], "claims_supported": []}))).await, "pass");
        assert_eq!(verdict(Some(json!({"scopes_supported": ["a"]}))).await, "fail must RFC9068-4-02");
        assert_eq!(verdict(None).await, "skip");
    }
}
