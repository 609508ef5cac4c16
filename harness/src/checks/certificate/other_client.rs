//! A certificate is good for its own client.
//!
//! **Sent.** The request of a client with a certificate, with the id of `[companion.second]` in the place of its own.
//!
//! **Demanded.** `invalid_client` (RFC 8705 §2), or the end of the connection.
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
    let other = probe.companion(Role::Second)?;
    let mut request = client.over(Some(&client.identity));
    request.edit_form(|form| form.set("client_id", &other.id));
    client.is_refused(probe, request, &failed_authentication("RFC8705-2-02")).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::certificate::tests::refuses;
    #[allow(unused_imports, reason = "the table of replies is shared")]
    use crate::testing;

    #[tokio::test]
    async fn canned_replies() {
        refuses(&CHECK, "RFC8705-2-02").await;
    }
}
