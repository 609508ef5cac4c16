//! The clients of the reference server, one for every role. Their secrets are no secrets: they stand here.

use super::Certified;
use crate::signing_key::SigningKey;
use crate::target::{Authentication, Client, ClientKey, Role};
use crate::wire::{BasicEncoding, Identity};
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a client may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It has a secret and may use the client credentials grant.
    Confidential,
    /// It has a secret and may not use this grant.
    NoGrant,
    /// It has no secret.
    Public,
}

/// A client of the reference server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registered {
    /// What the configuration calls it; none is the main client.
    pub role: Option<Role>,
    /// The `client_id`.
    pub id: &'static str,
    /// The `client_secret`; a published example.
    pub secret: &'static str,
    /// What it may do.
    pub kind: Kind,
    /// The scopes that it may have.
    pub scopes: &'static [&'static str],
    /// The key of a client that authenticates with `private_key_jwt`; a published example.
    pub private_jwk: Option<&'static str>,
    /// Its public half.
    pub public_jwk: Option<&'static str>,
    /// The certificate of a client that authenticates with one.
    pub certified: Option<Certified>,
}

const fn confidential(role: Option<Role>, id: &'static str, secret: &'static str) -> Registered {
    let scopes = &["read", "write"];
    Registered {
        role,
        id,
        secret,
        kind: Kind::Confidential,
        scopes,
        private_jwk: None,
        public_jwk: None,
        certified: None,
    }
}

/// A client that authenticates with a certificate.
const fn certified(role: Role, id: &'static str, certified: Certified) -> Registered {
    Registered { certified: Some(certified), ..confidential(Some(role), id, "") }
}

/// The key of RFC 7515 appendix A.3.
const PUBLIC_JWK: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
const PRIVATE_JWK: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;

const CLIENTS: &[Registered] = &[
    confidential(None, "reports-job", "example-secret-of-reports-job"),
    confidential(Some(Role::Second), "billing-job", "example-secret-of-billing-job"),
    confidential(Some(Role::Disposable), "disposable-job", "example-secret-of-disposable-job"),
    confidential(Some(Role::ReservedCharacters), "reserved+job", "example secret+/=%41&?:\"\\"),
    Registered { scopes: &["read"], ..confidential(Some(Role::ReadOnly), "reader", "example-secret-of-reader") },
    Registered { kind: Kind::NoGrant, ..confidential(Some(Role::NoGrant), "web-app", "example-secret-of-web-app") },
    Registered {
        private_jwk: Some(PRIVATE_JWK),
        public_jwk: Some(PUBLIC_JWK),
        ..confidential(Some(Role::PrivateKeyJwt), "asserting-job", "")
    },
    certified(
        Role::TlsClientAuth,
        "certified-job",
        Certified {
            method: Authentication::TlsClientAuth,
            certificate: include_str!("certificates/certified-job.pem"),
            key: include_str!("certificates/certified-job.key.pem"),
            name: "certified-job.example",
        },
    ),
    certified(
        Role::SelfSignedTlsClientAuth,
        "self-signed-job",
        Certified {
            method: Authentication::SelfSignedTlsClientAuth,
            certificate: include_str!("certificates/self-signed-job.pem"),
            key: include_str!("certificates/self-signed-job.key.pem"),
            name: "self-signed-job.example",
        },
    ),
    Registered { kind: Kind::Public, secret: "", ..confidential(Some(Role::Public), "phone-app", "") },
];

/// Who is registered.
#[derive(Debug, Clone, Copy, Default)]
pub struct Registry;

impl Registry {
    /// The client with this id.
    pub fn find(&self, id: &str) -> Option<&'static Registered> {
        CLIENTS.iter().find(|client| client.id == id)
    }

    /// The client that works.
    pub fn main(&self) -> &'static Registered {
        &CLIENTS[0]
    }

    /// Every client.
    pub fn all(&self) -> &'static [Registered] {
        CLIENTS
    }

    /// The main client and the companions, as the engine wants them.
    pub fn clients(&self) -> (Client, BTreeMap<Role, Client>) {
        let companions = CLIENTS.iter().filter_map(|client| Some((client.role?, client.as_client())));
        (self.main().as_client(), companions.collect())
    }
}

impl Registered {
    fn as_client(&self) -> Client {
        let key = self.private_jwk.and_then(SigningKey::from_jwk);
        let identity = self.certified.and_then(|own| Identity::from_pem(own.certificate, own.key).ok());
        Client {
            id: self.id.to_owned(),
            secret: (!self.secret.is_empty()).then(|| SecretString::from(self.secret)),
            authentication: match (&key, self.certified, self.kind) {
                (Some(_), ..) => Authentication::PrivateKeyJwt,
                (None, Some(own), _) => own.method,
                (None, None, Kind::Public) => Authentication::None,
                (None, None, Kind::Confidential | Kind::NoGrant) => Authentication::ClientSecretBasic,
            },
            identity,
            key: key.map(|key| ClientKey { key: Arc::new(key), id: None }),
            basic_encoding: BasicEncoding::Form,
            scopes: self.scopes.iter().map(ToString::to_string).collect(),
        }
    }
}
