//! A certificate that nobody vouches for is the registered one, or none.
//!
//! **Sent.** The request of a client with `self_signed_tls_client_auth`, over a connection that presents a forgery: the
//! client's certificate with another key in it, signed by that key.
//!
//! **Demanded.** `invalid_client`, or the end of the connection: the certificate is one that is registered (RFC 8705
//! §2.2).
//!
//! **Why it matters.** There is no authority here: the whole certificate, or its key, is what makes the client known.
//!
//! **The attack.** A certificate with the right names in it, which everybody can sign for himself.
//!
//! **How servers went wrong.** Subject and serial number are compared, as for certificates of an authority.

use super::{Certified, failed_authentication};
use crate::checks::prelude::*;
use crate::target::Authentication;

pub(crate) const CHECK: Check = Check {
    id: "certificate/registered",
    source: include_str!("registered.rs"),
    statements: &["RFC8705-2.2-01"],
    needs: &[Need::ClientCertificate],
    faults: &[Fault::new(
        "subject-suffices",
        "compares the subject of a self-signed certificate",
        Deviation::Sets(|settings| settings.unchecked = Some("certificate key")),
    )],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let client = Certified::with(probe, Authentication::SelfSignedTlsClientAuth)?;
    let forged = client.forged()?;
    client.is_refused(probe, client.over(Some(&forged)), &failed_authentication("RFC8705-2.2-01")).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::certificate::tests::refuses;

    #[tokio::test]
    async fn canned_replies() {
        refuses(&CHECK, "RFC8705-2.2-01").await;
    }
}
