//! What is wrong with a proof: one row each, in the order in which it is found (RFC 9449 §4.3).

macro_rules! faults {
    ($($(#[$doc:meta])* $variant:ident = $message:literal;)*) => {
        /// Why a proof is refused. It holds no byte of it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Fault { $($(#[$doc])* $variant,)* }

        impl Fault {
            /// Every fault, in the order of this table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The fault in fixed words, legal in `error_description` (RFC 6750 §3).
            pub const fn message(self) -> &'static str {
                match self { $(Self::$variant => $message,)* }
            }
        }
    };
}

faults! {
    /// Scheme `DPoP` without a `DPoP` field (§7.1).
    Missing = "the request carries no DPoP proof";
    /// More than one `DPoP` field (check 1).
    Several = "the request carries more than one DPoP proof";
    /// Over [`super::MAX_PROOF_BYTES`].
    TooLarge = "the DPoP proof is larger than this server accepts";
    /// Not one JWS in compact serialization with strict JSON inside (check 2).
    Malformed = "the DPoP proof is not one strict JWT";
    /// `typ` is not `dpop+jwt` (check 4).
    Type = "the type of the DPoP proof is not dpop+jwt";
    /// `alg` is absent, unknown, symmetric or not allowed (check 5).
    Algorithm = "the algorithm of the DPoP proof is not one that is allowed here";
    /// No public `jwk` that fits `alg`, or a private one (checks 6 and 7).
    Key = "the DPoP proof has no public key that fits its algorithm";
    /// One of `jti`, `htm`, `htu`, `iat`, `ath` is absent, or of a wrong type or length (checks 3 and 12).
    Claims = "a claim of the DPoP proof is missing or of a wrong type";
    /// `htm` is not the method (check 8).
    Method = "the DPoP proof is for another method";
    /// `htu` is not the URI (check 9).
    Target = "the DPoP proof is for another URI";
    /// `ath` is not the hash of this token (check 12).
    TokenHash = "the DPoP proof is for another token";
    /// `iat` is longer ago than the window (check 11).
    TooOld = "the DPoP proof was made too long ago";
    /// `iat` is after `now` plus the tolerance (check 11).
    InFuture = "the DPoP proof was made in the future";
    /// The signature is not one of its own key (check 6).
    Signature = "the signature of the DPoP proof does not verify";
    /// It has come before (§11.1).
    Repeated = "the DPoP proof has been used before";
}
