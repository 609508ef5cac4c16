//! The keys of one issuer over time: a state machine without I/O. Times and answers go in, "fetch this" comes out.
//!
//! Its state is data, not a pending promise: whoever asks while another fetches is told to wait and ask again, so that
//! requests of one process need to share nothing else.
//!
//! A set is *fresh* for as long as its answer says, within a minute and a day, ten minutes if it does not say. In the
//! last tenth of that time, and for an hour after it, one caller at a time is asked to refresh it *in the background*
//! while all use it. After that a caller refreshes first; only while that fails is the old set used on, for a day in all,
//! and then the keys are unavailable. Failures are tried again after 1, 2, 4 … 60 seconds, and not before 30 while there are
//! keys to go on with. The parts, each in its file: lifetimes, the back-off, unknown keys, the place of the keys, numbers.
//!
//! Statements: HARNESS-R4, RFC8725-3.10-10, RFC7515-6-10.

mod back_off;
mod cache_control;
mod elsewhere;
mod freshness;
mod need;
mod numbering;
mod origin;
mod unknown_keys;

use std::sync::Arc;

pub use self::need::{Fetch, Need, Purpose, Received};
pub(crate) use self::numbering::Numbering;
use self::{
    back_off::{BackOff, Urgency},
    freshness::{Lifetime, Stage},
    origin::{Document, Origin},
    unknown_keys::UnknownKeys,
};
use crate::{ConfigurationError, KeySet, Policy, Refusal, UnixTime, digest::Digest};

/// A fetch gets so long before it counts as failed.
const TIMEOUT_MILLISECONDS: u32 = 3_000;
/// A fetch of which nothing was heard for this long is given up, because its request may have died with its caller.
const ABANDONED_MILLISECONDS: i64 = 4_000;
/// Who waits for another's fetch asks again after this.
const WAIT_MILLISECONDS: u32 = 20;
/// What is wrong with keys in the options that verify nothing.
const NO_USABLE_KEY: &str = "has no key that can verify a signature: public RSA keys of 2048 to 8192 bits, P-256, P-384, P-521 or Ed25519 keys, with `use` absent or \"sig\"";

#[derive(Debug)]
struct Loaded {
    keys: Arc<KeySet>,
    at: UnixTime,
    lifetime: Lifetime,
    /// Of the document, to see whether the next one is another.
    digest: Digest,
}

struct Flight {
    ticket: u32,
    started: UnixTime,
    document: Document,
    /// The `kid` that made it depart, if one did.
    unknown: Option<Option<String>>,
}

/// Anybody may have sent the `kid`: `Debug` shows nothing of it.
impl core::fmt::Debug for Flight {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Flight").field("ticket", &self.ticket).field("document", &self.document).finish_non_exhaustive()
    }
}

/// The keys of one issuer over time.
#[derive(Debug)]
pub struct KeySource {
    origin: Origin,
    loaded: Option<Loaded>,
    /// Of when the newest key set is that was read, usable or not; a seed does not count.
    seen_at: Option<UnixTime>,
    flight: Option<Flight>,
    back_off: BackOff,
    unknown_keys: UnknownKeys,
    numbering: Numbering,
    /// How many fetches there have been.
    fetches: u32,
    /// How many key sets have been read.
    key_sets: u64,
}

impl KeySource {
    /// These keys, for ever: nothing is fetched, and nothing is refreshed (RFC 7517 §5).
    ///
    /// # Errors
    /// [`ConfigurationError`] if none of them can be used.
    pub fn given(keys: KeySet) -> Result<Self, ConfigurationError> {
        if !keys.has_usable_key() {
            return Err(ConfigurationError::new("jwks", NO_USABLE_KEY));
        }
        let loaded = Loaded {
            keys: Arc::new(keys),
            at: UnixTime::from_seconds(0),
            lifetime: Lifetime::of_answer(None, None),
            digest: Digest::of(b""),
        };
        Ok(Self { loaded: Some(loaded), ..Self::from_origin(Origin::Given) })
    }

