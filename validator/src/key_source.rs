//! The keys of one issuer over time: a state machine without I/O. Times and answers go in, "fetch this" comes out.
//!
//! Its state is data, not a pending promise: whoever asks while another fetches is told to wait and ask again, so that
//! requests of one process need to share nothing else.

use std::sync::Arc;

use crate::{
    ConfigurationError, KeySet, Policy, UnixTime,
    discovery::{self, MAX_METADATA_BYTES},
    key::MAX_KEY_SET_BYTES,
    location::{Location, Loopback},
};

/// A set is used without asking again for so long: ten minutes, the common default of libraries for key sets.
const FRESH_MILLISECONDS: i64 = 600_000;
/// A set that cannot be refreshed is used for so long: a day covers an outage, and bounds how long a withdrawn key lives.
const USABLE_MILLISECONDS: i64 = 24 * 3_600_000;
/// An unknown `kid` causes a fetch at most this often (RFC 8725 §3.10: tokens must not steer our traffic).
const UNKNOWN_KEY_MILLISECONDS: i64 = 30_000;
/// After a failure the next attempt waits: this, doubled with each failure in a row.
const FIRST_BACK_OFF_SECONDS: u32 = 1;
/// The longest wait after failures.
const LAST_BACK_OFF_SECONDS: u32 = 60;
/// A fetch gets so long before it counts as failed.
const TIMEOUT_MILLISECONDS: u32 = 3_000;
/// A fetch of which nothing was heard for this long is given up, because its request may have died with its caller.
const ABANDONED_MILLISECONDS: i64 = 4_000;
/// Who waits for another's fetch asks again after this.
const WAIT_MILLISECONDS: u32 = 20;

/// Where the keys of an issuer come from.
#[derive(Debug, Clone)]
enum Origin {
    /// Given by value; never fetched.
    Given,
    /// One URL.
    At(String),
    /// The issuer's metadata names the URL.
    Discovered { issuer: String, metadata: [String; 2] },
}

/// A request to make: GET, no redirects, no credentials, and the whole answer or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetch {
    /// What to get.
    pub url: String,
    /// Goes back with the answer, in [`KeySource::received`].
    pub ticket: u32,
    /// An answer with a longer body, in bytes, is a failure.
    pub max_bytes: usize,
    /// An answer that takes longer, in milliseconds, is a failure.
    pub timeout_milliseconds: u32,
}

/// What a caller must do before it can go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// Nothing: the keys at hand are the ones to use.
    Nothing,
    /// Make this request, report it, ask again.
    Fetch(Fetch),
    /// Another caller is fetching: ask again after so many milliseconds.
    Wait(u32),
    /// There are no keys now, and no attempt to get them for so many seconds.
    Unavailable {
        /// Seconds until the next attempt.
        retry_after_seconds: u32,
    },
}

/// Why a caller asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To use the keys at hand, if they are good enough.
    Use,
    /// The keys at hand do not have the one that a token names.
    UnknownKey,
}

#[derive(Debug)]
struct Loaded {
    keys: Arc<KeySet>,
    at: UnixTime,
}

#[derive(Debug)]
struct Flight {
    ticket: u32,
    started: UnixTime,
    /// The metadata document at this place of the list; the key set if `None`.
    metadata: Option<usize>,
}

/// The keys of one issuer over time.
#[derive(Debug)]
pub struct KeySource {
    origin: Origin,
    loopback: Loopback,
    jwks_uri: Option<String>,
    /// The metadata document to ask for next.
    next_metadata: usize,
    loaded: Option<Loaded>,
    flight: Option<Flight>,
    failures: u32,
    retry_at: Option<UnixTime>,
    last_ticket: u32,
    generation: u32,
}

impl KeySource {
    /// These keys, for ever.
    ///
    /// # Errors
    /// [`ConfigurationError`] if none of them can be used.
    pub fn given(keys: KeySet) -> Result<Self, ConfigurationError> {
        if !keys.has_usable_key() {
            return Err(ConfigurationError::new(
                "jwks",
                "has no key that can verify a signature: public RSA keys of 2048 to 8192 bits, P-256, P-384, P-521 or Ed25519 keys, with `use` absent or \"sig\"",
            ));
        }
        let loaded = Loaded { keys: Arc::new(keys), at: UnixTime::from_seconds(0) };
        Ok(Self { loaded: Some(loaded), ..Self::from_origin(Origin::Given, Loopback::Refused) })
    }

    /// The key set at this URL.
    ///
    /// # Errors
    /// [`ConfigurationError`] if it is not an https URL of the narrow form that is read here (RFC 8414 §2, `jwks_uri`).
    pub fn at(jwks_uri: &str, policy: &Policy) -> Result<Self, ConfigurationError> {
        if Location::parse(jwks_uri, policy.loopback()).is_none() {
            return Err(ConfigurationError::new(
                "jwksUri",
                "is not an absolute https URL without user information and fragment (http is for loopback addresses, with allowInsecureLoopback)",
            ));
        }
        Ok(Self::from_origin(Origin::At(jwks_uri.to_owned()), policy.loopback()))
    }

    /// The key set that the metadata of the policy's issuer names (RFC 8414 §3).
    ///
    /// # Errors
    /// [`ConfigurationError`] if the issuer is not an https URL (RFC 8414 §2).
    pub fn discovered(policy: &Policy) -> Result<Self, ConfigurationError> {
        let issuer = policy.issuer().to_owned();
        match discovery::metadata_urls(&issuer, policy.loopback()) {
            Some(metadata) => Ok(Self::from_origin(Origin::Discovered { issuer, metadata }, policy.loopback())),
            None => Err(ConfigurationError::new(
                "issuer",
                "is not an absolute https URL without query, fragment and user information, so its keys cannot be discovered; give jwksUri or jwks (http is for loopback addresses, with allowInsecureLoopback)",
            )),
        }
    }

