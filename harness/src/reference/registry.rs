//! The clients of the reference server, one for every role. Their secrets are no secrets: they stand here.

use crate::target::{Authentication, Client, Role};
use crate::wire::BasicEncoding;
use secrecy::SecretString;
use std::collections::BTreeMap;

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
}

const fn confidential(role: Option<Role>, id: &'static str, secret: &'static str) -> Registered {
    Registered { role, id, secret, kind: Kind::Confidential, scopes: &["read", "write"] }
}

const CLIENTS: &[Registered] = &[
    confidential(None, "reports-job", "example-secret-of-reports-job"),
    confidential(Some(Role::Second), "billing-job", "example-secret-of-billing-job"),
    confidential(Some(Role::Disposable), "disposable-job", "example-secret-of-disposable-job"),
    confidential(Some(Role::ReservedCharacters), "reserved+job", "example secret+/=%41&?:\"\\"),
    Registered { scopes: &["read"], ..confidential(Some(Role::ReadOnly), "reader", "example-secret-of-reader") },
    Registered { kind: Kind::NoGrant, ..confidential(Some(Role::NoGrant), "web-app", "example-secret-of-web-app") },
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
        let public = self.kind == Kind::Public;
        Client {
            id: self.id.to_owned(),
            secret: (!public).then(|| SecretString::from(self.secret)),
            authentication: if public { Authentication::None } else { Authentication::ClientSecretBasic },
            basic_encoding: BasicEncoding::Form,
            scopes: self.scopes.iter().map(ToString::to_string).collect(),
        }
    }
}
