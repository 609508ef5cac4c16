//! A client that authenticates with a certificate is nobody without it.
//!
//! **Sent.** The request of a client with a certificate, over a connection that presents none.
//!
//! **Demanded.** `invalid_client` (RFC 8705 §2), or the end of the connection where TLS demands a certificate.
//!
//! **Why it matters.** The id of a client is no secret: it stands in logs, in tokens and in URLs.
//!
//! **The attack.** Whoever knows the id gets tokens.
//!
//! **How servers went wrong.** The certificate is optional in TLS, so that other clients can connect, and the
//! endpoint takes a client without a secret for a public one.

use super::{Certified, failed_authentication};
use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "certificate/missing",
    source: include_str!("missing.rs"),
    statements: &["RFC8705-2-03"],
    needs: &[Need::ClientCertificate],
    faults: &[Fault::new(
        "not-needed",
        "takes the id of a client for its certificate",
        Deviation::Sets(|settings| settings.unchecked = Some("certificate")),
    )],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let client = Certified::any(probe)?;
    client.is_refused(probe, client.over(None), &failed_authentication("RFC8705-2-03")).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::certificate::tests::refuses;

    #[tokio::test]
    async fn canned_replies() {
        refuses(&CHECK, "RFC8705-2-03").await;
    }
}
