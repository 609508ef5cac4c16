//! A certificate is good for its own client.
//!
//! **Sent.** The request of a client with a certificate, with the id of each other client with a certificate in the
//! place of its own, and with that of `[companion.second]`.
//!
//! **Demanded.** `invalid_client` (RFC 8705 §2), or the end of the connection. Where no other client has a certificate,
//! a refusal says nothing: the second client lacks its own secret then.
//!
//! **Why it matters.** The clients of a server do not trust each other, and have certificates of one authority.
//!
//! **The attack.** One client gets the tokens of every other.
//!
//! **How servers went wrong.** The proxy says that the certificate is a good one, and nobody asks whose it is.

use super::{Certified, failed_authentication};
use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "certificate/other-client",
    source: include_str!("other_client.rs"),
    statements: &["RFC8705-2-02"],
    needs: &[Need::ClientCertificate, Need::SecondClient],
    faults: &[Fault::new(
        "any-client",
        "takes any certificate of the authority for any client",
        Deviation::Sets(|settings| settings.unchecked = Some("subject")),
    )],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let client = Certified::any(probe)?;
    let mut others = client.others(probe.target);
    let is_judged = !others.is_empty();
    let second = probe.companion(Role::Second)?;
    others.extend((second.identity.is_none()).then_some(second));
    for other in others {
        let mut request = client.over(Some(&client.identity));
        request.edit_form(|form| form.set("client_id", &other.id));
        let attempt = Attempt::from(request);
        let attempt = if other.identity.is_none() { attempt.fails_authentication() } else { attempt };
        client.is_refused(probe, attempt, &failed_authentication("RFC8705-2-02")).await?;
    }
    let reason = "no other client has a certificate of its own, so the second one may be refused for its secret";
    if is_judged { Ok(()) } else { Err(Stop::NotApplicable(reason.into())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::certificate::tests::{refuses, server};
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        refuses(&CHECK, "RFC8705-2-02").await;
    }

    #[tokio::test]
    async fn a_client_with_a_secret_is_refused_for_that() {
        let alone = |reply: Option<Response>| async move {
            let mut server = server(move |request| {
                let second = request.identity.is_some() && request.form().get("client_id") == Some("second");
                reply.clone().filter(|_| second)
            });
            server.further.retain(|(role, _)| *role == Role::TlsClientAuth);
            server.verdict(&CHECK).await
        };
        assert_eq!(alone(Some(refusal(401, "invalid_client"))).await, "skip");
        assert_eq!(alone(Some(token())).await, "fail must RFC8705-2-02");
    }
}
