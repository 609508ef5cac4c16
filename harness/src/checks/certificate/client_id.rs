//! A client names itself beside its certificate.
//!
//! **Sent.** The request of a client with a certificate, without `client_id`.
//!
//! **Demanded.** `invalid_client` or `invalid_request` (RFC 8705 §2). The duty is the client's, so whatever the server
//! does instead is a warning at most: a token for the client that the certificate leads to, or another error.
//!
//! **Why it matters.** One certificate may be good for several clients, and then nobody knows whose the token is.
//!
//! **The attack.** Whoever gets a certificate with the subject of another client takes over that client, and not one
//! that he has to name and that somebody could look at.
//!
//! **How servers went wrong.** The client is looked up by the subject of its certificate.

use super::{Certified, failed_authentication};
use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "certificate/client-id",
    source: include_str!("client_id.rs"),
    statements: &["RFC8705-2-01"],
    needs: &[Need::ClientCertificate],
    faults: &[Fault::warning(
        "not-needed",
        "looks the client up by its certificate",
        Deviation::Sets(|settings| settings.unchecked = Some("client_id of certificates")),
    )],
    run: |probe| Box::pin(run(probe)),
};

const NAMELESS: Refusal = Refusal {
    codes: &["invalid_client", "invalid_request"],
    token: Some(Level::Should),
    ..failed_authentication("RFC8705-2-01")
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let client = Certified::any(probe)?;
    let mut nameless = client.over(Some(&client.identity));
    nameless.edit_form(|form| form.remove("client_id"));
    let answer = client.refused(probe, nameless, &NAMELESS).await;
    for finding in &mut probe.findings {
        finding.level = finding.level.min(Level::Should);
    }
    answer.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::certificate::tests::verdict;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        assert_eq!(verdict(&CHECK, refusal(401, "invalid_client")).await, "pass");
        assert_eq!(verdict(&CHECK, refusal(400, "invalid_request")).await, "pass");
        assert_eq!(verdict(&CHECK, token()).await, "fail should RFC8705-2-01");
        assert_eq!(verdict(&CHECK, refusal(400, "invalid_scope")).await, "fail should RFC8705-2-01");
        assert_eq!(verdict(&CHECK, busy(503)).await, "inconclusive");
    }
}
