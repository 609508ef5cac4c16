//! To revoke what is no token is no error.
//!
//! **Sent.** The revocation of strings that nobody issued, of a token without its signature, and of a token twice.
//!
//! **Demanded.** 200 (RFC 7009 §2.2): the client wants the token to be dead, and it is. `unsupported_token_type` is as
//! good; where everything gets it, nothing is judged.
//!
//! **Why it matters.** A client that cleans up must not stumble over what is gone already.
//!
//! **The attack.** Different answers for tokens that exist and that do not tell which strings are worth trying.
//!
//! **How servers went wrong.** 400 with `invalid_token` or `invalid_request`.

use super::{is_unsupported, revoke, unsupported};
use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "revocation/unknown",
    source: include_str!("unknown.rs"),
    statements: &["RFC7009-2.2-01"],
    needs: &[Need::Revocation],
    faults: &[Fault::new(
        "invalid-token",
        "answers 400 for what it does not know",
        Deviation::Answers(|request, response| {
            if request.path() == "/revoke" && request.form().get("token") == Some("countersign-no-token") {
                *response = Response::json(400, &json!({"error": "invalid_token"}));
            }
        }),
    )],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let answer = probe.control().await?;
    let Some(grant) = answer.grant() else { return Ok(()) };
    let token = grant.access_token.expose_secret();
    let unsigned = token.rsplit_once('.').map_or(token, |(input, _)| input).to_owned();
    probe.link.hide(&unsigned);
    let mut is_judged = false;
    for text in ["countersign-no-token", "e30.e30.AAAA", &unsigned, token, token] {
        let answer = revoke(probe, text, None).await?;
        let exchange = answer.reply.exchange;
        if is_unsupported(&answer) {
            continue;
        }
        is_judged = true;
        probe.demand(answer.status() == 200, "RFC7009-2.2-01", "status 200", &answer.describe(), exchange);
    }
    if is_judged { Ok(()) } else { Err(unsupported()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        for (reply, expected) in [
            (Response::empty(200), "pass"),
            (page(200), "pass"),
            (refusal(400, "unsupported_token_type"), "skip"),
            (refusal(400, "invalid_token"), "fail must RFC7009-2.2-01"),
            (Response::empty(204), "fail must RFC7009-2.2-01"),
            (busy(503), "inconclusive"),
        ] {
            let server = canned(move |request| (request.path() == "/revoke").then(|| reply.clone()));
            assert_eq!(server.verdict(&CHECK).await, expected);
        }
    }
}
