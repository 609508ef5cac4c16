//! A scheme that the endpoint does not know is a failed authentication.
//!
//! **Sent.** The request that works without credentials, with `Authorization: Bearer`, `Digest`, and a scheme that
//! nobody has.
//!
//! **Demanded.** 401 with `invalid_client` and a challenge (RFC 6749 §2.3 and §5.2); a token never.
//!
//! **Why it matters.** A client that took the wrong scheme must be told the right one.
//!
//! **The attack.** A server that takes the word before the credentials for a detail takes any word.
//!
//! **How servers went wrong.** One server accepts Basic credentials under any scheme; others answer 500.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "client-authentication/unknown-scheme",
    source: include_str!("unknown_scheme.rs"),
    statements: &["RFC6749-2.3-03"],
    needs: &[],
    faults: &[
        Fault::new(
            "any-scheme",
            "reads credentials under any scheme",
            Deviation::Reads(|request, registry| {
                let other =
                    request.fields.get("Authorization").is_some_and(|value| value.starts_with("X-Countersign "));
                if request.path() == "/token" && other {
                    authenticate_as(request, registry.main());
                }
            }),
        ),
        Fault::warning(
            "no-challenge",
            "answers 401 to another scheme without a challenge",
            Deviation::Answers(|request, response| {
                let basic = request.fields.get("Authorization").is_none_or(|value| value.starts_with("Basic "));
                if request.path() == "/token" && !basic {
                    response.fields.remove("WWW-Authenticate");
                }
            }),
        )
        .of("D03"),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let usual = probe.request().to_request();
    let pair = usual.fields.get("Authorization").and_then(|value| value.split_once(' ')).map(|(_, pair)| pair);
    let own = format!("X-Countersign {}", pair.unwrap_or("Y291bnRlcnNpZ24"));
    for value in ["Bearer countersign", "Digest username=\"countersign\"", &own] {
        let mut request = probe.request().authenticated(Credentials::Nothing).to_request();
        request.fields.set("Authorization", value);
        let answer = probe.near_miss(Attempt::from(request).fails_authentication()).await?;
        let (exchange, described) = (answer.reply.exchange, answer.describe());
        let challenge = answer.reply.response.fields.get("WWW-Authenticate").is_some();
        let code = matches!(&answer.kind, Kind::Refusal { error } if ["invalid_client", "invalid_request"].contains(&error.as_str()));
        let statement = "RFC6749-2.3-03";
        if answer.grant().is_some() {
            probe.broken(statement, Some(Level::Must), "no token", &described, exchange);
        } else if answer.status() >= 500 || !code {
            probe.broken(statement, None, "401 with invalid_client, or 400 with invalid_request", &described, exchange);
        } else {
            let told = answer.status() != 401 || challenge;
            probe.demand(told, statement, "a challenge with 401", &described, exchange);
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
        let mut challenged = refusal(401, "invalid_client");
        challenged.fields.set("WWW-Authenticate", "Basic realm=\"a\"");
        for (reply, verdict) in [
            (challenged, "pass"),
            (refusal(400, "invalid_request"), "pass"),
            (refusal(401, "invalid_client"), "fail should RFC6749-2.3-03"),
            (page(500), "fail should RFC6749-2.3-03"),
            (token(), "fail must RFC6749-2.3-03"),
            (busy(503), "inconclusive"),
        ] {
            let other = |request: &Request| {
                request.fields.get("Authorization").is_some_and(|value| !value.starts_with("Basic "))
            };
            assert_eq!(verdict_on(&CHECK, other, &reply).await, verdict);
        }
    }
}
