//! Tokens that were verified before. A token that is seen again costs no second signature check.
//! No text speaks of such a memory, and no rule is loosened by it.
//!
//! What is remembered is that the form, the header and the signature of these very bytes are good, by the policy and one
//! set of keys of one issuer; when those change, that issuer's tokens are forgotten, and no other's. Everything that may
//! change from one request to the next is judged again at each hit: time, age, scopes, all rules on claims, on the binding
//! and on the request ([`crate::VerifiedToken`] is given out only after that). A refusal is never remembered.
//!
//! Two generations bound the memory: new entries go into the young one; when that is half of the limit, it becomes the
//! old one, and what was the old one is dropped as a whole. What is used again goes into the young one and stays.
//!
//! Statements: RFC9700-2.3-30.

use std::collections::BTreeMap;

use crate::{VerifiedToken, digest::Digest};

/// Bytes by default: some five hundred tokens of common size, an eighth of what the module may grow to.
pub const DEFAULT_CACHE_BYTES: usize = 1024 * 1024;
/// The most that [`crate::ResourceServer::with_cache_bytes`] takes: half of the memory of a Worker's isolate.
pub const LIMIT_CACHE_BYTES: usize = 64 * 1024 * 1024;

/// What an entry costs beside its texts, in bytes: its name twice, its number, two pointers, the typed claims, and the room
/// that a tree and an allocator leave unused. Generous, so that the estimate is above what is really taken.
const BYTES_OF_ENTRY: usize = 768;
/// What a typed claim, a scope or an audience of its own costs beside its text.
const BYTES_OF_STRING: usize = 96;

/// What the place of an entry costs that was forgotten.
const BYTES_OF_EMPTY_PLACE: usize = size_of::<Option<Entry>>();

/// The name of a token: two tokens of one name are equal octet by octet (FIPS 180-4, SHA-256).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name(Digest);

impl Name {
    /// SHA-256 of the token's text.
    pub(crate) const fn token_hash(self) -> Digest {
        self.0
    }
}

/// By whose keys a token was verified, and by which set of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Keys {
    /// The place of the issuer among those of the resource server.
    pub(crate) issuer: usize,
    /// Of the set. After a change of keys it is another one, and what was verified by the old ones is not found.
    pub(crate) generation: u64,
}

/// Under what a token is remembered, once it has passed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Note {
    pub(crate) name: Name,
    pub(crate) keys: Keys,
}

/// A token that is remembered: its number, by whose keys it was verified, and itself.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) number: u64,
    pub(crate) name: Name,
    pub(crate) keys: Keys,
    pub(crate) token: VerifiedToken,
}

/// Shares all that is large; in both generations it is counted twice, which errs on the safe side.
#[derive(Debug, Clone)]
struct Entry {
    name: Name,
    keys: Keys,
    token: VerifiedToken,
    bytes: usize,
}

/// Entries in the order of their numbers, without gaps from the first on: a number is a place.
#[derive(Debug, Default)]
struct Generation {
    first: u64,
    entries: Vec<Option<Entry>>,
    numbers: BTreeMap<Name, u64>,
    bytes: usize,
}

impl Generation {
    const fn from(first: u64) -> Self {
        Self { first, entries: Vec::new(), numbers: BTreeMap::new(), bytes: 0 }
    }

    /// The number that the next entry gets.
    fn next(&self) -> u64 {
        self.first.saturating_add(self.entries.len() as u64)
    }

    fn get(&self, number: u64) -> Option<&Entry> {
        let place = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.entries.get(place)?.as_ref()
    }

    fn known(&self, number: u64) -> Option<Known> {
        let Entry { name, keys, token, .. } = self.get(number)?.clone();
        Some(Known { number, name, keys, token })
    }

    /// The number of the entry. One that replaces another of its name takes that one's, since it is the same token.
    fn insert(&mut self, entry: Entry) -> u64 {
        self.bytes = self.bytes.saturating_add(entry.bytes);
        let number = self.numbers.get(&entry.name).copied().unwrap_or_else(|| self.next());
        self.numbers.insert(entry.name, number);
        let place = usize::try_from(number.saturating_sub(self.first)).unwrap_or(usize::MAX);
        match self.entries.get_mut(place) {
            Some(slot) => {
                let replaced = slot.replace(entry).map_or(0, |replaced| replaced.bytes);
                self.bytes = self.bytes.saturating_sub(replaced);
            }
            None => self.entries.push(Some(entry)),
        }
        number
    }

