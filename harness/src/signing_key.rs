//! Private keys that sign JWTs: those of the reference server, of clients with `private_key_jwt`, and of DPoP proofs.

use crate::jwt::object_text;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jwt_compact::alg::{Es256, ModulusBits, Rsa, RsaPrivateKey, SigningKey as _, StrongKey};
use jwt_compact::jwk::JsonWebKey;
use jwt_compact::{Algorithm, AlgorithmSignature as _};
use rand_core::OsRng;
use serde_json::{Map, Value};
use sha2::Sha256;

/// A private key with the one algorithm that it is used for.
#[derive(Clone)]
pub(crate) struct SigningKey(Material);

#[derive(Clone)]
enum Material {
    Es256(<Es256 as Algorithm>::SigningKey),
    Rs256(Box<StrongKey<RsaPrivateKey>>),
}

impl SigningKey {
    /// A new key for ES256.
    pub(crate) fn es256() -> Result<Self, getrandom::Error> {
        // A number that is no key of the curve comes up about once in 2^32: draw again.
        loop {
            if let Ok(key) = <Es256 as Algorithm>::SigningKey::from_slice(&random::<32>()?) {
                return Ok(Self(Material::Es256(key)));
            }
        }
    }

    /// A new key of 2048 bits for RS256; it takes a while.
    pub(crate) fn rs256() -> Result<Self, getrandom::Error> {
        // The library's own error is that of its source of randomness.
        let (private, _) =
            Rsa::generate(&mut OsRng, ModulusBits::TwoKibibytes).map_err(|_| getrandom::Error::UNSUPPORTED)?;
        Ok(Self(Material::Rs256(Box::new(private))))
    }

    /// Reads a private JWK on P-256, or of RSA with at least 2048 bits (RFC 7518 §6.2.2 and §6.3.2).
    pub(crate) fn from_jwk(text: &str) -> Option<Self> {
        let jwk: JsonWebKey<'_> = serde_json::from_str(text).ok()?;
        let curve = || <Es256 as Algorithm>::SigningKey::try_from(&jwk).ok().map(Material::Es256);
        let rsa = || {
            let key = StrongKey::try_from(RsaPrivateKey::try_from(&jwk).ok()?).ok()?;
            Some(Material::Rs256(Box::new(key)))
        };
        curve().or_else(rsa).map(Self)
    }

    /// The `alg` of what it signs.
    pub(crate) fn algorithm(&self) -> &'static str {
        match self.0 {
            Material::Es256(_) => "ES256",
            Material::Rs256(_) => "RS256",
        }
    }

    /// The public half as a JWK.
    pub(crate) fn public(&self) -> Value {
        self.with_jwk(|jwk| serde_json::to_value(jwk).unwrap_or_default())
    }

    /// The private key on P-256 as SEC 1 has it (RFC 5915 §3); none for RSA.
    pub(crate) fn sec1(&self) -> Option<Vec<u8>> {
        let Material::Es256(key) = &self.0 else { return None };
        let public = self.public();
        let coordinate = |name: &str| URL_SAFE_NO_PAD.decode(public.get(name)?.as_str()?).ok();
        // Version 1, the number, the name of the curve, and the point, uncompressed.
        let curve: &[u8] = &[0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
        let point: &[u8] = &[0xa1, 0x44, 0x03, 0x42, 0x00, 0x04];
        let (number, x, y) = (key.to_bytes().to_vec(), coordinate("x")?, coordinate("y")?);
        Some([&[0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20][..], &number, curve, point, &x, &y].concat())
    }

    /// The thumbprint of the public half (RFC 7638), as base64url.
    pub(crate) fn thumbprint(&self) -> String {
        self.with_jwk(|jwk| URL_SAFE_NO_PAD.encode(jwk.thumbprint::<Sha256>()))
    }

    fn with_jwk<T>(&self, look: impl FnOnce(&JsonWebKey<'_>) -> T) -> T {
        match &self.0 {
            Material::Es256(key) => look(&JsonWebKey::from(&key.to_verifying_key())),
            Material::Rs256(key) => look(&JsonWebKey::from(key.to_public_key().as_ref())),
        }
    }

    /// The signature over these octets, as JWS has it (RFC 7518 §3.3 and §3.4).
    pub(crate) fn sign(&self, input: &[u8]) -> Vec<u8> {
        match &self.0 {
            Material::Es256(key) => Es256.sign(key, input).as_bytes().into_owned(),
            Material::Rs256(key) => Rsa::rs256().sign((**key).as_ref(), input).as_bytes().into_owned(),
        }
    }

    /// A JWT in compact form (RFC 7515 §3.1) of exactly these members: what they say of the signature is the caller's.
    pub(crate) fn jwt(&self, header: &Map<String, Value>, claims: &Map<String, Value>) -> String {
        self.jws(object_text(header).as_bytes(), object_text(claims).as_bytes())
    }

    /// A JWS in compact form of exactly these octets, which need not be JSON.
    pub(crate) fn jws(&self, header: &[u8], payload: &[u8]) -> String {
        let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(self.sign(input.as_bytes())))
    }
}

fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut octets = [0; N];
    getrandom::fill(&mut octets)?;
    Ok(octets)
}

/// Random octets as base64url.
pub(crate) fn random_text<const N: usize>() -> Result<String, getrandom::Error> {
    Ok(URL_SAFE_NO_PAD.encode(random::<N>()?))
}

/// Private keys are not shown.
impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.algorithm())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::Registry;

    #[test]
    fn a_private_jwk_is_read_and_its_public_half_is_known() {
        let client = Registry.all().iter().find(|client| client.private_jwk.is_some()).unwrap();
        let key = SigningKey::from_jwk(client.private_jwk.unwrap()).unwrap();
        assert_eq!(key.public(), serde_json::from_str::<Value>(client.public_jwk.unwrap()).unwrap());
        assert_eq!(SigningKey::from_jwk(client.public_jwk.unwrap()).map(|key| key.algorithm()), None);
    }

    /// The thumbprint is that of the public half, as the server computes it from the public key (RFC 7638).
    #[test]
    fn a_thumbprint_is_that_of_the_public_half() {
        let key = SigningKey::es256().unwrap();
        let public: JsonWebKey<'_> = serde_json::from_value(key.public()).unwrap();
        assert_eq!(key.thumbprint(), URL_SAFE_NO_PAD.encode(public.thumbprint::<Sha256>()));
    }
}
