//! DPoP at a resource server (RFC 9449): the sender proves, request by request, the key that its token is bound to.
//!
//! A proof is another kind of JWT than a token and has its own reader: it brings its key along, which a token must never
//! do. Its checks (§4.3) run after those of the token; its signature is a second question of [`crate::verify::Step`],
//! and the memory against repetition (§11.1) a third.

mod fault;
mod nonce;
mod proof;
mod replay;
mod target;

pub use self::{
    fault::Fault,
    nonce::{DEFAULT_SLOT_SECONDS, MAX_SLOT_SECONDS, MIN_SECRET_BYTES, NonceSource},
    replay::ReplayKey,
};
pub(crate) use self::{
    proof::{Expected, Proof},
    target::normalise,
};
use crate::{Algorithm, ConfigurationError};

/// A longer proof is refused before it is decoded, in bytes: what common servers take for one header field.
pub const MAX_PROOF_BYTES: usize = 8 * 1024;
/// A longer `jti` is refused, in bytes: RFC 9449 §4.2 asks for 96 bits of randomness, eight times less in any encoding.
pub const MAX_JTI_BYTES: usize = 256;
/// Seconds for which a proof is good by default: a request's way and a clock that is somewhat slow.
pub const DEFAULT_MAX_AGE_SECONDS: u32 = 60;
/// The most that [`Dpop::with_max_age_seconds`] takes: RFC 9449 §11.1 speaks of seconds or minutes.
pub const LIMIT_MAX_AGE_SECONDS: u32 = 300;

/// What is accepted as a proof, where DPoP is on.
#[derive(Debug, Clone)]
pub struct Dpop {
    algorithms: Vec<Algorithm>,
    max_age_seconds: u32,
    nonces: Option<NonceSource>,
    remembers: bool,
    is_required: bool,
}

impl Default for Dpop {
    /// Every algorithm with public keys; 60 seconds; no nonces; no memory; tokens that are not bound pass as `Bearer`.
    fn default() -> Self {
        let algorithms = Algorithm::all().filter(|algorithm| !algorithm.is_symmetric()).collect();
        Self {
            algorithms,
            max_age_seconds: DEFAULT_MAX_AGE_SECONDS,
            nonces: None,
            remembers: false,
            is_required: false,
        }
    }
}

impl Dpop {
    /// Only these algorithms.
    ///
    /// # Errors
    /// [`ConfigurationError`] if the list is empty, or has an algorithm with a shared secret: the key of a proof is public
    /// (RFC 9449 §4.2).
    pub fn with_algorithms(mut self, algorithms: impl Into<Vec<Algorithm>>) -> Result<Self, ConfigurationError> {
        self.algorithms = algorithms.into();
        if self.algorithms.is_empty() {
            return Err(ConfigurationError::new("dpop", "has no algorithm; leave the list out for the default one"));
        }
        if let Some(symmetric) = self.algorithms.iter().find(|algorithm| algorithm.is_symmetric()) {
            let problem = format!("has {symmetric}, which needs a shared secret; the key of a proof is public");
            return Err(ConfigurationError::new("dpop", problem));
        }
        Ok(self)
    }

    /// For how many seconds after its `iat` a proof is good, inclusive (RFC 9449 §11.1). In the other direction the
    /// tolerance of the policy counts.
    ///
    /// # Errors
    /// [`ConfigurationError`] for 0 and above [`LIMIT_MAX_AGE_SECONDS`].
    pub fn with_max_age_seconds(mut self, seconds: u32) -> Result<Self, ConfigurationError> {
        if seconds == 0 || seconds > LIMIT_MAX_AGE_SECONDS {
            return Err(ConfigurationError::new("dpop", "has a maximum age of proofs that is not between 1 and 300"));
        }
        self.max_age_seconds = seconds;
        Ok(self)
    }

    /// Every proof must carry a nonce of this source (RFC 9449 §9).
    #[must_use]
    pub fn with_nonces(mut self, nonces: NonceSource) -> Self {
        self.nonces = Some(nonces);
        self
    }

    /// No proof is taken twice (RFC 9449 §11.1): verification asks the caller's store about each, by
    /// [`crate::verify::Step::Remember`].
    #[must_use]
    pub const fn with_memory(mut self) -> Self {
        self.remembers = true;
        self
    }

    /// Every token must be bound to the key of a proof (RFC 9728 §2, `dpop_bound_access_tokens_required`).
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    /// The allowed algorithms of proofs, at least one, none with a shared secret (RFC 9449 §4.3, check 5).
    pub fn algorithms(&self) -> &[Algorithm] {
        &self.algorithms
    }

    /// For how many seconds after its `iat` a proof is good, inclusive (RFC 9449 §11.1).
    pub const fn max_age_seconds(&self) -> u32 {
        self.max_age_seconds
    }

    /// The source of nonces, if they are demanded (RFC 9449 §9).
    pub const fn nonces(&self) -> Option<&NonceSource> {
        self.nonces.as_ref()
    }

    /// Whether a token that is bound to no such key is refused.
    pub const fn is_required(&self) -> bool {
        self.is_required
    }

    pub(crate) const fn remembers(&self) -> bool {
        self.remembers
    }
}

/// What a proof is about, and the proofs that came with the request: one is right, none or several are refused.
#[derive(Clone)]
pub struct Request {
    proofs: Vec<Vec<u8>>,
    pub(crate) method: String,
    pub(crate) uri: String,
}

impl Request {
    /// `fields` are the values of the `DPoP` fields, one a field line (RFC 9449 §4.1); `method` is that of the request, as it
    /// came; `uri` is the absolute URI that the client asked for (§4.3, checks 8 and 9).
    pub fn new(fields: &[&[u8]], method: impl Into<String>, uri: impl Into<String>) -> Self {
        Self {
            // Two suffice to know that there are several.
            proofs: fields.iter().take(2).map(|field| field.to_vec()).collect(),
            method: method.into(),
            uri: uri.into(),
        }
    }

    /// RFC 9449 §4.3, check 1.
    pub(crate) fn proof(&self) -> Result<&[u8], Fault> {
        match self.proofs.as_slice() {
            [] => Err(Fault::Missing),
            [one] => Ok(one),
            _ => Err(Fault::Several),
        }
    }
}

/// A proof lets its bearer in for a minute: `Debug` shows nothing of it.
impl core::fmt::Debug for Request {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Request").finish_non_exhaustive()
    }
}
