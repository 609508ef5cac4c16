//! A good assertion authenticates the client that signed it.
//!
//! **Sent.** The request of a client with `private_key_jwt`; its assertion without `typ`, with `typ` JWT and with
//! `client-authentication+jwt`; with its own `client_id`, and with that of another client, beside it.
//!
//! **Demanded.** A token, whatever of the three `typ` is, and with or without its own `client_id`; `invalid_client`
//! or `invalid_request` with another's (RFC 7523 §2.2, RFC 7521 §4.2, draft 7523bis §4). The algorithm is one that
//! the metadata names.
//!
//! **Why it matters.** This is the way to authenticate that leaves no secret with the server.
//!
//! **The attack.** An assertion of one client that is taken for another's is a token for the other.
//!
//! **How servers went wrong.** `client_id` is demanded although it is optional; it wins over the assertion.

use super::{asserter, carrying, signed};
use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "assertion/accepted",
    source: include_str!("accepted.rs"),
    statements: &["RFC7523-2.2-01", "RFC7523BIS-4-02", "RFC7521-4.2-02", "RFC8414-2-04"],
    needs: &[Need::PrivateKeyJwt],
    faults: &[
        Fault::new(
            "other-client",
            "takes another client's id beside an assertion",
            Deviation::Sets(|settings| settings.unchecked = Some("client_id")),
        ),
        Fault::warning(
            "unannounced",
            "takes an algorithm that it does not announce",
            Deviation::Answers(|request, response| {
                if request.path().starts_with("/.well-known/") {
                    response.edit_object(|object| {
                        object.insert("token_endpoint_auth_signing_alg_values_supported".into(), json!(["RS256"]));
                    });
                }
            }),
        ),
        Fault::warning(
            "demands-id",
            "demands a client_id beside an assertion",
            Deviation::Reads(|request, _| {
                if request.path() == "/token"
                    && request.form().count("client_assertion") > 0
                    && request.form().count("client_id") == 0
                {
                    request.edit_form(|form| form.remove("client_assertion"));
                }
            }),
        ),
        Fault::note(
            "typ",
            "refuses assertions of the type JWT",
            Deviation::Reads(|request, _| {
                let typed = request
                    .form()
                    .get("client_assertion")
                    .and_then(Jwt::parse)
                    .is_some_and(|jwt| jwt.header.get("typ") == Some(&json!("JWT")));
                if typed {
                    request.edit_form(|form| form.set("client_assertion", "none"));
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let (request, asserter) = asserter(probe)?;
    let plain = probe.attempt(request.clone()).await?;
    let own = signed(probe, &asserter, &|_, _| ());
    let identified = request.clone().with("client_id", &asserter.client_id);
    let named = probe.attempt(carrying(&identified, &own)).await?;
    if plain.grant().is_none() {
        let (described, exchange) = (plain.describe(), plain.reply.exchange);
        if named.grant().is_none() {
            return Err(Stop::Inconclusive(format!("the client with `private_key_jwt` gets no token: {described}")));
        }
        let expected = "a token without `client_id`, which is optional";
        probe.broken("RFC7521-4.2-02", Some(Level::Should), expected, &described, exchange);
    }
    // A server that demands `client_id` is asked the rest with it.
    let usual = if plain.grant().is_some() { &request } else { &identified };
    let (described, exchange) = (named.describe(), named.reply.exchange);
    probe.demand(named.grant().is_some(), "RFC7523-2.2-01", "a token with its own `client_id`", &described, exchange);
    for typ in [None, Some("JWT"), Some("client-authentication+jwt")] {
        let text = signed(probe, &asserter, &|header, _| {
            header.remove("typ");
            header.extend(typ.map(|typ| ("typ".to_owned(), json!(typ))));
        });
        let answer = probe.attempt(carrying(usual, &text)).await?;
        let actual = format!("{} for `typ`: {}", answer.describe(), typ.unwrap_or("none"));
        probe.demand(answer.grant().is_some(), "RFC7523BIS-4-02", "a token", &actual, answer.reply.exchange);
    }
    let text = signed(probe, &asserter, &|_, _| ());
    let other = probe.attempt(carrying(&request, &text).with("client_id", "countersign-nobody")).await?;
    let refused = matches!(&other.kind, Kind::Refusal { error } if ["invalid_client", "invalid_request"].contains(&error.as_str()));
    let (described, exchange) = (other.describe(), other.reply.exchange);
    probe.demand(refused, "RFC7521-4.2-02", "error=invalid_client or invalid_request", &described, exchange);
    let listed = metadata(probe)
        .ok()
        .and_then(|metadata| strings(&metadata.members, "token_endpoint_auth_signing_alg_values_supported"));
    let algorithm = asserter.key.key.algorithm();
    if let Some(listed) = listed.filter(|listed| !listed.contains(&algorithm)) {
        let expected = format!("{algorithm}, which works, among the announced algorithms");
        probe.broken("RFC8414-2-04", Some(Level::Should), &expected, &listed.join(", "), plain.reply.exchange);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::assertion::tests::server;
    use crate::report::Status;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        let nobody = |request: &Request| request.form().get("client_id") == Some("countersign-nobody");
        let no = || refusal(401, "invalid_client");
        let verdict =
            async |reply: Response| server(move |request| nobody(request).then(|| reply.clone())).verdict(&CHECK).await;
        assert_eq!(verdict(no()).await, "pass");
        assert_eq!(verdict(refusal(400, "invalid_request")).await, "pass");
        assert_eq!(verdict(token()).await, "fail must RFC7521-4.2-02");
        let demands = server(move |request| {
            let own = request.form().get("client_id") == Some("asserting-job");
            (!own && request.form().count("client_assertion") > 0).then(no)
        });
        assert_eq!(demands.verdict(&CHECK).await, "fail should RFC7521-4.2-02");
        let without = server(move |request| (request.form().get("client_id") == Some("asserting-job")).then(no));
        assert_eq!(without.verdict(&CHECK).await, "fail must RFC7523-2.2-01");
        let never = server(move |request| (request.form().count("client_assertion") > 0).then(no));
        assert_eq!(never.verdict(&CHECK).await, "inconclusive");
    }

    /// Nothing that it demands besides keeps the types from being looked at.
    #[tokio::test]
    async fn a_server_that_demands_an_id_is_judged_with_it() {
        let verdict = async |refused: Option<&'static str>| {
            let server = server(move |request| {
                let typ = Jwt::parse(request.form().get("client_assertion")?)?.header.get("typ").cloned();
                let wrong = refused.is_some() && typ.as_ref().and_then(Value::as_str) == refused;
                (wrong || request.form().count("client_id") == 0).then(|| refusal(401, "invalid_client"))
            });
            server.status(&CHECK, "RFC7523BIS-4-02").await
        };
        assert_eq!(verdict(None).await, Status::Met);
        assert_eq!(verdict(Some("JWT")).await, Status::Broken);
    }
}
