//! Tokens that were verified before. A token that is seen again costs no second signature check.
//!
//! What is remembered is that the form, the header and the signature of these very bytes are good, by one policy and one
//! set of keys. Everything that may change from one request to the next is judged again at each hit: time, age, scopes,
//! all rules on claims, on the binding and on the request ([`crate::VerifiedToken`] is given out only after that). A refusal is never remembered.
//!
//! Two generations bound the memory: new entries go into the young one; when that is half of the limit, it becomes the
//! old one, and what was the old one is dropped as a whole. What is used again goes into the young one and stays.
//!
//! Statements: RFC9700-2.3-30.

use std::{collections::BTreeMap, sync::Arc};

use crate::{Policy, VerifiedToken, digest::Digest};

/// Bytes by default: some five hundred tokens of common size, an eighth of what the module may grow to.
pub const DEFAULT_CACHE_BYTES: usize = 1024 * 1024;
/// The most that [`crate::ResourceServer::with_cache_bytes`] takes: half of the memory of a Worker's isolate.
pub const LIMIT_CACHE_BYTES: usize = 64 * 1024 * 1024;

/// What an entry costs beside its texts, in bytes: the key, two pointers, the typed claims, and the room that a tree and an
/// allocator leave unused. Generous, so that the estimate is above what is really taken.
const BYTES_OF_ENTRY: usize = 768;
/// What a typed claim, a scope or an audience of its own costs beside its text.
const BYTES_OF_STRING: usize = 96;

/// The name of a token under one set of keys: two tokens of one name are equal octet by octet (FIPS 180-4, SHA-256).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name {
    token: Digest,
    /// Of the set of keys by which it was verified. After a change of keys no old entry has a name any more.
    key_generation: u32,
}

/// Shares all that is large; in both generations it is counted twice, which errs on the safe side.
#[derive(Debug, Clone)]
struct Entry {
    /// By which it was verified; compared by identity, which the entry itself keeps from being given to another.
    policy: Arc<Policy>,
    token: VerifiedToken,
    bytes: usize,
}

#[derive(Debug, Default)]
struct Generation {
    entries: BTreeMap<Name, Entry>,
    bytes: usize,
}

