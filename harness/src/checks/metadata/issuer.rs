//! The issuer that the metadata names is the one that it was looked up for.
//!
//! **Sent.** A GET of the metadata.
//!
//! **Demanded.** `issuer` is, letter by letter, the identifier that the place was derived from: an https URL
//! without query and fragment (RFC 8414 §2 and §3.3).
//!
//! **Why it matters.** Tokens are accepted by comparing this very string.
//!
//! **The attack.** A document that speaks for another issuer sends clients, with their secrets, to endpoints that
//! are not the issuer's.
//!
//! **How servers went wrong.** A slash at the end in one place and not in the other; `localhost` here and
//! `127.0.0.1` there.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "metadata/issuer",
    source: include_str!("issuer.rs"),
    statements: &["RFC8414-3.3-01", "RFC8414-2-30"],
    needs: &[],
    faults: &[
        document_fault!(
            "/.well-known/oauth-authorization-server",
            "slash",
            "writes its name with a slash at the end",
            |object| {
                let issuer = object.get("issuer").and_then(Value::as_str).unwrap_or_default();
                object.insert("issuer".into(), format!("{issuer}/").into());
            }
        ),
        document_fault!("/.well-known/oauth-authorization-server", "query", "has a query in its name", |object| {
            let issuer = object.get("issuer").and_then(Value::as_str).unwrap_or_default();
            object.insert("issuer".into(), format!("{issuer}?tenant=1").into());
        }),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let (Some(metadata), Some(issuer)) = (&probe.target.metadata, &probe.target.issuer) else {
        return Err(Stop::NotApplicable("the server publishes no metadata, or [target] names no `issuer`".into()));
    };
    let reply = probe.send(&Request::get(&metadata.uri)).await?;
    let published = metadata.members.get("issuer").and_then(Value::as_str).unwrap_or("no string");
    let actual = format!("`issuer`: {published}");
    let expected = format!("`issuer`: {issuer}");
    probe.demand(published == issuer, "RFC8414-3.3-01", &expected, &actual, reply.exchange);
    let secure = published.starts_with("https://") || is_loopback(published);
    let plain = !published.contains(['?', '#']);
    probe.demand(secure && plain, "RFC8414-2-30", "an https URL without query and fragment", &actual, reply.exchange);
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
            (json!({"issuer": "BASE/"}), "fail must RFC8414-3.3-01"),
            (json!({"issuer": "https://other.example"}), "fail must RFC8414-3.3-01"),
            (json!({"issuer": "BASE#a"}), "fail must RFC8414-3.3-01"),
        ] {
            assert_eq!(verdict_on_document(&CHECK, WELL_KNOWN, &document(&members)).await, verdict, "{members}");
        }
    }

    #[tokio::test]
    async fn without_a_document_there_is_no_verdict() {
        assert_eq!(canned(|_| None).verdict(&CHECK).await, "skip");
    }
}