    /// The key set at this URL; no metadata is asked for.
    ///
    /// # Errors
    /// [`ConfigurationError`] if it is not an https URL of the narrow form that is read here (RFC 8414 §2, `jwks_uri`).
    pub fn at(jwks_uri: &str, policy: &Policy) -> Result<Self, ConfigurationError> {
        Ok(Self::from_origin(Origin::at(jwks_uri, policy)?))
    }

    /// The key set that the metadata of the policy's issuer names (RFC 8414 §3).
    ///
    /// # Errors
    /// [`ConfigurationError`] if the issuer is not an https URL (RFC 8414 §2), or one of the policy's `jwks_origins` is
    /// plain http without leave.
    pub fn discovered(policy: &Policy) -> Result<Self, ConfigurationError> {
        Ok(Self::from_origin(Origin::discovered(policy)?))
    }

    fn from_origin(origin: Origin) -> Self {
        Self {
            origin,
            loaded: None,
            seen_at: None,
            flight: None,
            back_off: BackOff::default(),
            unknown_keys: UnknownKeys::default(),
            numbering: Numbering::default(),
            fetches: 0,
            key_sets: 0,
        }
    }

    /// As one of several: numbers are unique among all that were numbered so. An answer to what was asked before is ignored.
    #[must_use]
    pub(crate) fn numbered(mut self, numbering: Numbering) -> Self {
        let generation = numbering.generation(self.key_sets);
        if let Some(loaded) = &mut self.loaded {
            loaded.keys = Arc::new(KeySet::clone(&loaded.keys).of_generation(generation));
        }
        Self { numbering, flight: None, ..self }
    }

    /// The keys at hand; `None` before the first answer, and when they are too old to be used at `now`.
    pub fn keys(&self, now: UnixTime) -> Option<Arc<KeySet>> {
        let usable = self.stage(now) != Stage::Dead;
        self.loaded.as_ref().filter(|_| usable).map(|loaded| Arc::clone(&loaded.keys))
    }

    /// Of the keys that were read last; it changes when they do. `None` if there are none.
    pub(crate) fn generation(&self) -> Option<u64> {
        self.loaded.as_ref().map(|loaded| loaded.keys.generation())
    }

    /// Of [`Self::keys`].
    pub(crate) fn usable_generation(&self, now: UnixTime) -> Option<u64> {
        self.generation().filter(|_| self.stage(now) != Stage::Dead)
    }

    /// The same, if nothing is to be fetched for them yet.
    pub(crate) fn fresh_generation(&self, now: UnixTime) -> Option<u64> {
        self.generation().filter(|_| self.stage(now) == Stage::Fresh)
    }

    /// Why there are no keys, for whoever runs this.
    pub(crate) const fn unavailable(&self, retry_after_seconds: u32) -> Refusal {
        if self.origin.is_elsewhere() {
            Refusal::KeysElsewhere { retry_after_seconds }
        } else {
            Refusal::KeysUnavailable { retry_after_seconds }
        }
    }

    fn stage(&self, now: UnixTime) -> Stage {
        match (&self.origin, &self.loaded) {
            (Origin::Given, _) => Stage::Fresh,
            (_, Some(loaded)) => loaded.lifetime.stage(now.milliseconds_since(loaded.at)),
            (_, None) => Stage::Dead,
        }
    }

    /// What must be done before the keys at hand can be used, or before a key that they lack is refused.
    pub fn need(&mut self, purpose: Purpose<'_>, now: UnixTime) -> Need {
        let stage = self.stage(now);
        let is_use = purpose == Purpose::Use;
        if matches!(self.origin, Origin::Given) || (stage == Stage::Fresh && is_use) {
            return Need::Nothing;
        }
        let urgency = if stage == Stage::Dead { Urgency::NoKeys } else { Urgency::OldKeys };
        if let Some(retry_after_seconds) = self.back_off.wait_seconds(urgency, now) {
            return if stage == Stage::Dead { Need::Unavailable { retry_after_seconds } } else { Need::Nothing };
        }
        let good_enough = match stage {
            Stage::Fresh | Stage::Refresh => true,
            // During an outage nobody waits for each attempt.
            Stage::Stale => self.back_off.is_failing(),
            Stage::Dead => false,
        };
        let background = good_enough && is_use;
        if self.is_flying(now) {
            return if background { Need::Nothing } else { Need::Wait(WAIT_MILLISECONDS) };
        }
        match (purpose, &self.loaded) {
            (Purpose::UnknownKey(kid), Some(loaded))
                if stage == Stage::Fresh && !self.unknown_keys.may_fetch(kid, loaded.at, now) =>
            {
                Need::Nothing
            }
            _ => self.depart(purpose, stage, background, now).map_or(Need::Nothing, Need::Fetch),
        }
    }

