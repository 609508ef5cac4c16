//! The key that signs.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::pkcs8::DecodePrivateKey as _;
use ed25519_dalek::{Signer as _, SigningKey};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Signs manifests; never shown.
pub struct Signer(SigningKey);

/// Why there is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not what was expected.
    #[error("`key` of [report] is no Ed25519 key in PEM; make one with `openssl genpkey -algorithm ed25519`")]
    Form,
    /// No randomness.
    #[error("the system gives no random key: {0}; name one as `key` in [report]")]
    Random(String),
}

impl Signer {
    /// A key that exists for one run: it shows changes, and proves nobody's identity.
    pub fn ephemeral() -> Result<Self, KeyError> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| KeyError::Random(error.to_string()))?;
        Ok(Self(SigningKey::from_bytes(&seed)))
    }

    /// A key in PKCS #8 (RFC 8410 §7), as PEM.
    pub fn from_pem(pem: &SecretString) -> Result<Self, KeyError> {
        SigningKey::from_pkcs8_pem(pem.expose_secret().trim()).map(Self).map_err(|_| KeyError::Form)
    }

    /// The public key (RFC 8037 §2).
    pub fn jwk(&self) -> Value {
        let x = URL_SAFE_NO_PAD.encode(self.0.verifying_key().as_bytes());
        json!({ "crv": "Ed25519", "kty": "OKP", "x": x })
    }

    /// The thumbprint of the public key.
    pub fn thumbprint(&self) -> String {
        thumbprint(&self.jwk()).unwrap_or_default()
    }

    /// A JWS in compact form over this payload.
    pub(super) fn sign(&self, payload: &[u8]) -> String {
        let header = json!({ "alg": "EdDSA", "kid": self.thumbprint(), "jwk": self.jwk() });
        self.seal(&header.to_string(), payload)
    }

    /// The same with any header, in which `JWK` stands for the key.
    #[cfg(test)]
    pub(super) fn sign_with(&self, header: &str, payload: &[u8]) -> String {
        self.seal(&header.replace("JWK", &self.jwk().to_string()), payload)
    }

    fn seal(&self, header: &str, payload: &[u8]) -> String {
        let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        let signature = self.0.sign(input.as_bytes());
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }
}

/// RFC 7638 §3 with the members of RFC 8037 §2, in the order of their names and without anything between them.
pub(super) fn thumbprint(jwk: &Value) -> Option<String> {
    let member = |name: &str| jwk.get(name).and_then(Value::as_str);
    let (crv, kty, x) = (member("crv")?, member("kty")?, member("x")?);
    let text = format!("{{\"crv\":{},\"kty\":{},\"x\":{}}}", Value::from(crv), Value::from(kty), Value::from(x));
    Some(URL_SAFE_NO_PAD.encode(Sha256::digest(text)))
}

/// Its public part.
impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({})", self.thumbprint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8037 appendix A.3 has this key and its thumbprint.
    #[test]
    fn the_example_of_the_specification() {
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
        assert_eq!(thumbprint(&jwk).unwrap(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    /// RFC 8410 §10.3 has this private key.
    #[test]
    fn a_key_in_pem_is_read_and_never_shown() {
        let pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
        let signer = Signer::from_pem(&SecretString::from(pem)).unwrap();
        assert!(!format!("{signer:?}").contains("1O5"));
        // The public key of the same section, without the header of its encoding.
        assert_eq!(signer.jwk()["x"], "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE");
        assert_eq!(Signer::from_pem(&SecretString::from("nothing")).unwrap_err(), KeyError::Form);
    }
}
