//! What it takes to test a statement, as a closed set.

use serde::Deserialize;

/// Something that a target has, or that its operator gives us. An endpoint and a client that works always are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// A throw-away client: its secret may leak, the client may be locked.
    DisposableClient,
    /// A second confidential client.
    SecondClient,
    /// A public client.
    PublicClient,
    /// A confidential client that may not use this grant.
    ClientWithoutGrant,
    /// A client that is allowed only a part of the scopes.
    ReadOnlyClient,
    /// A client with reserved characters in its id or secret.
    ReservedCharacters,
    /// A metadata document.
    Metadata,
    /// A JWK Set.
    Jwks,
    /// Access tokens that are JWTs.
    Jwt,
    /// Access tokens that claim the profile of RFC 9068.
    JwtProfile,
    /// An introspection endpoint.
    Introspection,
    /// A revocation endpoint.
    Revocation,
    /// The URL of a protected resource.
    ProtectedUrl,
    /// A known resource indicator.
    Resource,
    /// Two known resource indicators.
    TwoResources,
    /// A known scope.
    Scope,
    /// Two known scopes.
    TwoScopes,
    /// A client with `private_key_jwt`.
    PrivateKeyJwt,
    /// A client with `client_secret_jwt`.
    ClientSecretJwt,
    /// Client certificates.
    ClientCertificate,
    /// Support for DPoP.
    Dpop,
    /// Raw TLS handshakes.
    Tls,
    /// Many tokens.
    ManyTokens,
    /// Waiting until a token has expired.
    Wait,
    /// The consent of the operator to what could hurt a server.
    Offensive,
}
