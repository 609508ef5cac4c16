//! What can be said of the token itself.

pub(super) mod altered;
pub(super) mod audience;
pub(super) mod claims;
pub(super) mod form;
pub(super) mod header;
pub(super) mod profile;
pub(super) mod scope_claim;
pub(super) mod signature;
pub(super) mod subject;
pub(super) mod unique;

/// The signature algorithms of the registry that RFC 7518 began (RFC 7518 §3.1, RFC 8037, RFC 8812, RFC 9864).
const REGISTERED: [&str; 20] = [
    "HS256",
    "HS384",
    "HS512",
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "ES256K",
    "EdDSA",
    "Ed25519",
    "Ed448",
    "ML-DSA-44",
    "ML-DSA-65",
    "ML-DSA-87",
    "ESP256",
];
