//! Why a token or a request is refused: precise causes inside, few stable codes outside, one total match between.
//!
//! A refusal holds no byte of what it refuses. Its text is fixed here, so that it can go into a log or into an
//! `error_description` (RFC 6750 §3) as it is.

use core::fmt;

use crate::dpop::Fault;

/// One row a code: name, HTTP status, RFC 6750 error, whether the same request may succeed later.
macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $status:literal, $error:expr, $retryable:literal;)*) => {
        /// A stable name for a class of refusals; the npm package and this crate share them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// Every code, in the order of this table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name, as programs compare it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The HTTP status of the answer (RFC 6750 §3.1; 500 and 503 are ours).
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }

            /// The `error` parameter of the challenge, where the answer has one (RFC 6750 §3.1).
            pub const fn error(self) -> Option<&'static str> {
                match self { $(Self::$variant => $error,)* }
            }

            /// Whether the same request may succeed later without a change by the client.
            pub const fn retryable(self) -> bool {
                match self { $(Self::$variant => $retryable,)* }
            }
        }
    };
}

const INVALID_REQUEST: Option<&str> = Some("invalid_request");
const INVALID_TOKEN: Option<&str> = Some("invalid_token");

codes! {
    /// The request carries no bearer token (RFC 6750 §3.1: no error code is given then).
    MissingToken = "missing_token", 401, None, false;
    /// The credentials do not have the form of RFC 6750 §2.1.
    MalformedRequest = "malformed_request", 400, INVALID_REQUEST, false;
    /// More than one token, or more than one `Authorization` field (RFC 6750 §3.1).
    MultipleTokens = "multiple_tokens", 400, INVALID_REQUEST, false;
    /// The token is not a JWS in compact serialization with strict JSON inside (RFC 7515 §5.2).
    MalformedToken = "malformed_token", 401, INVALID_TOKEN, false;
    /// The token is longer than the policy allows.
    TokenTooLarge = "token_too_large", 401, INVALID_TOKEN, false;
    /// The token is a JWE (RFC 7516 §9) or carries a nested token; neither is supported.
    EncryptedToken = "encrypted_token", 401, INVALID_TOKEN, false;
    /// The `alg` is unknown or not allowed for this issuer (RFC 8725 §3.1).
    UnsupportedAlgorithm = "unsupported_algorithm", 401, INVALID_TOKEN, false;
    /// The header demands an extension that is not supported (RFC 7515 §4.1.11).
    UnsupportedCritical = "unsupported_critical", 401, INVALID_TOKEN, false;
    /// The issuer's key set has no such key (RFC 7515 §6).
    KeyNotFound = "key_not_found", 401, INVALID_TOKEN, false;
    /// The key is there, but must not be used for this (RFC 7517 §4.2–4.4, RFC 8725 §3.1).
    UnsuitableKey = "unsuitable_key", 401, INVALID_TOKEN, false;
    /// The signature is not one of this key over these bytes (RFC 7515 §5.2).
    InvalidSignature = "invalid_signature", 401, INVALID_TOKEN, false;
    /// The time of `exp` has come (RFC 7519 §4.1.4).
    TokenExpired = "token_expired", 401, INVALID_TOKEN, false;
    /// The time of `nbf` has not come (RFC 7519 §4.1.5).
    TokenNotYetValid = "token_not_yet_valid", 401, INVALID_TOKEN, false;
    /// `iat` lies in the future.
    IssuedInFuture = "issued_in_future", 401, INVALID_TOKEN, false;
    /// `iss` is none of the configured issuers (RFC 9068 §4).
    InvalidIssuer = "invalid_issuer", 401, INVALID_TOKEN, false;
    /// `aud` does not name this resource server (RFC 7519 §4.1.3).
    InvalidAudience = "invalid_audience", 401, INVALID_TOKEN, false;
    /// `typ` is not that of an access token of the configured profile (RFC 9068 §4, RFC 8725 §3.11).
    InvalidType = "invalid_type", 401, INVALID_TOKEN, false;
    /// A claim that the profile requires is absent (RFC 9068 §2.2).
    ClaimMissing = "claim_missing", 401, INVALID_TOKEN, false;
    /// A claim has the wrong type or an impossible value.
    ClaimInvalid = "claim_invalid", 401, INVALID_TOKEN, false;
    /// The token was issued longer ago than the policy allows.
    TokenTooOld = "token_too_old", 401, INVALID_TOKEN, false;
    /// The token is good, its scope is not enough (RFC 6750 §3.1).
    InsufficientScope = "insufficient_scope", 403, Some("insufficient_scope"), false;
    /// The token is bound to a key (`cnf`, RFC 7800 §3.1) and came without proof of it.
    BoundTokenWithoutProof = "bound_token_without_proof", 401, INVALID_TOKEN, false;
    /// The token is bound to another client certificate than that of the connection (RFC 8705 §3).
    CertificateMismatch = "certificate_mismatch", 401, INVALID_TOKEN, false;
    /// The DPoP proof is missing or wrong (RFC 9449 §4.3, §7.1).
    InvalidDpopProof = "invalid_dpop_proof", 401, Some("invalid_dpop_proof"), false;
    /// The DPoP proof needs the nonce that the answer carries (RFC 9449 §9).
    UseDpopNonce = "use_dpop_nonce", 401, Some("use_dpop_nonce"), false;
    /// The token is good; the user's authentication is too weak or too long ago (RFC 9470 §3).
    InsufficientUserAuthentication = "insufficient_user_authentication", 401, Some("insufficient_user_authentication"), false;
    /// The issuer's keys are not to be had; not the client's fault.
    JwksUnavailable = "jwks_unavailable", 503, None, true;
    /// The validator is configured wrongly.
    InvalidConfiguration = "invalid_configuration", 500, None, false;
    /// A defect of this library.
    InternalError = "internal_error", 500, None, false;
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

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
    /// The issuer's keys cannot be had at this time.
    KeysUnavailable {
        /// After so many seconds another attempt makes sense.
        retry_after_seconds: u32,
    },
}

impl Refusal {
    /// The stable code of this cause.
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
            Self::KeysUnavailable { .. } => (Code::JwksUnavailable, "the keys of the issuer are not available"),
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
