//! A header field is no certificate.
//!
//! **Sent.** The request of a client with a certificate, over a connection that presents none; the certificate stands
//! in the fields in which proxies hand it on, in their spellings.
//!
//! **Demanded.** `invalid_client`, or the end of the connection: a proxy that ends TLS takes such fields away when
//! they come from outside (RFC 9700 §4.13), and no certificate was presented (RFC 8705 §2).
//!
//! **Why it matters.** A certificate is public. What proves the client is the key, and only the handshake sees it.
//!
//! **The attack.** Anybody copies a certificate into a field and is the client.
//!
//! **How servers went wrong.** The proxy adds its field and leaves the one that came; the server can be reached
//! beside the proxy.

use super::{Certified, failed_authentication, unseen};
use crate::checks::prelude::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

pub(crate) const CHECK: Check = Check {
    id: "certificate/header",
    source: include_str!("header.rs"),
    statements: &["RFC9700-4.13-01", "RFC8705-2-03"],
    needs: &[Need::ClientCertificate],
    faults: &[Fault::new(
        "believed",
        "believes a field of the request about the certificate of the connection",
        Deviation::Sets(|settings| settings.unchecked = Some("forwarded certificate")),
    )],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let client = Certified::any(probe)?;
    let Some(certificate) = client.identity.chain().first() else { return Ok(()) };
    let base64 = STANDARD.encode(certificate);
    let pem = format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n");
    let escaped = utf8_percent_encode(&pem, NON_ALPHANUMERIC).to_string();
    let mut request = client.over(None);
    for (name, value) in [
        ("Client-Cert", format!(":{base64}:")),
        ("X-Client-Cert", escaped.clone()),
        ("X-SSL-Client-Cert", escaped.clone()),
        ("X-SSL-CERT", base64),
        ("SSL-CLIENT-CERT", escaped.clone()),
        ("X-Forwarded-Client-Cert", format!("Cert=\"{escaped}\"")),
        ("X-SSL-Client-Verify", "SUCCESS".into()),
        ("X-Forwarded-Proto", "https".into()),
    ] {
        request.fields.set(name, value);
    }
    let Some(answer) = client.refused(probe, request, &failed_authentication("RFC8705-2-03")).await? else {
        return Err(unseen("nobody saw the fields"));
    };
    let (expected, exchange) = ("no token for a certificate in a header field", answer.reply.exchange);
    probe.demand(answer.grant().is_none(), "RFC9700-4.13-01", expected, &answer.describe(), exchange);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::certificate::tests::{refuses_at_the_endpoint, verdict};
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        refuses_at_the_endpoint(&CHECK, "RFC8705-2-03").await;
        assert_eq!(verdict(&CHECK, Response::empty(HANDSHAKE_REFUSED)).await, "skip");
    }
}