    const fn from_origin(origin: Origin, loopback: Loopback) -> Self {
        Self {
            origin,
            loopback,
            jwks_uri: None,
            next_metadata: 0,
            loaded: None,
            flight: None,
            failures: 0,
            retry_at: None,
            last_ticket: 0,
            generation: 0,
        }
    }

    /// The keys at hand, unless they are too old to be used.
    pub fn keys(&self, now: UnixTime) -> Option<Arc<KeySet>> {
        self.loaded.as_ref().filter(|loaded| self.is_usable(loaded, now)).map(|loaded| Arc::clone(&loaded.keys))
    }

    fn is_usable(&self, loaded: &Loaded, now: UnixTime) -> bool {
        matches!(self.origin, Origin::Given) || now.milliseconds_since(loaded.at) < USABLE_MILLISECONDS
    }

    /// What must be done before the keys at hand can be used, or before a key that they lack is refused.
    pub fn need(&mut self, purpose: Purpose, now: UnixTime) -> Need {
        if matches!(self.origin, Origin::Given) {
            return Need::Nothing;
        }
        let usable = self.loaded.as_ref().filter(|loaded| self.is_usable(loaded, now));
        let patience = match purpose {
            Purpose::Use => FRESH_MILLISECONDS,
            Purpose::UnknownKey => UNKNOWN_KEY_MILLISECONDS,
        };
        let has_usable = usable.is_some();
        if usable.is_some_and(|loaded| now.milliseconds_since(loaded.at) < patience) {
            return Need::Nothing;
        }
        if let Some(retry_at) = self.retry_at.filter(|retry_at| now < *retry_at) {
            let seconds = retry_at.milliseconds_since(now).saturating_add(999) / 1000;
            let retry_after_seconds = u32::try_from(seconds).unwrap_or(LAST_BACK_OFF_SECONDS).max(1);
            return if has_usable { Need::Nothing } else { Need::Unavailable { retry_after_seconds } };
        }
        let is_flying =
            self.flight.as_ref().is_some_and(|flight| now.milliseconds_since(flight.started) < ABANDONED_MILLISECONDS);
        match (is_flying, has_usable, purpose) {
            (true, true, Purpose::Use) => Need::Nothing,
            (true, ..) => Need::Wait(WAIT_MILLISECONDS),
            (false, ..) => Need::Fetch(self.depart(now)),
        }
    }

    fn depart(&mut self, now: UnixTime) -> Fetch {
        let (url, metadata) = match (&self.origin, &self.jwks_uri) {
            (Origin::At(uri), _) | (Origin::Discovered { .. }, Some(uri)) => (uri.clone(), None),
            (Origin::Discovered { metadata, .. }, None) => {
                let place = self.next_metadata;
                (metadata.get(place).cloned().unwrap_or_default(), Some(place))
            }
            (Origin::Given, _) => (String::new(), None),
        };
        self.last_ticket = self.last_ticket.wrapping_add(1);
        self.flight = Some(Flight { ticket: self.last_ticket, started: now, metadata });
        let max_bytes = if metadata.is_some() { MAX_METADATA_BYTES } else { MAX_KEY_SET_BYTES };
        Fetch { url, ticket: self.last_ticket, max_bytes, timeout_milliseconds: TIMEOUT_MILLISECONDS }
    }

    /// Takes the answer to a [`Fetch`]. `status` is the HTTP status, 0 if there was no whole answer. An answer to a
    /// request that was given up in the meantime changes nothing.
    pub fn received(&mut self, ticket: u32, status: u16, body: &[u8], now: UnixTime) {
        let Some(flight) = self.flight.take_if(|flight| flight.ticket == ticket) else {
            return;
        };
        let understood = status == 200
            && match flight.metadata {
                Some(_) => self.read_metadata(body),
                None => self.read_keys(body, now),
            };
        match (understood, flight.metadata) {
            (true, Some(_)) => {}
            (true, None) => (self.failures, self.retry_at) = (0, None),
            // The second place to look for metadata is asked at once.
            (false, Some(0)) => self.next_metadata = 1,
            (false, _) => self.fail(now),
        }
    }

    fn read_metadata(&mut self, body: &[u8]) -> bool {
        let Origin::Discovered { issuer, .. } = &self.origin else {
            return false;
        };
        self.jwks_uri = discovery::jwks_uri(body, issuer, self.loopback).ok();
        self.jwks_uri.is_some()
    }

    fn read_keys(&mut self, body: &[u8], now: UnixTime) -> bool {
        let Ok(keys) = KeySet::from_json(body) else {
            return false;
        };
        self.generation = self.generation.wrapping_add(1);
        self.loaded = Some(Loaded { keys: Arc::new(keys.of_generation(self.generation)), at: now });
        true
    }

    /// The next attempt comes later, and looks for the metadata anew: the location may have changed.
    fn fail(&mut self, now: UnixTime) {
        let doubled = FIRST_BACK_OFF_SECONDS.checked_shl(self.failures).unwrap_or(LAST_BACK_OFF_SECONDS);
        self.failures = self.failures.saturating_add(1).min(16);
        self.retry_at = Some(now.plus_seconds(doubled.min(LAST_BACK_OFF_SECONDS).into()));
        self.jwks_uri = None;
        self.next_metadata = 0;
    }
}
