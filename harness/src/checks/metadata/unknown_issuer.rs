//! There is no document for an issuer that does not exist.
//!
//! **Sent.** A GET of the standard place for an issuer with a path that nobody has.
//!
//! **Demanded.** Anything but a document that speaks for another issuer than the one that was asked for (RFC 8414
//! §3.3).
//!
//! **Why it matters.** A client that is told a wrong issuer notices only if it compares.
//!
//! **The attack.** A catch-all document gives any path of the host the look of an issuer.
//!
//! **How servers went wrong.** Single-page applications that answer every path, and hosts with many tenants and a
//! default.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "metadata/unknown-issuer",
    source: include_str!("unknown_issuer.rs"),
    statements: &["HARNESS-15"],
    needs: &[Need::Metadata],
    faults: &[Fault::warning(
        "catch-all",
        "answers for every issuer",
        Deviation::Reads(|request, _| {
            if request.path().starts_with("/.well-known/oauth-authorization-server") {
                request.uri = format!("https://reference.example{}", "/.well-known/oauth-authorization-server");
            }
        }),
    )],
    run: |probe| Box::pin(run(probe)),
};

const PATH: &str = "x-countersign-nobody";

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let issuer = metadata(probe)?.members.get("issuer").and_then(Value::as_str).unwrap_or_default();
    let host: Vec<_> = issuer.split('/').take(3).collect();
    let host = host.join("/");
    let reply = probe.send(&Request::get(&format!("{host}/.well-known/oauth-authorization-server/{PATH}"))).await?;
    let named = reply.response.text("issuer").filter(|_| reply.response.status == 200);
    if let Some(named) = named.filter(|named| *named != format!("{host}/{PATH}")) {
        let expected = "no document for an issuer that does not exist";
        probe.broken("HARNESS-15", None, expected, &format!("one that says `issuer`: {named}"), reply.exchange);
    }
    // No document is right only of a server that still is the one that we know.
    probe.control().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        let verdict = async |catches: bool| {
            let server = canned(move |request| {
                let value =
                    serde_json::from_str(&document(&json!({})).to_string().replace("BASE", &base(request))).unwrap();
                (request.path() == WELL_KNOWN || catches)
                    .then(|| Response::json(200, &value))
                    .filter(|_| request.path().starts_with(WELL_KNOWN))
            });
            server.verdict(&CHECK).await
        };
        assert_eq!(verdict(false).await, "pass");
        assert_eq!(verdict(true).await, "fail should HARNESS-15");
    }
}
