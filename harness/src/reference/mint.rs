//! Keys, and tokens by RFC 9068.

use super::state::Issued;
use super::{Settings, SetupError, SigningAlgorithm};
use crate::signing_key::SigningKey;
use serde_json::{Map, Value, json};

/// Signs tokens; the public half is published.
pub(super) struct Mint {
    published: SigningKey,
    hidden: Option<SigningKey>,
}

const KEY_ID: &str = "reference-1";

impl Mint {
    pub(super) fn new(settings: &Settings) -> Result<Self, SetupError> {
        let key = || match settings.algorithm {
            SigningAlgorithm::Es256 => SigningKey::es256(),
            SigningAlgorithm::Rs256 => SigningKey::rs256(),
        };
        let hidden = if settings.hidden_key { Some(key()?) } else { None };
        Ok(Self { published: key()?, hidden })
    }

    /// The JWK Set.
    pub(super) fn jwks(&self) -> Value {
        let mut key = self.published.public();
        if let Some(members) = key.as_object_mut() {
            members.insert("use".into(), "sig".into());
            members.insert("kid".into(), KEY_ID.into());
            members.insert("alg".into(), self.published.algorithm().into());
        }
        json!({"keys": [key]})
    }

    /// A JWT access token (RFC 9068 §2).
    pub(super) fn jwt(&self, settings: &Settings, issued: &Issued) -> String {
        let key = self.hidden.as_ref().unwrap_or(&self.published);
        let text = |text: &str| Value::from(text);
        let mut header: Map<_, _> = [("typ", "at+jwt"), ("alg", key.algorithm()), ("kid", KEY_ID)]
            .map(|(name, value)| (name.to_owned(), text(value)))
            .into_iter()
            .collect();
        let mut claims: Map<_, _> = [
            ("iss", text(&settings.issuer)),
            ("sub", text(issued.client.id)),
            ("client_id", text(issued.client.id)),
            ("aud", issued.audience()),
            ("iat", issued.issued_at.into()),
            ("exp", issued.expires_at.into()),
            ("jti", text(&issued.id)),
            ("scope", text(&issued.scope)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect();
        claims.extend(issued.confirmation().map(|bound| ("cnf".to_owned(), bound)));
        (settings.minting)(&mut header, &mut claims);
        key.jwt(&header, &claims)
    }
}

/// Private keys are not shown.
impl std::fmt::Debug for Mint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mint({})", self.published.algorithm())
    }
}
