//! The configuration file, as it is written.

use super::{ConfigError, Limits, Place, Problem, SecretSource, Waiver};
use crate::catalogue::StatementSet;
use crate::report::About;
use crate::wire::BasicEncoding;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use toml::Spanned;

/// `countersign.toml`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "countersign.toml")]
pub struct Config {
    /// The server.
    pub target: TargetTable,
    /// The client that works.
    pub client: ClientTable,
    /// Further clients, each for one purpose.
    #[serde(default)]
    #[schemars(extend("propertyNames" = { "enum": Role::ALL.map(Role::name) }))]
    pub companion: BTreeMap<Role, ClientTable>,
    /// Which specifications are applied.
    #[serde(default)]
    pub profile: ProfileTable,
    /// What the run may cost.
    #[serde(default)]
    pub limits: Limits,
    /// Findings that are known and accepted for a while.
    #[serde(default)]
    pub waivers: Vec<Waiver>,
    /// Who tests what, for whom, and with which key the evidence is signed.
    #[serde(default)]
    pub report: About,
}

/// `[target]`: an issuer whose metadata names the endpoints, or the endpoints themselves.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetTable {
    /// The issuer identifier.
    #[schemars(with = "Option<String>")]
    pub issuer: Option<Spanned<String>>,
    /// The token endpoint.
    #[schemars(with = "Option<String>")]
    pub token_endpoint: Option<Spanned<String>>,
    /// The JWK Set.
    #[schemars(with = "Option<String>")]
    pub jwks_uri: Option<Spanned<String>>,
    /// The introspection endpoint.
    #[schemars(with = "Option<String>")]
    pub introspection_endpoint: Option<Spanned<String>>,
    /// The revocation endpoint.
    #[schemars(with = "Option<String>")]
    pub revocation_endpoint: Option<Spanned<String>>,
    /// A URL that accepts the tokens.
    #[schemars(with = "Option<String>")]
    pub protected_url: Option<Spanned<String>>,
    /// The resource indicator that every token request carries (RFC 8707).
    pub resource: Option<String>,
    /// Certificates of further authorities, in PEM.
    pub ca_file: Option<String>,
    /// Plain http, for a server on loopback only.
    #[serde(default)]
    pub allow_http: bool,
}

/// `[client]` or `[companion.…]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientTable {
    /// The `client_id`.
    #[schemars(with = "String")]
    pub id: Spanned<String>,
    /// Where the `client_secret` comes from.
    #[schemars(with = "Option<SecretSource>")]
    pub secret: Option<Spanned<SecretSource>>,
    /// How the client authenticates.
    #[serde(default)]
    #[schemars(with = "Option<Authentication>")]
    pub authentication: Option<Spanned<Authentication>>,
    /// Where the client certificate comes from, in PEM, with those that lead from it to an authority.
    #[schemars(with = "Option<SecretSource>")]
    pub certificate: Option<Spanned<SecretSource>>,
    /// Where the private key comes from: a JWK (RFC 7517) for `private_key_jwt`, PEM for a certificate.
    #[schemars(with = "Option<SecretSource>")]
    pub key: Option<Spanned<SecretSource>>,
    /// The `kid` under which the server knows it.
    pub key_id: Option<String>,
    /// What it signs with; it must be what the key is for.
    #[schemars(with = "Option<String>")]
    pub algorithm: Option<Spanned<String>>,
    /// How this server understands Basic credentials.
    #[serde(default)]
    pub basic_encoding: BasicEncoding,
    /// The scopes that it may have, each a `scope-token` (RFC 6749 §3.3).
    #[serde(default, deserialize_with = "scopes")]
    #[schemars(inner(regex(pattern = r"^[!#-\[\]-~]+$")))]
    pub scopes: Vec<String>,
}

/// What no server can grant is a mistake of the configuration, and would be taken for one of the server.
fn scopes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let scopes = Vec::<String>::deserialize(deserializer)?;
    let is_token = |scope: &String| {
        let legal = |octet: u8| octet.is_ascii_graphic() && !matches!(octet, b'"' | b'\\');
        !scope.is_empty() && scope.bytes().all(legal)
    };
    let words = "a scope is ASCII without spaces, `\"`, `\\` and control characters (RFC 6749 §3.3); two scopes are two strings";
    if scopes.iter().all(is_token) { Ok(scopes) } else { Err(D::Error::custom(words)) }
}