    fn forget(&mut self, issuer: usize) {
        for slot in &mut self.entries {
            if let Some(gone) = slot.take_if(|entry| entry.keys.issuer == issuer) {
                self.numbers.remove(&gone.name);
            }
        }
        if self.numbers.is_empty() {
            *self = Self::from(self.next());
            return;
        }
        // A place that is empty takes room too: what is forgotten again and again must not pile up.
        let bytes = |slot: &Option<Entry>| slot.as_ref().map_or(BYTES_OF_EMPTY_PLACE, |entry| entry.bytes);
        self.bytes = self.entries.iter().map(bytes).fold(0, usize::saturating_add);
    }
}

/// The tokens that were verified, up to a number of bytes.
#[derive(Debug)]
pub(crate) struct TokenCache {
    limit: usize,
    young: Generation,
    old: Generation,
}

impl TokenCache {
    /// At most so many bytes, by an estimate that is above the truth; 0 remembers nothing.
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, young: Generation::default(), old: Generation::default() }
    }

    pub(crate) const fn limit(&self) -> usize {
        self.limit
    }

    /// The name of this token; `None` where nothing of its length is remembered, and hashing it would be for nothing.
    pub(crate) fn name(&self, token: &[u8]) -> Option<Name> {
        let may_be_there = token.len() < self.limit / 2;
        may_be_there.then(|| Name(Digest::of(token)))
    }

    /// What was remembered under this name, and by which keys: whether these are in force is for the caller to say.
    pub(crate) fn get(&mut self, name: &Name) -> Option<Known> {
        let number = match self.young.numbers.get(name) {
            Some(number) => *number,
            None => {
                let entry = self.old.get(*self.old.numbers.get(name)?)?.clone();
                self.insert(entry)
            }
        };
        self.young.known(number)
    }

    /// The same by its number, which may be another one from then on.
    pub(crate) fn get_numbered(&mut self, number: u64) -> Option<Known> {
        self.young.known(number).or_else(|| {
            let name = self.old.get(number)?.name;
            self.get(&name)
        })
    }

    /// Remembers a token; one that alone takes more than half of the room is not, nor is one that is bound to a key
    /// (RFC 7800 §3.1): the proof that comes with it has to be verified each time.
    /// Gives the number of what is remembered: no other token ever gets it from this cache.
    pub(crate) fn put(&mut self, Note { name, keys }: Note, token: &VerifiedToken) -> Option<u64> {
        let bytes = estimated_bytes(token);
        (bytes <= self.limit / 2 && token.claims().confirmation().is_none())
            .then(|| self.insert(Entry { name, keys, token: token.clone(), bytes }))
    }

    fn insert(&mut self, entry: Entry) -> u64 {
        if self.young.bytes.saturating_add(entry.bytes) > self.limit / 2 {
            let first = self.young.next();
            self.old = core::mem::replace(&mut self.young, Generation::from(first));
        }
        self.young.insert(entry)
    }

    /// Forgets the tokens of the issuer at this place.
    pub(crate) fn forget(&mut self, issuer: usize) {
        self.young.forget(issuer);
        self.old.forget(issuer);
    }

    /// How much is remembered, in bytes of the estimate.
    #[cfg(test)]
    const fn bytes(&self) -> usize {
        self.young.bytes.saturating_add(self.old.bytes)
    }
}