impl Generation {
    fn insert(&mut self, name: Name, entry: Entry) {
        self.bytes = self.bytes.saturating_add(entry.bytes);
        if let Some(replaced) = self.entries.insert(name, entry) {
            self.bytes = self.bytes.saturating_sub(replaced.bytes);
        }
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

    /// The name of this token; `None` where nothing of its length is remembered, and hashing it would be for nothing.
    pub(crate) fn name(&self, token: &[u8], key_generation: u32) -> Option<Name> {
        let may_be_there = token.len() < self.limit / 2;
        may_be_there.then(|| Name { token: Digest::of(token), key_generation })
    }

    /// What was remembered under this name and policy.
    pub(crate) fn get(&mut self, name: &Name, policy: &Arc<Policy>) -> Option<VerifiedToken> {
        if !self.young.entries.contains_key(name) {
            let entry = self.old.entries.get(name)?.clone();
            self.insert(*name, entry);
        }
        let entry = self.young.entries.get(name)?;
        Arc::ptr_eq(&entry.policy, policy).then(|| entry.token.clone())
    }

    /// Remembers a token; one that alone takes more than half of the room is not, nor is one that is bound to a key
    /// (RFC 7800 §3.1): the proof that comes with it has to be verified each time.
    pub(crate) fn put(&mut self, name: Name, policy: &Arc<Policy>, token: &VerifiedToken) {
        let bytes = estimated_bytes(token);
        if bytes <= self.limit / 2 && token.claims().confirmation().is_none() {
            self.insert(name, Entry { policy: Arc::clone(policy), token: token.clone(), bytes });
        }
    }

    fn insert(&mut self, name: Name, entry: Entry) {
        if self.young.bytes.saturating_add(entry.bytes) > self.limit / 2 {
            self.old = core::mem::take(&mut self.young);
        }
        self.young.insert(name, entry);
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.limit);
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

    fn policy() -> Arc<Policy> {
        Arc::new(Policy::new("https://as.example", ["x"]).unwrap())
    }

    fn token(claims: &str) -> VerifiedToken {
        VerifiedToken::for_tests(r#"{"alg":"ES256"}"#, claims)
    }

    fn name(cache: &TokenCache, number: u32) -> Name {
        cache.name(&number.to_be_bytes(), 1).unwrap()
    }

    #[test]
    fn a_hundred_thousand_tokens_stay_within_the_limit() {
        let (policy, mut cache) = (policy(), TokenCache::new(DEFAULT_CACHE_BYTES));
        let mut highest = 0;
        for number in 0..100_000 {
            let one = token(&format!(r#"{{"jti":"{number}","scope":"a b c"}}"#));
            let name = name(&cache, number);
            cache.put(name, &policy, &one);
            highest = highest.max(cache.bytes());
            let sum = |generation: &Generation| generation.entries.values().map(|entry| entry.bytes).sum::<usize>();
            if number % 10_000 == 0 {
                assert_eq!(cache.bytes(), sum(&cache.young) + sum(&cache.old));
            }
        }
        assert!(highest <= DEFAULT_CACHE_BYTES && highest > DEFAULT_CACHE_BYTES / 2, "{highest}");
        let kept = (0..100_000).filter(|number| {
            let name = name(&cache, *number);
            cache.young.entries.contains_key(&name) || cache.old.entries.contains_key(&name)
        });
        assert!(kept.clone().count() > 400, "a cache that keeps nothing is within its limit too");
        assert!(kept.clone().all(|number| number > 98_000), "the newest are kept");
    }

    #[test]
    fn what_is_used_stays() {
        let (policy, mut cache) = (policy(), TokenCache::new(64 * 1024));
        let used = name(&cache, 0);
        cache.put(used, &policy, &token("{}"));
        for number in 1..10_000 {
            let name = name(&cache, number);
            cache.put(name, &policy, &token("{}"));
            assert!(cache.get(&used, &policy).is_some(), "{number}");
            assert!(cache.bytes() <= 64 * 1024);
        }
        assert!(cache.get(&name(&cache, 1), &policy).is_none());
    }

    /// RFC9700-2.3-30.
    #[test]
    fn a_name_is_token_and_keys_and_an_entry_is_of_one_policy() {
        let (policy, other, mut cache) = (policy(), policy(), TokenCache::new(DEFAULT_CACHE_BYTES));
        let here = cache.name(b"a.b.c", 1).unwrap();
        cache.put(here, &policy, &token("{}"));
        assert!(cache.get(&here, &policy).is_some());
        assert!(cache.get(&here, &other).is_none(), "equal, but another");
        for (token, generation) in [(&b"a.b.c"[..], 2), (b"a.b.d", 1), (b"a.b.c=", 1), (b"", 1)] {
            let elsewhere = cache.name(token, generation).unwrap();
            assert!(cache.get(&elsewhere, &policy).is_none());
        }
        cache.clear();
        assert!(cache.get(&here, &policy).is_none());
        assert_eq!(cache.bytes(), 0);
    }

    #[test]
    fn what_is_replaced_is_counted_once() {
        let (policy, mut cache) = (policy(), TokenCache::new(DEFAULT_CACHE_BYTES));
        let here = name(&cache, 0);
        for _ in 0..100 {
            cache.put(here, &policy, &token("{}"));
        }
        assert_eq!(cache.bytes(), estimated_bytes(&token("{}")));
    }

    #[test]
    fn no_bytes_remember_nothing_and_a_large_token_leaves_the_others() {
        assert_eq!(TokenCache::new(0).name(b"", 1), None);
        let (policy, mut cache) = (policy(), TokenCache::new(4096));
        assert_eq!(cache.name(&[b'a'; 2048], 1), None);
        let (small, large) = (name(&cache, 0), name(&cache, 1));
        cache.put(small, &policy, &token("{}"));
        cache.put(large, &policy, &token(&format!(r#"{{"x":"{}"}}"#, "x".repeat(2048))));
        assert!(cache.get(&large, &policy).is_none());
        assert!(cache.get(&small, &policy).is_some());
    }

    #[test]
    fn a_bound_token_is_not_remembered() {
        let (policy, mut cache) = (policy(), TokenCache::new(DEFAULT_CACHE_BYTES));
        let here = name(&cache, 0);
        cache.put(here, &policy, &token(r#"{"cnf":{"jkt":"x"}}"#));
        assert!(cache.get(&here, &policy).is_none());
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
