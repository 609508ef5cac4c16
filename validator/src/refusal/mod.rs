//! Why a token or a request is refused: precise causes inside, few stable codes outside, one total match between.
//!
//! A refusal holds no byte of what it refuses. Its text is fixed here, so that it can go into a log or into an
//! `error_description` (RFC 6750 §3) as it is.
//!
//! Statements: RFC9700-4.9.3-10, RFC6750-3.1-21, RFC6750-3.1-22, RFC6750-3.1-23, RFC9068-4-20, HARNESS-R2.

mod code;

use core::fmt;

pub use self::code::Code;
use crate::dpop::Fault;

/// The precise cause of a refusal. It holds names of ours and configured values, never bytes of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// No `Authorization` field, or one of another scheme (RFC 6750 §3.1).
    NoToken,
    /// Scheme `Bearer` without a well-formed token after it (RFC 6750 §2.1).
    NotBearerSyntax,
    /// Several `Authorization` values in one request (RFC 6750 §3.1).
    SeveralCredentials,
    /// Longer than [`crate::Policy::with_max_token_bytes`].
    TooLarge,
    /// A byte that is neither of base64url nor a dot (RFC 7515 §7.1).
    ForeignCharacter,
    /// Not exactly three parts (RFC 7515 §7.1).
    NotThreeParts,
    /// Five parts: JWE compact serialization (RFC 7516 §9).
    Encrypted,
    /// Not the one base64url form of any bytes (RFC 7515 §5.2, RFC 4648 §3.5).
    NotCanonicalBase64url,
    /// The header is not one strict JSON object (RFC 7515 §5.2).
    HeaderNotJsonObject,
    /// A member occurs twice in the header (RFC 7515 §4).
    DuplicateHeaderMember,
    /// The claims are not one strict JSON object (RFC 7519 §7.2).
    ClaimsNotJsonObject,
    /// A member occurs twice in the claims (RFC 7519 §4).
    DuplicateClaim,
    /// A header parameter has the wrong JSON type (RFC 7515 §4.1).
    HeaderParameterInvalid(&'static str),
    /// `alg` is absent, unknown, or not in the policy (RFC 7515 §4.1.1, RFC 8725 §3.1).
    AlgorithmNotAllowed,
    /// The algorithm is allowed, and nothing that runs here can check it: ES384 and ES512 on wasm32 without the host.
    NoArithmetic,
    /// The header carries `crit` (RFC 7515 §4.1.11).
    CriticalExtension,
    /// The header carries `b64` (RFC 7797 §7) or `zip`.
    UnsupportedEncoding(&'static str),
    /// The header carries `enc` or a `cty` that says that a token is nested (RFC 7519 §5.2).
    NestedToken,
    /// `typ` does not fit the profile; `fitting` names a profile that it would fit.
    WrongType {
        /// The name of a profile whose `typ` this is, if there is one.
        fitting: Option<&'static str>,
    },
    /// The claims have the marks of another kind of JWT: an ID token, a logout token, a DPoP proof (RFC 8725 §3.12).
    OtherKindOfToken,
    /// `iss` is not the configured issuer (RFC 9068 §4).
    UnknownIssuer,
    /// No key of this `kid` (RFC 7515 §6).
    NoKey,
    /// A key of this `kid`, but none that may verify this algorithm (RFC 7517 §4.2–4.4).
    UnsuitableKey,
    /// No candidate key made this signature (RFC 7515 §5.2).
    BadSignature,
    /// `now` is not before `exp` plus the tolerance (RFC 7519 §4.1.4).
    Expired,
    /// `now` is before `nbf` less the tolerance (RFC 7519 §4.1.5).
    NotYetValid,
    /// `iat` is after `now` plus the tolerance.
    IssuedInFuture,
    /// `iat` is longer ago than the policy's maximum age.
    TooOld,
    /// `aud` names others only (RFC 7519 §4.1.3).
    WrongAudience,
    /// A required claim is absent.
    ClaimMissing(&'static str),
    /// A claim has the wrong type or an impossible value.
    ClaimInvalid(&'static str),
    /// The token carries `cnf` and came as a plain bearer token (RFC 7800 §3.1, RFC 9449 §7.2).
    BoundToken,
    /// `cnf.jkt` is not the thumbprint of the proof's key (RFC 9449 §4.3, check 12).
    OtherProofKey,
    /// The DPoP proof does not pass (RFC 9449 §4.3).
    ProofInvalid(Fault),
    /// The DPoP proof has no nonce that is good now (RFC 9449 §9).
    NonceDemanded {
        /// The nonce to use: ours, never that of the request.
        nonce: String,
    },
    /// `cnf."x5t#S256"` is not the thumbprint of the client's certificate (RFC 8705 §3).
    CertificateMismatch,
    /// `acr` or `auth_time` do not meet the need of the request (RFC 9470 §3).
    AuthenticationInsufficient {
        /// The values of `acr` of which one is needed, in order of preference; none: not compared.
        acr_values: Vec<String>,
        /// So many seconds ago the user may have authenticated.
        max_age_seconds: Option<u32>,
    },
    /// Scopes that the request needs and the token does not carry (RFC 6750 §3.1).
    ScopeMissing {
        /// The scopes that are required and absent, in the configured order.
        missing: Vec<String>,
        /// The scopes that must not be granted and are.
        forbidden: Vec<String>,
    },
    /// From `iat` to `exp` is longer than the policy allows.
    LivesTooLong,
    /// The store gave no answer, so that nobody knows whether the DPoP proof came before (RFC 9449 §11.1).
    MemoryUnavailable,
    /// The issuer's keys cannot be had at this time.
    KeysUnavailable {
        /// After so many seconds another attempt makes sense.
        retry_after_seconds: u32,
    },
    /// The issuer's keys cannot be had, because its metadata names a place for them that is not among the policy's
    /// `jwks_origins` (RFC 8414 §2).
    KeysElsewhere {
        /// After so many seconds its metadata is read again.
        retry_after_seconds: u32,
    },
}

impl Refusal {
    /// The stable code of this cause: what programs compare, and what decides status and `error` (RFC 6750 §3.1).
    pub const fn code(&self) -> Code {
        self.describe().0
    }

    /// The cause in fixed words without any value of the request; legal in `error_description` (RFC 6750 §3).
    pub const fn message(&self) -> &'static str {
        self.describe().1
    }

    /// The one match from cause to code and words.
    const fn describe(&self) -> (Code, &'static str) {
        match self {
            Self::NoToken => (Code::MissingToken, "the request carries no bearer token"),
            Self::NotBearerSyntax => (Code::MalformedRequest, "the Authorization field is not one bearer token"),
            Self::SeveralCredentials => (Code::MultipleTokens, "the request carries more than one credential"),
            Self::TooLarge => (Code::TokenTooLarge, "the token is larger than this server accepts"),
            Self::ForeignCharacter => (Code::MalformedToken, "the token has a character that no JWT has"),
            Self::NotThreeParts => (Code::MalformedToken, "the token does not have three parts"),
            Self::Encrypted => (Code::EncryptedToken, "the token is encrypted, which this server does not support"),
            Self::NotCanonicalBase64url => (Code::MalformedToken, "a part of the token is not canonical base64url"),
            Self::HeaderNotJsonObject => (Code::MalformedToken, "the header is not one strict JSON object"),
            Self::DuplicateHeaderMember => (Code::MalformedToken, "a member occurs twice in the header"),
            Self::ClaimsNotJsonObject => (Code::MalformedToken, "the claims are not one strict JSON object"),
            Self::DuplicateClaim => (Code::MalformedToken, "a member occurs twice in the claims"),
            Self::HeaderParameterInvalid(_) => (Code::MalformedToken, "a header parameter has the wrong type"),
            Self::AlgorithmNotAllowed => (Code::UnsupportedAlgorithm, "the algorithm is not one that is allowed here"),
            Self::NoArithmetic => (Code::UnsupportedAlgorithm, "the algorithm cannot be checked here"),
            Self::CriticalExtension => (Code::UnsupportedCritical, "the header has critical extensions"),
            Self::UnsupportedEncoding(_) => (Code::UnsupportedCritical, "the header asks for an unsupported encoding"),
            Self::NestedToken => (Code::EncryptedToken, "the token carries another token or is encrypted"),
            Self::WrongType { fitting: None } => (Code::InvalidType, "the type is not that of an access token"),
            // The words stay the same for the client; the operator reads `fitting`.
            Self::WrongType { fitting: Some(_) } => (Code::InvalidType, "the type is not that of the expected profile"),
            Self::OtherKindOfToken => (Code::InvalidType, "the claims are those of another kind of token"),
            Self::UnknownIssuer => (Code::InvalidIssuer, "the issuer is not one that is accepted here"),
            Self::NoKey => (Code::KeyNotFound, "the issuer has no such key"),
            Self::UnsuitableKey => (Code::UnsuitableKey, "the key must not be used for this algorithm"),
            Self::BadSignature => (Code::InvalidSignature, "the signature does not verify"),
            Self::Expired => (Code::TokenExpired, "the token has expired"),
            Self::NotYetValid => (Code::TokenNotYetValid, "the token is not valid yet"),
            Self::IssuedInFuture => (Code::IssuedInFuture, "the token was issued in the future"),
            Self::TooOld => (Code::TokenTooOld, "the token was issued too long ago"),
            Self::LivesTooLong => (Code::ClaimInvalid, "the token lives longer than is accepted here"),
            Self::WrongAudience => (Code::InvalidAudience, "the token is for another audience"),
            Self::ClaimMissing(_) => (Code::ClaimMissing, "a required claim is missing"),
            Self::ClaimInvalid(_) => (Code::ClaimInvalid, "a claim has a wrong type or value"),
            Self::BoundToken => (Code::BoundTokenWithoutProof, "the token is bound to a key that was not proved"),
            Self::OtherProofKey => (Code::BoundTokenWithoutProof, "the token is bound to another key than the proof"),
            Self::ProofInvalid(fault) => (Code::InvalidDpopProof, fault.message()),
            Self::NonceDemanded { .. } => (Code::UseDpopNonce, "the DPoP proof needs the nonce of this answer"),
            Self::CertificateMismatch => (Code::CertificateMismatch, "the token is bound to another certificate"),
            Self::AuthenticationInsufficient { .. } => {
                (Code::InsufficientUserAuthentication, "the user must authenticate more strongly or more recently")
            }
            Self::ScopeMissing { .. } => (Code::InsufficientScope, "the token does not have the required scope"),
            Self::MemoryUnavailable => {
                (Code::StoreUnavailable, "whether the DPoP proof was used before is not known now")
            }
            Self::KeysUnavailable { .. } => (Code::JwksUnavailable, "the keys of the issuer are not available"),
            Self::KeysElsewhere { .. } => (
                Code::JwksUnavailable,
                "the issuer's metadata names a key set on another origin than its own; list that origin in jwksOrigins if you trust it",
            ),
        }
    }

    /// What the cause names beside its words: a claim, a header parameter, a profile, scopes. All of it is ours or configured.
    fn detail(&self) -> Option<String> {
        match self {
            Self::ClaimMissing(name) | Self::ClaimInvalid(name) => Some(format!("`{name}`")),
            Self::HeaderParameterInvalid(name) | Self::UnsupportedEncoding(name) => Some(format!("`{name}`")),
            Self::WrongType { fitting: Some(profile) } => Some(format!("it fits the profile \"{profile}\"")),
            Self::ScopeMissing { missing, forbidden } if forbidden.is_empty() => Some(missing.join(" ")),
            Self::ScopeMissing { missing, forbidden } => {
                Some(format!("missing [{}], granted against the rule [{}]", missing.join(" "), forbidden.join(" ")))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())?;
        match self.detail() {
            Some(detail) => write!(f, ": {detail}"),
            None => Ok(()),
        }
    }
}

impl core::error::Error for Refusal {}
