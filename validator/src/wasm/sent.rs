//! What comes with a token, as the package gives it: a plain object of its own making.

use wasm_bindgen::prelude::*;

use crate::{CertificateThumbprint, ConfigurationError, Presentation, Request};

#[wasm_bindgen(typescript_custom_section)]
const TYPE: &str = "
/** What comes with a token. */
export interface Sent {
    /** The value of the DPoP field; several field lines are joined by commas. */
    readonly dpop: string | undefined;
    readonly method: string;
    /** The absolute URI that the client asked for. */
    readonly uri: string;
    /** The client's certificate, DER. */
    readonly certificate: Uint8Array | undefined;
    /** Or its SHA-256 as text. */
    readonly certificateThumbprint: string | undefined;
}
";

#[wasm_bindgen]
extern "C" {
    /// The type above.
    #[wasm_bindgen(typescript_type = "Sent")]
    #[derive(Debug)]
    pub type Sent;

    #[wasm_bindgen(method, getter, structural)]
    fn dpop(this: &Sent) -> Option<String>;
    #[wasm_bindgen(method, getter, structural)]
    fn method(this: &Sent) -> String;
    #[wasm_bindgen(method, getter, structural)]
    fn uri(this: &Sent) -> String;
    #[wasm_bindgen(method, getter, structural)]
    fn certificate(this: &Sent) -> Option<Vec<u8>>;
    #[wasm_bindgen(method, getter, structural, js_name = certificateThumbprint)]
    fn certificate_thumbprint(this: &Sent) -> Option<String>;
}

impl Sent {
    /// For a bare token: only the certificate counts.
    pub(super) fn presentation(sent: Option<&Self>) -> Result<Presentation, ConfigurationError> {
        let certificate = sent.map_or(Ok(None), Self::thumbprint)?;
        let bearer = Presentation::bearer();
        Ok(certificate.map_or(bearer.clone(), |certificate| bearer.with_certificate(certificate)))
    }

    /// What `judge` says of the whole request.
    pub(super) fn with_request<T>(
        sent: Option<&Self>,
        authorization: &[&[u8]],
        judge: impl FnOnce(&Request<'_>) -> T,
    ) -> Result<T, ConfigurationError> {
        let Some(sent) = sent else {
            return Ok(judge(&Request { authorization, dpop: &[], method: "", uri: "", certificate: None }));
        };
        let (dpop, method, uri) = (sent.dpop(), sent.method(), sent.uri());
        // No proof has a comma, so what was joined comes apart here.
        let dpop: Vec<&[u8]> = dpop.iter().flat_map(|field| field.as_bytes().split(|byte| *byte == b',')).collect();
        let certificate = sent.thumbprint()?;
        Ok(judge(&Request { authorization, dpop: &dpop, method: &method, uri: &uri, certificate }))
    }

    fn thumbprint(&self) -> Result<Option<CertificateThumbprint>, ConfigurationError> {
        match (self.certificate(), self.certificate_thumbprint()) {
            (None, None) => Ok(None),
            (Some(der), None) => Ok(Some(CertificateThumbprint::of_der(&der))),
            (None, Some(text)) => CertificateThumbprint::from_text(&text).map(Some).ok_or_else(|| {
                ConfigurationError::new(
                    "certificateThumbprint",
                    "must be the SHA-256 of the certificate, in base64url or hexadecimal; leave it out or empty if there is none",
                )
            }),
            (Some(_), Some(_)) => Err(ConfigurationError::new(
                "certificate",
                "and certificateThumbprint exclude each other; give one of them",
            )),
        }
    }
}
