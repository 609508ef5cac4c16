//! The metadata announces the grant that works.
//!
//! **Sent.** A GET of the metadata, and the request that works.
//!
//! **Demanded.** `grant_types_supported` names `client_credentials`; without the list the default is another one
//! (RFC 8414 §2), which is a warning.
//!
//! **Why it matters.** Clients and their registration follow the list.
//!
//! **The attack.** A grant that is not announced is one that nobody watches.
//!
//! **How servers went wrong.** The list is left out, and then means the grants for people.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "grant-type/announced",
    source: include_str!("announced.rs"),
    statements: &["RFC8414-2-10"],
    needs: &[Need::Metadata],
    faults: &[
        document_fault!(
            "/.well-known/oauth-authorization-server",
            "unannounced",
            "announces another grant",
            |object| {
                object.insert("grant_types_supported".into(), json!(["authorization_code"]));
            }
        ),
        Fault::warning(
            "no-list",
            "leaves the list out",
            Deviation::Answers(|request, response| {
                if request.path() == "/.well-known/oauth-authorization-server" {
                    response.edit_object(|object| _ = object.remove("grant_types_supported"));
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let metadata = metadata(probe)?;
    let exchange = probe.send(&Request::get(&metadata.uri)).await?.exchange;
    let statement = "RFC8414-2-10";
    let expected = "`grant_types_supported` with client_credentials";
    match strings(&metadata.members, "grant_types_supported") {
        None => probe.broken(statement, Some(Level::Should), expected, "no list", exchange),
        Some(listed) => {
            let actual = listed.join(", ");
            probe.demand(listed.contains(&"client_credentials"), statement, expected, &actual, exchange);
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
            (json!({"grant_types_supported": null}), "fail should RFC8414-2-10"),
            (json!({"grant_types_supported": ["implicit"]}), "fail must RFC8414-2-10"),
        ] {
            assert_eq!(verdict_on_document(&CHECK, WELL_KNOWN, &document(&members)).await, verdict);
        }
        assert_eq!(canned(|_| None).verdict(&CHECK).await, "skip");
    }
}