/// What it costs to remember a token, in bytes: its two texts, and every text among its typed claims; a policy may read
/// one claim as several of them.
fn estimated_bytes(token: &VerifiedToken) -> usize {
    let texts = BYTES_OF_ENTRY.saturating_add(token.header_json().len()).saturating_add(token.claims_json().len());
    token.claims().texts().fold(texts, |sum, text| sum.saturating_add(BYTES_OF_STRING).saturating_add(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> VerifiedToken {
        VerifiedToken::for_tests(r#"{"alg":"ES256"}"#, claims)
    }

    fn name(cache: &TokenCache, number: u32) -> Name {
        cache.name(&number.to_be_bytes()).unwrap()
    }

    const KEYS: Keys = Keys { issuer: 0, generation: 1 };

    fn note(name: Name) -> Note {
        Note { name, keys: KEYS }
    }

    #[test]
    fn a_hundred_thousand_tokens_stay_within_the_limit() {
        let mut cache = TokenCache::new(DEFAULT_CACHE_BYTES);
        let mut highest = 0;
        for number in 0..100_000 {
            let one = token(&format!(r#"{{"jti":"{number}","scope":"a b c"}}"#));
            let name = name(&cache, number);
            cache.put(note(name), &one);
            highest = highest.max(cache.bytes());
            let sum =
                |generation: &Generation| generation.entries.iter().flatten().map(|entry| entry.bytes).sum::<usize>();
            if number % 10_000 == 0 {
                assert_eq!(cache.bytes(), sum(&cache.young) + sum(&cache.old));
            }
        }
        assert!(highest <= DEFAULT_CACHE_BYTES && highest > DEFAULT_CACHE_BYTES / 2, "{highest}");
        let kept = (0..100_000).filter(|number| {
            let name = name(&cache, *number);
            cache.young.numbers.contains_key(&name) || cache.old.numbers.contains_key(&name)
        });
        assert!(kept.clone().count() > 400, "a cache that keeps nothing is within its limit too");
        assert!(kept.clone().all(|number| number > 98_000), "the newest are kept");
    }

    #[test]
    fn what_is_used_stays() {
        let mut cache = TokenCache::new(64 * 1024);
        let used = name(&cache, 0);
        cache.put(note(used), &token("{}"));
        for number in 1..10_000 {
            let name = name(&cache, number);
            cache.put(note(name), &token("{}"));
            assert!(cache.get(&used).is_some(), "{number}");
            assert!(cache.bytes() <= 64 * 1024);
        }
        assert!(cache.get(&name(&cache, 1)).is_none());
    }

    /// RFC9700-2.3-30.
    #[test]
    fn a_name_is_one_token_and_an_entry_says_by_which_keys() {
        let mut cache = TokenCache::new(DEFAULT_CACHE_BYTES);
        let here = cache.name(b"a.b.c").unwrap();
        let keys = Keys { issuer: 7, generation: 9 };
        cache.put(Note { name: here, keys }, &token("{}"));
        assert_eq!(cache.get(&here).unwrap().keys, keys);
        for other in [&b"a.b.d"[..], b"a.b.c=", b"a.b", b""] {
            let elsewhere = cache.name(other).unwrap();
            assert!(cache.get(&elsewhere).is_none());
        }
        cache.put(note(here), &token("{}"));
        assert_eq!(cache.get(&here).unwrap().keys, KEYS, "verified anew");
    }

    #[test]
    fn an_issuers_tokens_are_forgotten_and_no_others() {
        let mut cache = TokenCache::new(64 * 1024);
        let by = |issuer, number| Keys { issuer, generation: number };
        let count = |cache: &TokenCache, issuer| {
            let of = |generation: &Generation| {
                generation.entries.iter().flatten().filter(|entry| entry.keys.issuer == issuer).count()
            };
            of(&cache.young) + of(&cache.old)
        };
        for number in 0..60 {
            let name = name(&cache, number);
            cache.put(Note { name, keys: by((number % 3) as usize, number.into()) }, &token("{}"));
        }
        assert!(!cache.old.entries.is_empty() && !cache.young.entries.is_empty(), "both are looked through");
        let (before, bytes) = ([0, 1, 2].map(|issuer| count(&cache, issuer)), cache.bytes());
        cache.forget(1);
        assert_eq!([0, 1, 2].map(|issuer| count(&cache, issuer)), [before[0], 0, before[2]]);
        let freed = before[1] * (estimated_bytes(&token("{}")) - BYTES_OF_EMPTY_PLACE);
        assert_eq!(cache.bytes(), bytes - freed);
        cache.forget(0);
        cache.forget(2);
        assert_eq!(cache.bytes(), 0);
    }

    #[test]
    fn what_is_forgotten_again_and_again_does_not_pile_up() {
        for others in [0, 1] {
            let mut cache = TokenCache::new(64 * 1024);
            for round in 0..10_000 {
                let name = name(&cache, round);
                if round % 500 == 0 && others > 0 {
                    cache.put(Note { name, keys: Keys { issuer: 1, generation: 1 } }, &token("{}"));
                } else {
                    cache.put(note(name), &token("{}"));
                    cache.forget(KEYS.issuer);
                }
                assert!(cache.bytes() <= 64 * 1024);
            }
            let places = cache.young.entries.len() + cache.old.entries.len();
            assert!(places <= 64 * 1024 / BYTES_OF_EMPTY_PLACE, "{places}");
        }
    }

    #[test]
    fn a_number_is_one_token_for_ever() {
        let mut cache = TokenCache::new(64 * 1024);
        let mut given = BTreeMap::new();
        for round in 0..3_000_u32 {
            let name = name(&cache, round % 700);
            let number = cache.put(note(name), &token(&format!(r#"{{"jti":"{}"}}"#, round % 700))).unwrap();
            assert_eq!(*given.entry(number).or_insert(name), name, "{number} was another's");
            if round % 500 == 499 {
                cache.forget(KEYS.issuer);
            }
        }
        for (number, name) in given {
            if let Some(known) = cache.get_numbered(number) {
                assert_eq!(known.name, name);
                assert_eq!(
                    cache.get_numbered(known.number).map(|known| known.name),
                    Some(name),
                    "the new number serves"
                );
            }
        }
        assert!(cache.get_numbered(u64::MAX).is_none());
    }

    #[test]
    fn what_is_used_by_its_number_stays() {
        let mut cache = TokenCache::new(64 * 1024);
        let used = name(&cache, 0);
        let first = cache.put(note(used), &token("{}")).unwrap();
        let mut number = first;
        for other in 1..10_000 {
            let name = name(&cache, other);
            cache.put(note(name), &token("{}"));
            number = cache.get_numbered(number).unwrap().number;
        }
        assert_ne!(number, first);
        assert!(cache.get_numbered(first).is_none(), "it has been forgotten under that one");
        assert!(cache.bytes() <= 64 * 1024);
    }

    #[test]
    fn what_comes_again_takes_no_more_room() {
        let mut cache = TokenCache::new(DEFAULT_CACHE_BYTES);
        let here = name(&cache, 0);
        for _ in 0..100 {
            cache.put(note(here), &token("{}"));
        }
        assert_eq!(cache.young.entries.len(), 1);
    }

    #[test]
    fn what_is_replaced_is_counted_once() {
        let mut cache = TokenCache::new(DEFAULT_CACHE_BYTES);
        let here = name(&cache, 0);
        for _ in 0..100 {
            cache.put(note(here), &token("{}"));
        }
        assert_eq!(cache.bytes(), estimated_bytes(&token("{}")));
    }

    #[test]
    fn no_bytes_remember_nothing_and_a_large_token_leaves_the_others() {
        assert_eq!(TokenCache::new(0).name(b""), None);
        let mut cache = TokenCache::new(4096);
        assert_eq!(cache.name(&[b'a'; 2048]), None);
        let (small, large) = (name(&cache, 0), name(&cache, 1));
        cache.put(note(small), &token("{}"));
        cache.put(note(large), &token(&format!(r#"{{"x":"{}"}}"#, "x".repeat(2048))));
        assert!(cache.get(&large).is_none());
        assert!(cache.get(&small).is_some());
    }

    #[test]
    fn a_bound_token_is_not_remembered() {
        let mut cache = TokenCache::new(DEFAULT_CACHE_BYTES);
        let here = name(&cache, 0);
        cache.put(note(here), &token(r#"{"cnf":{"jkt":"x"}}"#));
        assert!(cache.get(&here).is_none());
    }

    #[test]
    fn every_typed_text_is_counted() {
        for (few, many, more) in [
            (r#"{"scope":"a"}"#, r#"{"scope":"a b c d e f g h i j"}"#, 9),
            (r#"{"aud":["a"]}"#, r#"{"aud":["a","b","b"]}"#, 2),
            (r#"{"iss":"a"}"#, r#"{"iss":"a","sub":"b","jti":"c","client_id":"d","acr":"e"}"#, 4),
        ] {
            let added = estimated_bytes(&token(many)) - estimated_bytes(&token(few));
            assert_eq!(added, many.len() - few.len() + more * (BYTES_OF_STRING + 1), "{many}");
        }
    }
}
