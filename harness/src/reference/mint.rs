//! Keys, and tokens by RFC 9068.

use super::state::Issued;
use super::{Settings, SetupError, SigningAlgorithm};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jwt_compact::alg::{Es256, ModulusBits, Rsa, RsaPrivateKey, SigningKey as _, StrongKey};
use jwt_compact::jwk::JsonWebKey;
use jwt_compact::{Algorithm, AlgorithmSignature as _};
use rand_core::OsRng;
use serde_json::{Value, json};

/// Signs tokens; the public half is published.
pub(super) struct Mint {
    published: Key,
    hidden: Option<Key>,
}

enum Key {
    Es256(<Es256 as Algorithm>::SigningKey),
    Rs256(Box<StrongKey<RsaPrivateKey>>),
}

const KEY_ID: &str = "reference-1";

impl Mint {
    pub(super) fn new(settings: &Settings) -> Result<Self, SetupError> {
        let hidden = if settings.hidden_key { Some(Key::generate(settings.algorithm)?) } else { None };
        Ok(Self { published: Key::generate(settings.algorithm)?, hidden })
    }

    /// The JWK Set.
    pub(super) fn jwks(&self) -> Value {
        let mut key = self.published.public();
        if let Some(members) = key.as_object_mut() {
            members.insert("use".into(), "sig".into());
            members.insert("kid".into(), KEY_ID.into());
            members.insert("alg".into(), self.published.name().into());
        }
        json!({"keys": [key]})
    }

    /// A JWT access token (RFC 9068 §2).
    pub(super) fn jwt(&self, settings: &Settings, issued: &Issued) -> Result<String, SetupError> {
        let key = self.hidden.as_ref().unwrap_or(&self.published);
        let header = json!({"typ": "at+jwt", "alg": key.name(), "kid": KEY_ID});
        let claims = json!({
            "iss": settings.issuer,
            "sub": issued.client.id,
            "client_id": issued.client.id,
            "aud": format!("{}/api", settings.issuer),
            "iat": issued.issued_at,
            "exp": issued.expires_at,
            "jti": random_text::<16>()?,
            "scope": issued.scope,
        });
        let input = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
        let signature = URL_SAFE_NO_PAD.encode(key.sign(input.as_bytes()));
        Ok(format!("{input}.{signature}"))
    }
}

impl Key {
    fn generate(algorithm: SigningAlgorithm) -> Result<Self, SetupError> {
        if algorithm == SigningAlgorithm::Rs256 {
            let pair = Rsa::generate(&mut OsRng, ModulusBits::TwoKibibytes);
            let (private, _) = pair.map_err(|error| SetupError::Randomness(error.to_string()))?;
            return Ok(Self::Rs256(Box::new(private)));
        }
        // A number that is no key of the curve comes up about once in 2^32: draw again.
        loop {
            if let Ok(key) = <Es256 as Algorithm>::SigningKey::from_slice(&random::<32>()?) {
                return Ok(Self::Es256(key));
            }
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Es256(_) => "ES256",
            Self::Rs256(_) => "RS256",
        }
    }

    fn sign(&self, input: &[u8]) -> Vec<u8> {
        match self {
            Self::Es256(key) => Es256.sign(key, input).as_bytes().into_owned(),
            Self::Rs256(key) => Rsa::rs256().sign((**key).as_ref(), input).as_bytes().into_owned(),
        }
    }

    fn public(&self) -> Value {
        match self {
            Self::Es256(key) => serde_json::to_value(JsonWebKey::from(&key.to_verifying_key())),
            Self::Rs256(key) => serde_json::to_value(JsonWebKey::from(key.to_public_key().as_ref())),
        }
        .unwrap_or_default()
    }
}

fn random<const N: usize>() -> Result<[u8; N], SetupError> {
    let mut octets = [0; N];
    getrandom::fill(&mut octets).map_err(|error| SetupError::Randomness(error.to_string()))?;
    Ok(octets)
}

/// Random octets as base64url.
pub(super) fn random_text<const N: usize>() -> Result<String, SetupError> {
    Ok(URL_SAFE_NO_PAD.encode(random::<N>()?))
}

/// Private keys are not shown.
impl std::fmt::Debug for Mint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mint({})", self.published.name())
    }
}
