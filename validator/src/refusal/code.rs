//! The stable names for classes of refusals, as programs and clients see them: one table.

use core::fmt;

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

            /// Whether the same request may succeed later without a change by the client: for what is not its fault.
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
    /// The store that knows which DPoP proofs were used gives no answer; not the client's fault.
    StoreUnavailable = "store_unavailable", 503, None, true;
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