/// How a client authenticates (the names of RFC 8414 §2 and its registry).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Authentication {
    /// By the Basic scheme.
    #[default]
    ClientSecretBasic,
    /// In the body.
    ClientSecretPost,
    /// By an assertion, signed with its private key.
    PrivateKeyJwt,
    /// By a certificate that an authority issued (RFC 8705 §2.1).
    TlsClientAuth,
    /// By a certificate that the server knows (RFC 8705 §2.2).
    SelfSignedTlsClientAuth,
    /// Not at all: a public client.
    None,
}

impl Authentication {
    /// Whether it takes a certificate.
    pub fn is_by_certificate(self) -> bool {
        matches!(self, Self::TlsClientAuth | Self::SelfSignedTlsClientAuth)
    }
}

/// What a further client is for: a closed set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A second confidential client.
    Second,
    /// A public client.
    Public,
    /// A confidential client that may not use this grant.
    NoGrant,
    /// A client that may have only a part of the main client's scopes.
    ReadOnly,
    /// A client that may be locked by wrong secrets.
    Disposable,
    /// A client with reserved characters in its id or secret.
    ReservedCharacters,
    /// A client that authenticates with `private_key_jwt`, where the main one does not.
    PrivateKeyJwt,
    /// A client that authenticates with a certificate of an authority, where the main one does not.
    TlsClientAuth,
    /// A client that authenticates with a certificate of its own, where the main one does not.
    SelfSignedTlsClientAuth,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 9] = [
        Self::Second,
        Self::Public,
        Self::NoGrant,
        Self::ReadOnly,
        Self::Disposable,
        Self::ReservedCharacters,
        Self::PrivateKeyJwt,
        Self::TlsClientAuth,
        Self::SelfSignedTlsClientAuth,
    ];

    /// As the configuration spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Second => "second",
            Self::Public => "public",
            Self::NoGrant => "no_grant",
            Self::ReadOnly => "read_only",
            Self::Disposable => "disposable",
            Self::ReservedCharacters => "reserved_characters",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::TlsClientAuth => "tls_client_auth",
            Self::SelfSignedTlsClientAuth => "self_signed_tls_client_auth",
        }
    }
}

/// `[profile]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ProfileTable {
    /// Which specifications are applied.
    pub names: Vec<Profile>,
    /// The set of statements that counts; what this program judges beyond it is a note.
    pub statements: StatementSet,
}

impl Default for ProfileTable {
    fn default() -> Self {
        Self { names: vec![Profile::Rfc6749], statements: StatementSet::default() }
    }
}

/// A set of specifications that a server wants to conform to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// OAuth 2.0.
    Rfc6749,
    /// JWT access tokens.
    Rfc9068,
    /// OAuth 2.1, a draft.
    Oauth21,
    /// The best current practice of RFC 9700.
    Bcp9700,
    /// The update of client assertions, a draft.
    #[serde(rename = "7523bis")]
    Bis7523,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 5] = [Self::Rfc6749, Self::Rfc9068, Self::Oauth21, Self::Bcp9700, Self::Bis7523];

    /// As the configuration spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rfc6749 => "rfc6749",
            Self::Rfc9068 => "rfc9068",
            Self::Oauth21 => "oauth21",
            Self::Bcp9700 => "bcp9700",
            Self::Bis7523 => "7523bis",
        }
    }
}

/// A value that is none of those that are known may be anything, a secret too: only those that are known are told.
fn without_value(message: &str) -> String {
    let rest = message.strip_prefix("unknown variant `").and_then(|rest| rest.split_once("`, "));
    rest.map_or_else(|| message.to_owned(), |(_, known)| format!("unknown variant, {known}"))
}

impl Config {
    /// The JSON Schema of the file (2020-12), for editors.
    pub fn schema() -> Result<String, serde_json::Error> {
        let generator = SchemaSettings::draft2020_12().for_deserialize().into_generator();
        serde_json::to_string_pretty(&generator.into_root_schema_for::<Self>()).map(|text| text + "\n")
    }

    /// Reads the text of a configuration file; `file` is how messages call it.
    pub fn parse(text: &str, file: &str) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|error| {
            // The library's own rendering quotes the line, and the line may hold a secret.
            let start = error.span().map_or(0, |span| span.start);
            ConfigError { place: Place::at(file, text, start), problem: Problem::Toml(without_value(error.message())) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The schema for editors names the roles of `ALL`, and the parser takes the roles that there are.
    #[test]
    fn every_role_stands_in_the_schema() {
        let error = toml::from_str::<BTreeMap<Role, bool>>("none_of_them = true").unwrap_err();
        // Between the first two marks stands the name that is refused; every second piece after them is one that is taken.
        let taken: Vec<_> = error.message().split('`').skip(3).step_by(2).collect();
        assert_eq!(taken, Role::ALL.map(Role::name));
    }
}
