//! The issuer alone is the audience of an assertion.
//!
//! **Sent.** An assertion for the token endpoint, and one for the issuer and somebody else.
//!
//! **Demanded.** `invalid_client` (draft 7523bis §4). RFC 7523 allowed the token endpoint, so a token is a note,
//! and a violation under the profile 7523bis.
//!
//! **Why it matters.** A client that signs for an endpoint signs for whoever told it that this is the endpoint.
//!
//! **The attack.** A server of the attacker names the endpoint of another as its own, and receives assertions for
//! it.
//!
//! **How servers went wrong.** Nearly all servers accept the endpoint.

use super::{asserter, carrying, signed, works};
use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "assertion/audience",
    source: include_str!("audience.rs"),
    statements: &["RFC7523BIS-4-01"],
    needs: &[Need::PrivateKeyJwt],
    faults: &[Fault::note(
        "endpoint",
        "takes assertions for its token endpoint",
        Deviation::Sets(|settings| settings.assertion_for_endpoint = true),
    )],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let (request, asserter) = asserter(probe)?;
    works(probe, &request).await?;
    let endpoint = probe.target.token_endpoint.clone();
    let Some(issuer) = probe.target.issuer.clone() else {
        return Err(Stop::Skip("name the `issuer` in [target]".into()));
    };
    for audience in [json!(endpoint), json!([issuer, "https://countersign.example"])] {
        let text = signed(probe, &asserter, &|_, claims| _ = claims.insert("aud".into(), audience.clone()));
        let answer = probe.attempt(carrying(&request, &text)).await?;
        if answer.grant().is_some() {
            let actual = format!("a token for `aud`: {audience}");
            probe.broken("RFC7523BIS-4-01", None, "error=invalid_client", &actual, answer.reply.exchange);
        }
    }
    works(probe, &request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::assertion::tests::verdict;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        assert_eq!(verdict(&CHECK, refusal(401, "invalid_client")).await, "pass");
        assert_eq!(verdict(&CHECK, token()).await, "fail may RFC7523BIS-4-01");
        assert_eq!(verdict(&CHECK, busy(503)).await, "inconclusive");
    }
}
