//! Keys that did not come with an answer of the issuer: a seed in the options, and what another machine has fetched.

use super::{Document, KeySource, Lifetime, Loaded, Origin, Stage};
use crate::{ConfigurationError, KeySet, UnixTime, digest::Digest};

impl KeySource {
    /// The same source with keys to begin with, a JWK Set (RFC 7517 §5): used at once, refreshed by the first caller, in the
    /// background, and unusable a day after `since` whatever happens. The first answer of the issuer takes their place.
    ///
    /// # Errors
    /// [`ConfigurationError`] if it is no JWK Set, if none of its keys can be used, and where the keys are
    /// [given](Self::given).
    pub fn with_seed(self, jwks: &[u8], since: UnixTime) -> Result<Self, ConfigurationError> {
        if matches!(self.origin, Origin::Given) {
            let problem =
                "and jwks exclude each other; jwks is for ever, seedJwks until the first answer of the issuer";
            return Err(ConfigurationError::new("seedJwks", problem));
        }
        let keys = KeySet::from_json(jwks).map_err(|error| ConfigurationError::new("seedJwks", error.to_string()))?;
        if !keys.has_usable_key() {
            return Err(ConfigurationError::new("seedJwks", super::NO_USABLE_KEY));
        }
        let loaded = Loaded { keys: keys.into(), at: since, lifetime: Lifetime::NONE, digest: Digest::of(jwks) };
        Ok(Self { loaded: Some(loaded), ..self })
    }

    /// Takes a key set that another machine has fetched at `at`, with the fields of its answer, in place of making the
    /// request of this ticket; false if that has to be made all the same. It is judged as an answer of that time would be:
    /// by the same reader, with its age, and not used if it is a day old. What is not newer than what the issuer told this
    /// source itself does not count, so that no key comes back. Whoever can write it, can make keys.
    pub fn stored(
        &mut self,
        ticket: u32,
        body: &[u8],
        at: UnixTime,
        now: UnixTime,
        cache_control: Option<&str>,
        age: Option<&str>,
    ) -> bool {
        if self.flight.as_ref().is_none_or(|flight| flight.ticket != ticket) {
            return true; // Given up in the meantime: its answer would not count either.
        }
        let lifetime = Lifetime::of_answer(cache_control, age);
        let is_news = at <= now && self.seen_at.is_none_or(|seen| at > seen);
        let is_alive = lifetime.stage(now.milliseconds_since(at)) != Stage::Dead;
        let is_taken = is_news
            && is_alive
            && body.len() <= Document::KeySet.max_bytes()
            && KeySet::from_json(body).is_ok_and(|keys| keys.has_usable_key())
            && self.read_keys(body, lifetime, at);
        if is_taken {
            self.flight = None;
        }
        is_taken
    }

    /// Whether another machine may know more: nothing has been heard of the issuer here, or too long ago. Asked once on the
    /// way to a key set, at its first request.
    pub(super) fn is_cold(&self, stage: Stage, document: Document) -> bool {
        (self.seen_at.is_none() || stage == Stage::Dead) && !self.origin.is_under_way(document)
    }
}
