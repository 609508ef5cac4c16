//! Ids that cannot be ids are unknown clients, and no crash.
//!
//! **Sent.** Client ids that nobody has: the client's own in other case, with control characters, with letters
//! beyond ASCII, and of four thousand letters; in the body and by Basic. Then random ones with reserved characters.
//!
//! **Demanded.** `invalid_client` or `invalid_request` (RFC 6749 §1.9 and appendix A.1). A token for the other case
//! is a warning: some products read ids as UUIDs.
//!
//! **Why it matters.** Ids are the keys of databases, caches and logs.
//!
//! **The attack.** A NUL in an id ends it in one layer and not in the next.
//!
//! **How servers went wrong.** A NUL octet made a database answer with an error, and the server with 500.

use crate::checks::prelude::*;
use crate::property::{falsify_few, reserved_credentials};

pub(crate) const CHECK: Check = Check {
    id: "client-authentication/strange-ids",
    source: include_str!("strange_ids.rs"),
    statements: &["RFC6749-1.9-01", "RFC6749-A.1-01"],
    needs: &[],
    faults: &[
        Fault::new(
            "server-error",
            "answers 500 to a NUL in an id",
            Deviation::Answers(|request, response| {
                if request.path() == "/token" && request.form().get("client_id").is_some_and(|id| id.contains('\0')) {
                    *response = Response::empty(500);
                }
            }),
        ),
        Fault::new(
            "quotes",
            "answers 500 to quotes and backslashes in an id",
            Deviation::Answers(|request, response| {
                let id = basic_id(request.fields.get("Authorization").unwrap_or_default());
                if request.path() == "/token" && id.is_some_and(|id| id.contains(['\\', '"', '\''])) {
                    *response = Response::empty(500);
                }
            }),
        ),
        Fault::warning(
            "case-blind",
            "reads ids without case",
            Deviation::Reads(|request, registry| {
                let named = basic_pair(request.fields.get("Authorization").unwrap_or_default());
                let found = named.and_then(|(id, secret)| {
                    registry.all().iter().find(|client| client.id.eq_ignore_ascii_case(&id) && client.secret == secret)
                });
                if let Some(client) = found {
                    request
                        .fields
                        .set("Authorization", basic_authorization(client.id, client.secret, BasicEncoding::Form));
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const STRANGE: Refusal = Refusal {
    statement: "RFC6749-A.1-01",
    codes: &["invalid_client", "invalid_request"],
    tolerated: &["unauthorized_client"],
    token: None,
};

/// Longer than any id, and short enough for the field of a header, octets.
const LONG: usize = 4000;

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let client = &probe.target.client;
    let secret = || secrecy::SecretString::from("countersign-no-secret".to_owned());
    for id in ["counter\0sign", "counter\r\nsign", "c\u{f6}untersign\u{2003}", &"x".repeat(LONG)] {
        let body = probe.request().authenticated(Credentials::Post(id.to_owned(), secret()));
        let header = Credentials::Basic(id.to_owned(), secret(), BasicEncoding::Form);
        all_refused(probe, [body, probe.request().authenticated(header)], &STRANGE).await?;
    }
    falsify_few(probe, &reserved_credentials(), async |probe, (id, secret)| {
        let credentials = Credentials::Basic(id, secret.into(), BasicEncoding::Form);
        let answer = probe.attempt(probe.request().authenticated(credentials)).await?;
        Ok(probe.unless_refused(&answer, &STRANGE))
    })
    .await?;
    let swap = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    let swapped: String = client.id.chars().map(swap).collect();
    let Some(own) = client.secret.clone().filter(|_| swapped != client.id) else {
        let reason = "the client has no secret, or no letter in its id";
        probe.leave("RFC6749-1.9-01", Stop::NotApplicable(reason.into()));
        return Ok(());
    };
    let credentials = Credentials::Basic(swapped, own, client.basic_encoding);
    let answer = probe.near_miss(probe.request().authenticated(credentials)).await?;
    let refusal = Refusal { statement: "RFC6749-1.9-01", token: Some(Level::Should), ..STRANGE };
    probe.judge(&answer, &refusal);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    async fn verdict(strange: Response, swapped: Response) -> String {
        let server = canned(move |request| {
            let header = basic_id(request.fields.get("Authorization").unwrap_or_default());
            let id = header.or_else(|| request.form().get("client_id").map(str::to_owned))?;
            match id.as_str() {
                "job" => None,
                "JOB" => Some(swapped.clone()),
                _ => Some(strange.clone()),
            }
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        let no = || refusal(401, "invalid_client");
        assert_eq!(verdict(no(), no()).await, "pass");
        assert_eq!(verdict(refusal(400, "invalid_request"), no()).await, "pass");
        assert_eq!(verdict(no(), token()).await, "fail should RFC6749-1.9-01");
        assert_eq!(verdict(token(), no()).await, "fail must RFC6749-A.1-01");
        assert_eq!(verdict(page(500), no()).await, "fail must RFC6749-A.1-01");
        assert_eq!(verdict(busy(503), no()).await, "inconclusive");
    }
}