    fn is_flying(&self, now: UnixTime) -> bool {
        self.flight
            .as_ref()
            .is_some_and(|flight| (0..ABANDONED_MILLISECONDS).contains(&now.milliseconds_since(flight.started)))
    }

    fn depart(&mut self, purpose: Purpose<'_>, stage: Stage, background: bool, now: UnixTime) -> Option<Fetch> {
        let (url, document) = self.origin.next()?;
        let (url, is_cold) = (url.to_owned(), self.is_cold(stage, document));
        self.fetches = self.fetches.wrapping_add(1);
        let ticket = self.numbering.ticket(self.fetches);
        let unknown = match purpose {
            Purpose::Use => None,
            Purpose::UnknownKey(kid) => Some(kid.map(str::to_owned)),
        };
        self.flight = Some(Flight { ticket, started: now, document, unknown });
        Some(Fetch {
            url,
            ticket,
            max_bytes: document.max_bytes(),
            timeout_milliseconds: TIMEOUT_MILLISECONDS,
            background,
            store_key: self.origin.store_key(),
            is_cold,
        })
    }

    /// Takes the answer to a [`Fetch`]. `status` is the HTTP status, 0 if there was no whole answer; `cache_control` and
    /// `age` are its fields of these names (RFC 9111 §5), several lines joined by commas. An answer to a request that was
    /// given up in the meantime changes nothing. Gives what was made of it.
    pub fn received(
        &mut self,
        ticket: u32,
        status: u16,
        body: &[u8],
        now: UnixTime,
        cache_control: Option<&str>,
        age: Option<&str>,
    ) -> Received {
        let Some(flight) = self.flight.take_if(|flight| flight.ticket == ticket) else {
            return Received::Ignored;
        };
        let body = (status == 200).then_some(body);
        let understood = match flight.document {
            Document::Metadata { is_first } => self.origin.read_metadata(body, is_first),
            Document::KeySet => {
                body.is_some_and(|body| self.read_keys(body, Lifetime::of_answer(cache_control, age), now))
            }
        };
        match (understood, flight.document) {
            (true, Document::Metadata { .. }) => Received::Metadata,
            (true, Document::KeySet) => {
                self.back_off.succeed();
                if let Some(kid) = flight.unknown {
                    self.unknown_keys.note_absent(kid.as_deref(), now);
                }
                Received::KeySet
            }
            // The second place to look for metadata is asked at once.
            (false, Document::Metadata { is_first: true }) => {
                self.origin.ask_second_place();
                Received::Failed
            }
            (false, _) => {
                self.back_off.fail(now);
                self.origin.forget();
                Received::Failed
            }
        }
    }

    /// `at` is the time of the answer.
    fn read_keys(&mut self, body: &[u8], lifetime: Lifetime, at: UnixTime) -> bool {
        let digest = Digest::of(body);
        // The same document keeps its generation, and with it all that was made of its keys.
        if let Some(loaded) = self.loaded.as_mut().filter(|loaded| loaded.digest == digest) {
            (loaded.at, loaded.lifetime, self.seen_at) = (at, lifetime, Some(at));
            return true;
        }
        let Ok(keys) = KeySet::from_json(body) else {
            return false;
        };
        self.seen_at = Some(at);
        if !keys.has_usable_key() {
            // The issuer has withdrawn what it had, and there is nothing to judge a token by.
            self.loaded = None;
            return false;
        }
        self.key_sets = self.key_sets.saturating_add(1);
        let keys = Arc::new(keys.of_generation(self.numbering.generation(self.key_sets)));
        self.loaded = Some(Loaded { keys, at, lifetime, digest });
        true
    }
}
