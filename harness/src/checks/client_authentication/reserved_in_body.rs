//! Credentials in the body are decoded once, and compared whole.
//!
//! **Sent.** The request of `[companion.reserved_characters]` with its credentials in the body: escaped as a form,
//! and escaped twice; by Basic with what stands before the first colon of its secret.
//!
//! **Demanded.** A token for the first, `invalid_client` for the others (RFC 6749 §2.3.1, RFC 7617 §2). Where
//! credentials in the body are not supported, that part is not judged.
//!
//! **Why it matters.** Decoding twice makes two secrets out of one; splitting at the wrong colon makes a short one.
//!
//! **The attack.** Half a secret is quicker to guess.
//!
//! **How servers went wrong.** A secret with a colon is cut in two, and only the first part compared.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "client-authentication/reserved-in-body",
    source: include_str!("reserved_in_body.rs"),
    statements: &["RFC6749-2.3.1-07", "RFC7617-2-01"],
    needs: &[Need::ReservedCharacters],
    faults: &[
        Fault::new(
            "decodes-twice",
            "decodes the body twice",
            Deviation::Reads(|request, _| {
                if request
                    .form()
                    .get("client_secret")
                    .is_some_and(|secret| secret.contains("%20") || secret.contains("%2B"))
                {
                    let twice = Form::parse(
                        format!("v={}", request.form().get("client_secret").unwrap_or_default()).as_bytes(),
                    );
                    let secret = twice.get("v").unwrap_or_default().to_owned();
                    request.edit_form(|form| form.set("client_secret", secret));
                }
            }),
        ),
        Fault::new(
            "second-colon",
            "compares what stands before the second colon",
            Deviation::Reads(|request, registry| {
                let Some((id, secret)) = basic_pair(request.fields.get("Authorization").unwrap_or_default()) else {
                    return;
                };
                let cut = |client: &&'static Registered| {
                    client.secret.contains(':') && client.secret.split(':').next() == Some(&secret)
                };
                if let Some(client) = registry.find(&id).filter(cut) {
                    authenticate_as(request, client);
                }
            }),
        )
        .of("D05"),
        Fault::new(
            "not-decoded",
            "does not decode plus signs in the body",
            Deviation::Reads(|request, _| {
                if request.form().get("client_secret").is_some_and(|secret| secret.contains(' ')) {
                    let secret = request.form().get("client_secret").unwrap_or_default().replace(' ', "+");
                    request.edit_form(|form| form.set("client_secret", secret));
                }
            }),
        )
        .of("D04"),
    ],
    run: |probe| Box::pin(run(probe)),
};

const TWICE: Refusal = Refusal {
    statement: "RFC6749-2.3.1-07",
    codes: &["invalid_client"],
    tolerated: &["invalid_request"],
    token: Some(Level::Must),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let client = probe.companion(Role::ReservedCharacters)?;
    let Some(secret) = client.secret.clone() else {
        return Err(Stop::Skip("[companion.reserved_characters] has no secret".into()));
    };
    works(probe, &probe.request_of(client), Role::ReservedCharacters).await.map_err(|stop| {
        stop.map(|reason| format!("{reason}; name the `basic_encoding` that the server understands"))
    })?;
    let main = &probe.target.client;
    let plain =
        main.secret.clone().map(|secret| probe.request().authenticated(Credentials::Post(main.id.clone(), secret)));
    let supported = match plain {
        Some(request) => {
            probe.near_miss(Attempt::from(request.to_request()).fails_authentication()).await?.grant().is_some()
        }
        None => false,
    };
    if supported {
        let once = probe.request_of(client).authenticated(Credentials::Post(client.id.clone(), secret.clone()));
        let answer = probe.near_miss(Attempt::from(once.to_request()).fails_authentication()).await?;
        let (described, exchange) = (answer.describe(), answer.reply.exchange);
        probe.demand(answer.grant().is_some(), "RFC6749-2.3.1-07", "a token", &described, exchange);
        let escaped = BasicEncoding::Percent.encode(secret.expose_secret());
        if escaped != secret.expose_secret() {
            let twice = probe.request_of(client).authenticated(Credentials::Post(client.id.clone(), escaped.into()));
            let answer = probe.near_miss(Attempt::from(twice.to_request()).wrong_secret()).await?;
            probe.judge(&answer, &TWICE);
        }
    } else {
        let reason = "[client] does not get in with its own secret in the body";
        probe.leave("RFC6749-2.3.1-07", Stop::NotApplicable(reason.into()));
    }
    if let Some((start, _)) = secret.expose_secret().split_once(':').filter(|(start, _)| !start.is_empty()) {
        let cut = Credentials::Basic(client.id.clone(), start.to_owned().into(), client.basic_encoding);
        let request = probe.request_of(client).authenticated(cut).to_request();
        let answer = probe.near_miss(Attempt::from(request).wrong_secret()).await?;
        if answer.grant().is_some() {
            let actual = answer.describe();
            probe.broken("RFC7617-2-01", None, "no token for half a secret", &actual, answer.reply.exchange);
        }
    } else {
        let reason = "the secret of [companion.reserved_characters] has no colon after its beginning";
        probe.leave("RFC7617-2-01", Stop::Skip(reason.into()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    async fn verdict(known: fn(&str) -> bool) -> String {
        let server = canned(move |request| {
            let form = request.form();
            let reserved = form.get("client_id") == Some("reserved:job");
            (reserved && !known(form.get("client_secret").unwrap_or_default())).then(|| refusal(401, "invalid_client"))
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        assert_eq!(verdict(|secret| secret == "s3cret +/=&?").await, "pass");
        assert_eq!(verdict(|_| true).await, "fail must RFC6749-2.3.1-07");
        assert_eq!(verdict(|_| false).await, "fail must RFC6749-2.3.1-07");
        let unsupported =
            canned(|request| (request.form().count("client_secret") > 0).then(|| refusal(401, "invalid_client")));
        assert_eq!(unsupported.verdict(&CHECK).await, "pass");
        let busy = canned(|request| (request.form().count("client_secret") > 0).then(|| busy(503)));
        assert_eq!(busy.verdict(&CHECK).await, "inconclusive");
    }
}
