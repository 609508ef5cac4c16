//! A certificate counts if an authority vouches for it.
//!
//! **Sent.** The request of a client with `tls_client_auth`, over a connection that presents a forgery: the client's
//! certificate with another key in it, signed by that key.
//!
//! **Demanded.** `invalid_client`, or the end of the connection: the chain must validate (RFC 8705 §2.1).
//!
//! **Why it matters.** Names are all that the server compares; what makes them true is the signature of the authority.
//!
//! **The attack.** Anybody who has seen the client's certificate, which is public, makes such a forgery in a second.
//!
//! **How servers went wrong.** TLS asks for a certificate and does not verify it, because another method needs that,
//! or a test did; the subject is compared all the same.

use super::{Certified, failed_authentication};
use crate::checks::prelude::*;
use crate::target::Authentication;

pub(crate) const CHECK: Check = Check {
    id: "certificate/chain",
    source: include_str!("chain.rs"),
    statements: &["RFC8705-2.1-01"],
    needs: &[Need::ClientCertificate],
    faults: &[Fault::new(
        "subject-suffices",
        "compares the subject, whoever signed the certificate",
        Deviation::Sets(|settings| settings.unchecked = Some("chain")),
    )],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let client = Certified::with(probe, Authentication::TlsClientAuth)?;
    let forged = client.forged()?;
    client.is_refused(probe, client.over(Some(&forged)), &failed_authentication("RFC8705-2.1-01")).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::certificate::tests::refuses;

    #[tokio::test]
    async fn canned_replies() {
        refuses(&CHECK, "RFC8705-2.1-01").await;
    }
}
