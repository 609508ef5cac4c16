//! Every endpoint that the metadata names is reached over TLS.
//!
//! **Sent.** A GET of the metadata.
//!
//! **Demanded.** Each `…_endpoint` and `…_uri` begins with https (RFC 7009 §2 for revocation, the draft of OAuth
//! 2.1 §1.5 for all); on loopback http is passed over, and so are the pages for people, `op_policy_uri` and
//! `op_tos_uri`.
//!
//! **Why it matters.** A client goes where the document sends it, with its secret.
//!
//! **The attack.** Whoever is on the path reads the secret and the token.
//!
//! **How servers went wrong.** Servers behind a gateway that ends TLS build their own addresses with http.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "metadata/https",
    source: include_str!("https.rs"),
    statements: &["OA21-1.5-01", "RFC7009-2-02"],
    needs: &[Need::Metadata],
    faults: &[
        document_fault!(
            "/.well-known/oauth-authorization-server",
            "revocation",
            "names its revocation endpoint with http",
            |object| {
                object.insert("revocation_endpoint".into(), "http://reference.example/revoke".into());
            }
        ),
        Fault::note(
            "registration",
            "names another endpoint with http",
            Deviation::Answers(|request, response| {
                if request.path() == "/.well-known/oauth-authorization-server" {
                    response.edit_object(|object| {
                        object.insert("registration_endpoint".into(), "http://reference.example/register".into());
                    });
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

/// Pages that a person reads (RFC 8414 §2): no client sends anything there.
const FOR_PEOPLE: [&str; 2] = ["op_policy_uri", "op_tos_uri"];

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let metadata = metadata(probe)?;
    let exchange = probe.send(&Request::get(&metadata.uri)).await?.exchange;
    for (name, value) in &metadata.members {
        let reached = (name.ends_with("_endpoint") || name.ends_with("_uri")) && !FOR_PEOPLE.contains(&name.as_str());
        let Some(uri) = value.as_str().filter(|_| reached) else { continue };
        if !uri.starts_with("https://") && !is_loopback(uri) {
            let statement = if name == "revocation_endpoint" { "RFC7009-2-02" } else { "OA21-1.5-01" };
            probe.broken(statement, None, "an https URI", &format!("`{name}`: {uri}"), exchange);
        }
    }
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
            (json!({"registration_endpoint": "https://a.example/r", "op_policy": "http://a.example"}), "pass"),
            (json!({"op_policy_uri": "http://a.example/privacy", "op_tos_uri": "http://a.example/terms"}), "pass"),
            (json!({"registration_endpoint": "http://a.example/r"}), "fail may OA21-1.5-01"),
            (json!({"revocation_endpoint": "http://a.example/r"}), "fail must RFC7009-2-02"),
        ] {
            assert_eq!(verdict_on_document(&CHECK, WELL_KNOWN, &document(&members)).await, verdict, "{members}");
        }
    }

    #[tokio::test]
    async fn without_a_document_there_is_no_verdict() {
        assert_eq!(canned(|_| None).verdict(&CHECK).await, "skip");
    }
}
