//! There is no document for an issuer that does not exist.
//!
//! **Sent.** A GET of the standard place for an issuer with a path that nobody has; then for some random neighbours of the
//! issuer at hand: a segment or two below it, or beside it.
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
use crate::property::{falsify_few, neighbours};
use crate::wire::Address;

pub(crate) const CHECK: Check = Check {
    id: "metadata/unknown-issuer",
    source: include_str!("unknown_issuer.rs"),
    statements: &["HARNESS-15"],
    needs: &[Need::Metadata],
    faults: &[
        Fault::warning("catch-all", "answers for every issuer", Deviation::Reads(|request, _| catch(request, 0))),
        Fault::warning(
            "behind-the-tenants",
            "knows its tenants by one segment, and answers for every path of several",
            Deviation::Reads(|request, _| catch(request, 2)),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

/// For faults: the document of the one issuer stands for every path of so many segments or more.
fn catch(request: &mut Request, segments: usize) {
    let Some(path) = request.path().strip_prefix(PLACE) else { return };
    if path.matches('/').count() >= segments {
        request.uri = format!("{}{PLACE}", request.base());
    }
}

/// RFC 8414 §3.
const PLACE: &str = "/.well-known/oauth-authorization-server";
const PATH: &str = "x-countersign-nobody";

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let issuer = metadata(probe)?.members.get("issuer").and_then(Value::as_str).unwrap_or_default();
    let own = Address::read(issuer).ok_or_else(|| Stop::NotApplicable("the issuer is no URL".into()))?;
    let nobody = Address { path: format!("/{PATH}"), rest: String::new(), ..own };
    let finding = spoken_for(probe, &nobody.to_string()).await?;
    probe.record(finding);
    if probe.findings.is_empty() {
        falsify_few(probe, &neighbours(issuer), async |probe, nobody| spoken_for(probe, &nobody).await).await?;
    }
    // No document is right only of a server that still is the one that we know.
    probe.control().await?;
    Ok(())
}

/// The finding, if the place of this issuer, which does not exist, has the document of another one.
async fn spoken_for(probe: &mut Probe<'_>, nobody: &str) -> Result<Option<Finding>, Stop> {
    let Some(mut place) = Address::read(nobody) else { return Ok(None) };
    place.path.insert_str(0, PLACE);
    let reply = probe.send(&Request::get(&place.to_string())).await?;
    let named = reply.response.text("issuer").filter(|named| reply.response.status == 200 && *named != nobody);
    let expected = "no document for an issuer that does not exist";
    let actual = named.map(|named| format!("one that says `issuer`: {named}"));
    Ok(actual.map(|actual| probe.finding("HARNESS-15", None, expected, &actual, reply.exchange)))
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
