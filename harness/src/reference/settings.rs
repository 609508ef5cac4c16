//! What can be set on the reference server; the default is right.

use super::Deviation;
use serde_json::{Map, Value};
use std::time::Duration;

/// The settings of a reference server.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The issuer identifier: the base of every URL.
    pub issuer: String,
    /// How long a token lives, seconds.
    pub token_lifetime: u64,
    /// What tokens are signed with.
    pub algorithm: SigningAlgorithm,
    /// Tokens that are no JWTs.
    pub opaque_tokens: bool,
    /// How long after its end introspection calls a token active, seconds.
    pub introspection_leeway: i64,
    /// How long after its end the protected resource accepts a token, seconds.
    pub protected_leeway: i64,
    /// Tokens are signed with a key that is not in the JWK Set.
    pub hidden_key: bool,
    /// What becomes of scopes that the client may not have.
    pub excessive_scopes: ExcessiveScopes,
    /// The answer names the scope only where it is not the one that was asked for (RFC 6749 §5.1).
    pub scope_omitted: bool,
    /// Whether every absolute URI is a resource (RFC 8707 §2.2).
    pub any_resource: bool,
    /// What is done to header and claims before they are signed.
    pub minting: Minting,
    /// Whether proofs of possession must carry a nonce (RFC 9449 §8).
    pub dpop_nonces: Nonces,
    /// A check of proofs, assertions and certificates that is left out, by the name of what it looks at.
    pub unchecked: Option<&'static str>,
    /// How far the clocks of those who sign assertions and proofs may be off, seconds, beyond what is granted anyway.
    pub skew: i64,
    /// The same token is handed out again while it lives.
    pub reissues: bool,
    /// What is handed out again is announced with the lifetime of a new one.
    pub full_lifetime: bool,
    /// A client's assertion may name the token endpoint as its audience (RFC 7523 §3).
    pub assertion_for_endpoint: bool,
    /// The token endpoint answers over plain http too.
    pub plaintext: bool,
    /// Tokens for which no resource was named are for the issuer.
    pub issuer_as_audience: bool,
    /// How long it takes to answer.
    pub delay: Duration,
    /// What goes wrong between the steps of a token's life.
    pub lapse: Option<Lapse>,
    /// Certificates are asked for at a host of their own (RFC 8705 §5).
    pub certificate_host: bool,
    /// Requests a second, after which the answer is 429 with `Retry-After`.
    pub requests_per_second: Option<u32>,
}

/// A change of header and claims.
pub type Minting = fn(&mut Map<String, Value>, &mut Map<String, Value>);

/// What goes wrong between the steps of a token's life, though each step alone is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lapse {
    /// Revoked tokens come alive when the next is issued.
    Revived,
    /// Expired tokens do.
    Renewed,
    /// Only the last revocation is remembered.
    OneRevocation,
    /// A revocation ends the tokens of every client.
    Everybody,
    /// A revocation ends every token of its client, as it may (RFC 7009 §2.1).
    Related,
    /// A token is dead when it is looked at for the second time.
    OneLook,
}

impl Lapse {
    /// As a deviation of the reference server.
    pub const fn deviation(self) -> Deviation {
        Deviation::Sets(match self {
            Self::Revived => |settings| settings.lapse = Some(Self::Revived),
            Self::Renewed => |settings| settings.lapse = Some(Self::Renewed),
            Self::OneRevocation => |settings| settings.lapse = Some(Self::OneRevocation),
            Self::Everybody => |settings| settings.lapse = Some(Self::Everybody),
            Self::Related => |settings| settings.lapse = Some(Self::Related),
            Self::OneLook => |settings| settings.lapse = Some(Self::OneLook),
        })
    }
}

/// Which nonces are demanded of proofs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Nonces {
    /// None.
    #[default]
    Never,
    /// One that the server gave out lately.
    Demanded,
    /// The same, and it tells the time of the proof in the place of `iat` (RFC 9449 §4.3).
    Dating,
    /// Any at all.
    Any,
}

/// What tokens are signed with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SigningAlgorithm {
    /// ECDSA on P-256: a key is made in no time.
    #[default]
    Es256,
    /// RSA: making a key is slow.
    Rs256,
}

/// What becomes of scopes that a client asks for and may not have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ExcessiveScopes {
    /// The request is refused.
    #[default]
    Refused,
    /// They are granted.
    Granted,
    /// They are granted if the first scope of the request is one that the client may have.
    GrantedBehindOthers,
    /// They are left out, and the answer does not say so.
    SilentlyDropped,
    /// Where one is, all scopes of the client are granted, and the answer says so (RFC 6749 §3.3).
    Ignored,
}

impl Settings {
    /// Whether what is demanded holds, or is not looked at.
    pub(super) fn holds(&self, what: &str, demand: bool) -> bool {
        demand || self.unchecked == Some(what)
    }

    /// A right server at this base.
    pub fn new(issuer: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            token_lifetime: 3600,
            algorithm: SigningAlgorithm::default(),
            opaque_tokens: false,
            introspection_leeway: 0,
            protected_leeway: 0,
            hidden_key: false,
            excessive_scopes: ExcessiveScopes::default(),
            scope_omitted: false,
            any_resource: false,
            minting: |_, _| (),
            dpop_nonces: Nonces::default(),
            unchecked: None,
            skew: 0,
            reissues: false,
            full_lifetime: false,
            assertion_for_endpoint: false,
            plaintext: false,
            issuer_as_audience: false,
            delay: Duration::ZERO,
            lapse: None,
            certificate_host: false,
            requests_per_second: None,
        }
    }
}
