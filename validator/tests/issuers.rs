//! Several issuers in one resource server: each with its own policy and keys, and nothing of one counts for another.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use countersign_validator::{
    Algorithm, KeySet, Policy, Profile, Request, RequiredScopes, Requirements, ResourceServer, UnixTime,
    challenge::Realm,
    dpop::Dpop,
    key_source::{Fetch, KeySource},
    resource_server::{MAX_ISSUERS, Next},
    scope::ScopeSource,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{AUDIENCE, NOW, Signer, good_claims, good_header, mint, with};

const A: &str = "https://a.example.com";
const B: &str = "https://b.example.com";

fn at(seconds: i64) -> UnixTime {
    UnixTime::from_seconds(NOW + seconds)
}

fn policy(issuer: &str) -> Policy {
    Policy::new(issuer, [AUDIENCE]).unwrap().with_tolerance_seconds(0).unwrap()
}

fn published(keys: &[Value]) -> String {
    json!({ "keys": keys }).to_string()
}

fn given(keys: &[Value]) -> KeySource {
    KeySource::given(KeySet::from_json(published(keys).as_bytes()).unwrap()).unwrap()
}

fn named(signer: Signer, kid: &str) -> Value {
    with(signer.jwk(), "kid", json!(kid))
}

/// A P-256 key that none of ours signs for: that of RFC 7517 A.1.
fn decoy(kid: &str) -> Value {
    json!({"kty": "EC", "crv": "P-256", "kid": kid, "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"})
}

fn server(issuers: impl IntoIterator<Item = (Policy, KeySource)>) -> ResourceServer {
    ResourceServer::for_issuers(issuers, Realm::default()).unwrap()
}

fn claims(issuer: &str) -> Value {
    with(with(good_claims(), "iss", json!(issuer)), "exp", json!(NOW + 1_000_000))
}

fn token(issuer: &str, signer: Signer, kid: impl Into<Option<&'static str>>) -> String {
    let kid = kid.into().map(|kid| json!(kid));
    mint(signer, &with(good_header(signer), "kid", kid), &claims(issuer))
}

/// What the issuers publish, by URL, and how often each was asked. A URL that is not there is down.
#[derive(Default)]
struct World {
    documents: BTreeMap<String, String>,
    asked: BTreeMap<String, u32>,
}

impl World {
    fn of(documents: &[(&str, String)]) -> Self {
        let documents = documents.iter().map(|(url, document)| ((*url).to_owned(), document.clone())).collect();
        Self { documents, asked: BTreeMap::new() }
    }

    fn answer(&mut self, server: &mut ResourceServer, fetch: &Fetch, now: UnixTime) {
        *self.asked.entry(fetch.url.clone()).or_default() += 1;
        let body = self.documents.get(&fetch.url);
        let status = if body.is_some() { 200 } else { 503 };
        let body = body.map_or("", String::as_str);
        server.received(fetch.ticket, status, body.as_bytes(), now, None, None);
    }

    fn asked(&self, url: &str) -> u32 {
        self.asked.get(url).copied().unwrap_or_default()
    }

    /// The code of a token, and how many signatures were checked for it.
    fn judge(&mut self, server: &mut ResourceServer, token: &str, now: UnixTime) -> (&'static str, u32) {
        let required = RequiredScopes::none();
        let mut checked = 0;
        let mut next = server.begin(token.as_bytes(), &required, now);
        loop {
            next = match next {
                Next::Verdict(verdict) => {
                    return (verdict.map_or_else(|refusal| refusal.code().as_str(), |_| "accepted"), checked);
                }
                Next::CheckSignature(pending) => {
                    checked += 1;
                    let valid = pending.check_signature();
                    server.finish(pending, valid, now)
                }
                Next::Fetch(fetch) => {
                    self.answer(server, &fetch, now);
                    server.begin(token.as_bytes(), &required, now)
                }
                Next::Wait(_) | Next::Remember(_) => panic!("nobody else is fetching, and nothing is proved"),
            };
        }
    }
}

fn code(server: &mut ResourceServer, token: &str) -> &'static str {
    World::default().judge(server, token, at(0)).0
}

/// RFC8725-3.8-10, RFC9068-4-21: a key counts for the issuer that publishes it, whatever name the token gives it.
#[test]
fn no_key_of_one_issuer_signs_for_another() {
    use Signer::{Ed25519, P256, Rsa};
    // Both have a "k", of one kind: A's is a key that nobody here has, B's is that of P256.
    let issuers = || {
        [
            (policy(A), given(&[Rsa.jwk(), decoy("k"), named(Ed25519, "shared")])),
            (policy(B), given(&[P256.jwk(), named(P256, "k"), named(Ed25519, "shared")])),
        ]
    };
    for (issuer, signer, kid, expected) in [
        (A, Rsa, Some("rsa"), "accepted"),
        (A, Rsa, None, "accepted"),
        (B, P256, Some("ec"), "accepted"),
        (B, P256, Some("k"), "accepted"),
        (B, P256, None, "accepted"),
        // The name of B, which A does not have; then a name that both have; then none.
        (A, P256, Some("ec"), "key_not_found"),
        (A, P256, Some("k"), "invalid_signature"),
        (A, P256, None, "invalid_signature"),
        (B, Rsa, Some("rsa"), "key_not_found"),
        (B, Rsa, Some("k"), "unsuitable_key"),
        (B, Rsa, None, "key_not_found"),
        // One key that both publish is a key of both.
        (A, Ed25519, Some("shared"), "accepted"),
        (B, Ed25519, Some("shared"), "accepted"),
    ] {
        let token = token(issuer, signer, kid);
        assert_eq!(code(&mut server(issuers()), &token), expected, "{issuer} by {signer:?} named {kid:?}");
        let refusal = server(issuers()).verify_at_hand(token.as_bytes(), &RequiredScopes::none(), at(0)).err();
        assert_eq!(refusal.map_or("accepted", |refusal| refusal.code().as_str()), expected);
    }
}

/// RFC9068-4-31: nothing is fetched for it, and no signature is checked.
#[test]
fn an_issuer_that_is_not_listed_causes_nothing() {
    let mut world = World::default();
    let mut server = server([A, B].map(|issuer| {
        let policy = policy(issuer);
        (policy.clone(), KeySource::discovered(&policy).unwrap())
    }));
    for issuer in [
        "https://c.example.com",
        "https://a.example.com/",
        "https://A.example.com",
        "https://a.example.co",
        "https://a.example.com:443",
        "http://a.example.com",
        "https://a.example.com https://b.example.com",
        "",
    ] {
        let token = token(issuer, Signer::P256, "ec");
        assert_eq!(world.judge(&mut server, &token, at(0)), ("invalid_issuer", 0), "{issuer}");
    }
    assert!(world.asked.is_empty());
}

/// RFC8725BIS-3-22, RFC8725-3.9-20: what each issuer's policy says is said of its own tokens only.
#[test]
fn everything_in_a_policy_is_for_its_own_issuer() {
    let long = mint(Signer::P256, &good_header(Signer::P256), &with(claims(B), "pad", json!("x".repeat(2000))));
    let of = |issuer: &str, member: &str, value: Value| {
        let claims = with(claims(issuer), member, value);
        mint(Signer::P256, &good_header(Signer::P256), &claims)
    };
    let typed = |issuer: &str| {
        let header = with(good_header(Signer::P256), "typ", json!("JWT"));
        mint(Signer::P256, &header, &claims(issuer))
    };
    let strict = || policy(A);
    type Row = (&'static str, Policy, [String; 2], [&'static str; 2]);
    let rows: [Row; 8] = [
        (
            "audience",
            Policy::new(B, ["https://other.example"]).unwrap(),
            [of(A, "aud", json!("https://other.example")), of(B, "aud", json!("https://other.example"))],
            ["invalid_audience", "accepted"],
        ),
        (
            "algorithms",
            policy(B).with_algorithms([Algorithm::EdDsa]).unwrap(),
            [token(A, Signer::P256, "ec"), token(B, Signer::P256, "ec")],
            ["accepted", "unsupported_algorithm"],
        ),
        (
            "profile",
            policy(B).with_profile(Profile::from_name("jwt").unwrap()),
            [typed(A), typed(B)],
            ["invalid_type", "accepted"],
        ),
        (
            "tolerance",
            policy(B).with_tolerance_seconds(60).unwrap(),
            [of(A, "exp", json!(NOW - 59)), of(B, "exp", json!(NOW - 59))],
            ["token_expired", "accepted"],
        ),
        (
            "maximum age",
            policy(B).with_max_age_seconds(10),
            [token(A, Signer::P256, "ec"), token(B, Signer::P256, "ec")],
            ["accepted", "token_too_old"],
        ),
        (
            "maximum lifetime",
            policy(B).with_max_lifetime_seconds(100),
            [token(A, Signer::P256, "ec"), token(B, Signer::P256, "ec")],
            ["accepted", "claim_invalid"],
        ),
        (
            "size: more than the default of A, before its issuer is known",
            policy(B).with_max_token_bytes(64 * 1024).unwrap(),
            [of(A, "pad", json!("x".repeat(20_000))), of(B, "pad", json!("x".repeat(20_000)))],
            ["token_too_large", "accepted"],
        ),
        (
            "size: less than the largest of all",
            policy(B).with_max_token_bytes(1000).unwrap(),
            [token(A, Signer::P256, "ec"), long],
            ["accepted", "token_too_large"],
        ),
    ];
    for (what, own, tokens, expected) in rows {
        let mut server = server([(strict(), given(&[Signer::P256.jwk()])), (own, given(&[Signer::P256.jwk()]))]);
        for _ in 0..2 {
            assert_eq!(tokens.each_ref().map(|token| code(&mut server, token)), expected, "{what}");
        }
    }
}

#[test]
fn scopes_stand_where_the_issuer_puts_them() {
    let roles = policy(B).with_scope_sources([ScopeSource::at("realm_access.roles").unwrap()]).unwrap();
    let mut server = server([(policy(A), given(&[Signer::P256.jwk()])), (roles, given(&[Signer::P256.jwk()]))]);
    let required = RequiredScopes::all_of(["write"]).unwrap();
    for (issuer, member, value, expected) in [
        (A, "scope", json!("write"), true),
        (B, "scope", json!("write"), false),
        (A, "realm_access", json!({"roles": ["write"]}), false),
        (B, "realm_access", json!({"roles": ["write"]}), true),
    ] {
        let claims = with(with(claims(issuer), "scope", None), member, value);
        let token = mint(Signer::P256, &good_header(Signer::P256), &claims);
        let verdict = server.verify_at_hand(token.as_bytes(), &required, at(0));
        assert_eq!(verdict.is_ok(), expected, "{issuer} {member}");
    }
}

#[test]
fn the_largest_token_is_judged_before_anything_is_read() {
    let mut server = server([
        (policy(A).with_max_token_bytes(500).unwrap(), given(&[Signer::P256.jwk()])),
        (policy(B).with_max_token_bytes(600).unwrap(), given(&[Signer::P256.jwk()])),
    ]);
    for (length, expected) in [(500, "malformed_token"), (600, "malformed_token"), (601, "token_too_large")] {
        assert_eq!(code(&mut server, &"a".repeat(length)), expected, "{length}");
    }
}

const KEYS_OF_A: &str = "https://a.example.com/jwks";
const KEYS_OF_B: &str = "https://b.example.com/jwks";

fn fetching() -> ResourceServer {
    let source = |url: &str, policy: Policy| (policy.clone(), KeySource::at(url, &policy).unwrap());
    server([source(KEYS_OF_A, policy(A)), source(KEYS_OF_B, policy(B))])
}

#[test]
fn each_issuer_is_asked_for_its_own_keys_and_for_its_own_tokens() {
    let keys = published(&[Signer::P256.jwk()]);
    let mut world = World::of(&[(KEYS_OF_A, keys.clone()), (KEYS_OF_B, keys)]);
    let mut server = fetching();
    for _ in 0..3 {
        assert_eq!(world.judge(&mut server, &token(A, Signer::P256, "ec"), at(0)).0, "accepted");
    }
    assert_eq!((world.asked(KEYS_OF_A), world.asked(KEYS_OF_B)), (1, 0));
    assert_eq!(world.judge(&mut server, &token(B, Signer::P256, "ec"), at(0)).0, "accepted");
    assert_eq!((world.asked(KEYS_OF_A), world.asked(KEYS_OF_B)), (1, 1));
}

/// RFC8414-3.3-50: of its own, and of no other that is trusted as well.
#[test]
fn each_issuer_is_discovered_by_its_own_metadata() {
    let well_known = |issuer: &str| format!("{issuer}/.well-known/oauth-authorization-server");
    let metadata = |issuer: &str, jwks: &str| json!({"issuer": issuer, "jwks_uri": jwks}).to_string();
    let mut server = server([A, B].map(|issuer| {
        let policy = policy(issuer);
        (policy.clone(), KeySource::discovered(&policy).unwrap())
    }));
    // A answers with the metadata of B, which is none of its own: nothing of B's is asked for it.
    let mut world = World::of(&[
        (&well_known(A), metadata(B, KEYS_OF_B)),
        (&well_known(B), metadata(B, KEYS_OF_B)),
        (KEYS_OF_B, published(&[Signer::P256.jwk()])),
    ]);
    assert_eq!(world.judge(&mut server, &token(A, Signer::P256, "ec"), at(0)), ("jwks_unavailable", 0));
    assert_eq!(world.asked(KEYS_OF_B), 0);
    assert_eq!(world.judge(&mut server, &token(B, Signer::P256, "ec"), at(0)), ("accepted", 1));
    assert_eq!((world.asked(&well_known(B)), world.asked(KEYS_OF_B)), (1, 1));
}

#[test]
fn one_place_for_the_keys_of_both_is_asked_for_each() {
    let source = |policy: Policy| (policy.clone(), KeySource::at(KEYS_OF_A, &policy).unwrap());
    let mut server = server([source(policy(A)), source(policy(B))]);
    let mut world = World::of(&[(KEYS_OF_A, published(&[Signer::P256.jwk()]))]);
    for (issuer, asked) in [(A, 1), (A, 1), (B, 2), (B, 2)] {
        assert_eq!(world.judge(&mut server, &token(issuer, Signer::P256, "ec"), at(0)).0, "accepted");
        assert_eq!(world.asked(KEYS_OF_A), asked);
    }
}

#[test]
fn an_issuer_that_is_down_delays_nobody_elses_tokens() {
    let required = RequiredScopes::none();
    let mut world = World::of(&[(KEYS_OF_B, published(&[Signer::P256.jwk()]))]);
    let mut server = fetching();
    let (of_a, of_b) = (token(A, Signer::P256, "ec"), token(B, Signer::P256, "ec"));
    let Next::Fetch(hanging) = server.begin(of_a.as_bytes(), &required, at(0)) else { panic!("no fetch") };
    assert!(matches!(server.begin(of_a.as_bytes(), &required, at(0)), Next::Wait(_)), "of its own");
    assert_eq!(world.judge(&mut server, &of_b, at(0)), ("accepted", 1), "no wait, though A is being asked");
    server.received(hanging.ticket, 0, b"", at(3), None, None);
    for second in 3..600 {
        assert_eq!(world.judge(&mut server, &of_a, at(second)).0, "jwks_unavailable");
        assert_eq!(world.judge(&mut server, &of_b, at(second)), ("accepted", 0), "at {second}");
    }
    assert_eq!(world.asked(KEYS_OF_B), 2, "the first time, and ahead of its end");
}

#[test]
fn answers_find_their_source_in_any_order() {
    let required = RequiredScopes::none();
    let mut server = fetching();
    let fetches = [A, B].map(|issuer| {
        let Next::Fetch(fetch) = server.begin(token(issuer, Signer::P256, "ec").as_bytes(), &required, at(0)) else {
            panic!("no fetch")
        };
        fetch
    });
    assert_ne!(fetches[0].ticket, fetches[1].ticket);
    assert_eq!(fetches.each_ref().map(|fetch| fetch.url.as_str()), [KEYS_OF_A, KEYS_OF_B]);
    // B's first, and then A's, which has another key.
    server.received(fetches[1].ticket, 200, published(&[Signer::P256.jwk()]).as_bytes(), at(0), None, None);
    server.received(fetches[0].ticket, 200, published(&[Signer::Rsa.jwk()]).as_bytes(), at(0), None, None);
    // What was never asked for changes nothing.
    for ticket in (0..50).filter(|ticket| fetches.iter().all(|fetch| fetch.ticket != *ticket)) {
        server.received(ticket, 200, published(&[Signer::Ed25519.jwk()]).as_bytes(), at(0), None, None);
    }
    let mut world = World::default();
    for (issuer, signer, kid, expected) in [
        (A, Signer::Rsa, "rsa", "accepted"),
        (B, Signer::P256, "ec", "accepted"),
        (A, Signer::P256, "ec", "key_not_found"),
        (B, Signer::Ed25519, "ed", "key_not_found"),
    ] {
        assert_eq!(world.judge(&mut server, &token(issuer, signer, kid), at(0)).0, expected);
    }
    assert!(world.asked.is_empty());
}

/// HARNESS-R4: each has its own.
#[test]
fn the_unknown_keys_of_one_take_nothing_from_the_bucket_of_another() {
    let keys = published(&[Signer::P256.jwk()]);
    let mut world = World::of(&[(KEYS_OF_A, keys.clone()), (KEYS_OF_B, keys)]);
    let mut server = fetching();
    for issuer in [A, B] {
        assert_eq!(world.judge(&mut server, &token(issuer, Signer::P256, "ec"), at(0)).0, "accepted");
    }
    for number in 0..1000 {
        let header = with(good_header(Signer::P256), "kid", json!(format!("bogus-{number}")));
        let bogus = mint(Signer::P256, &header, &claims(A));
        assert_eq!(world.judge(&mut server, &bogus, at(60)).0, "key_not_found");
    }
    assert_eq!((world.asked(KEYS_OF_A), world.asked(KEYS_OF_B)), (2, 1));
    // B rotates: its new key is found at once.
    world.documents.insert(KEYS_OF_B.to_owned(), published(&[Signer::Ed25519.jwk()]));
    assert_eq!(world.judge(&mut server, &token(B, Signer::Ed25519, "ed"), at(60)).0, "accepted");
    assert_eq!(world.asked(KEYS_OF_B), 2);
}

#[test]
fn a_change_of_keys_forgets_that_issuers_tokens_and_no_others() {
    let keys = published(&[Signer::P256.jwk(), Signer::Ed25519.jwk()]);
    let mut world = World::of(&[(KEYS_OF_A, keys.clone()), (KEYS_OF_B, keys)]);
    let mut server = fetching();
    let (removed, kept) = (token(A, Signer::P256, "ec"), token(A, Signer::Ed25519, "ed"));
    let of_b = token(B, Signer::P256, "ec");
    assert_eq!(world.judge(&mut server, &of_b, at(300)), ("accepted", 1));
    for token in [&removed, &kept] {
        assert_eq!(world.judge(&mut server, token, at(0)), ("accepted", 1));
        assert_eq!(world.judge(&mut server, token, at(0)), ("accepted", 0));
    }
    world.documents.insert(KEYS_OF_A.to_owned(), published(&[Signer::Ed25519.jwk()]));
    assert_eq!(world.judge(&mut server, &removed, at(600)), ("key_not_found", 0), "dead with the refresh");
    assert_eq!(world.judge(&mut server, &of_b, at(600)), ("accepted", 0), "and nothing of B's is forgotten");
    assert_eq!(world.judge(&mut server, &kept, at(600)), ("accepted", 1));
    assert_eq!(world.judge(&mut server, &kept, at(601)), ("accepted", 0));
}

/// A number stands for the token, its issuer's policy and its issuer's keys of that time.
#[test]
fn a_remembered_number_is_judged_by_its_own_issuer() {
    let keys = published(&[Signer::P256.jwk()]);
    let mut world = World::of(&[(KEYS_OF_A, keys.clone()), (KEYS_OF_B, keys)]);
    let source = |url: &str, policy: Policy| (policy.clone(), KeySource::at(url, &policy).unwrap());
    let mut server = server([source(KEYS_OF_A, policy(A).with_max_age_seconds(100)), source(KEYS_OF_B, policy(B))]);
    let numbers = [A, B].map(|issuer| {
        let token = token(issuer, Signer::P256, "ec");
        assert_eq!(world.judge(&mut server, &token, at(0)), ("accepted", 1));
        let verified = server.verify_at_hand(token.as_bytes(), &RequiredScopes::none(), at(0)).unwrap();
        verified.number().unwrap()
    });
    assert_ne!(numbers[0], numbers[1]);
    let issuers = |server: &mut ResourceServer, seconds| {
        numbers.map(|number| {
            let again = server.judge_again(number, &Requirements::default(), at(seconds));
            again.and_then(|token| token.claims().issuer().map(str::to_owned))
        })
    };
    let (a, b) = (Some(A.to_owned()), Some(B.to_owned()));
    assert_eq!(issuers(&mut server, 89), [a, b.clone()]);
    assert_eq!(issuers(&mut server, 90), [None, b.clone()], "A has a maximum age");
    world.documents.insert(KEYS_OF_A.to_owned(), published(&[Signer::Rsa.jwk()]));
    assert_eq!(world.judge(&mut server, &token(A, Signer::Rsa, "rsa"), at(80)), ("accepted", 1));
    assert_eq!(issuers(&mut server, 80), [None, b], "the key of the one is withdrawn");
}

#[test]
fn an_issuer_that_withdraws_its_keys_withdraws_no_others() {
    let keys = published(&[Signer::P256.jwk()]);
    let mut world = World::of(&[(KEYS_OF_A, keys.clone()), (KEYS_OF_B, keys.clone())]);
    let mut server = fetching();
    let (of_a, of_b) = (token(A, Signer::P256, "ec"), token(B, Signer::P256, "ec"));
    for token in [&of_a, &of_b] {
        assert_eq!(world.judge(&mut server, token, at(0)), ("accepted", 1));
    }
    world.documents.insert(KEYS_OF_A.to_owned(), published(&[]));
    assert_eq!(world.judge(&mut server, &of_a, at(540)), ("jwks_unavailable", 0));
    assert_eq!(world.judge(&mut server, &of_b, at(539)), ("accepted", 0));
    world.documents.insert(KEYS_OF_A.to_owned(), keys);
    assert_eq!(world.judge(&mut server, &of_a, at(600)), ("accepted", 1), "the same keys, verified anew");
}

/// Hosts keep imported keys by this number: two that share one would sign for each other.
#[test]
fn no_two_keys_share_a_number_whatever_is_published() {
    let mut server = fetching();
    let required = RequiredScopes::none();
    let mut numbers = BTreeSet::new();
    let mut asked = 0;
    for round in 0..20 {
        for issuer in [A, B] {
            // Another document each time, with the one key at another place.
            let mut keys = vec![decoy("other"); round];
            keys.push(Signer::P256.jwk());
            let document = published(&keys);
            let now = at(i64::try_from(round).unwrap() * 600);
            let token = token(issuer, Signer::P256, "ec");
            loop {
                match server.begin(token.as_bytes(), &required, now) {
                    Next::Fetch(fetch) => {
                        server.received(fetch.ticket, 200, document.as_bytes(), now, None, None);
                    }
                    Next::CheckSignature(pending) => {
                        asked += 1;
                        assert!(numbers.insert(pending.key_id().unwrap()), "round {round} of {issuer}");
                        assert!(pending.key_id().unwrap() < 1 << 53);
                        break;
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
    }
    assert_eq!((asked, numbers.len()), (40, 40));
}

#[test]
fn given_keys_have_numbers_of_their_own_too() {
    let mut server = server([A, B].map(|issuer| (policy(issuer), given(&[Signer::P256.jwk(), Signer::Ed25519.jwk()]))));
    let mut numbers = BTreeSet::new();
    for (issuer, signer) in [(A, Signer::P256), (A, Signer::Ed25519), (B, Signer::P256), (B, Signer::Ed25519)] {
        let token = token(issuer, signer, signer.kid());
        let Next::CheckSignature(pending) = server.begin(token.as_bytes(), &RequiredScopes::none(), at(0)) else {
            panic!("not asked")
        };
        numbers.insert(pending.key_id().unwrap());
    }
    assert_eq!(numbers.len(), 4, "{numbers:?}");
}

#[test]
fn what_cannot_be_a_list_is_named() {
    let one = |issuer: &str| (policy(issuer), given(&[Signer::P256.jwk()]));
    let with_dpop = |issuer: &str, dpop: &Arc<Dpop>| (policy(issuer).with_dpop(Arc::clone(dpop)), one(issuer).1);
    let (dpop, other) = (Arc::new(Dpop::default()), Arc::new(Dpop::default()));
    let numbered = |count: usize| (0..count).map(|number| one(&format!("https://as-{number}.example"))).collect();
    type Row = (Vec<(Policy, KeySource)>, Option<&'static str>);
    let rows: [Row; 9] = [
        (vec![], Some("issuers")),
        (vec![one(A)], None),
        (vec![one(A), one(B), one(A)], Some("issuers")),
        (vec![one(A), one("https://a.example.com/")], None),
        (numbered(MAX_ISSUERS), None),
        (numbered(MAX_ISSUERS + 1), Some("issuers")),
        (vec![with_dpop(A, &dpop), one(B)], Some("dpop")),
        (vec![with_dpop(A, &dpop), with_dpop(B, &other)], Some("dpop")),
        (vec![with_dpop(A, &dpop), with_dpop(B, &dpop)], None),
    ];
    for (place, (issuers, expected)) in rows.into_iter().enumerate() {
        let error = ResourceServer::for_issuers(issuers, Realm::default()).err();
        assert_eq!(error.as_ref().map(|error| error.option()), expected, "row {place}: {error:?}");
    }
}

/// The scheme is read before the token, and so before its issuer.
#[test]
fn dpop_is_one_for_all_issuers() {
    use support::sender;
    let dpop = Arc::new(Dpop::default());
    let mut server =
        server([A, B].map(|issuer| (policy(issuer).with_dpop(Arc::clone(&dpop)), given(&[Signer::P256.jwk()]))));
    for issuer in [A, B] {
        let claims = with(claims(issuer), "cnf", json!({"jkt": sender::thumbprint(Signer::Ed25519)}));
        let token = mint(Signer::P256, &good_header(Signer::P256), &claims);
        let proof = sender::proof(Signer::Ed25519, &token);
        for (scheme, proofs, expected) in [
            ("DPoP", vec![proof.as_bytes()], "accepted"),
            ("DPoP", vec![], "invalid_dpop_proof"),
            ("Bearer", vec![], "bound_token_without_proof"),
        ] {
            let authorization = format!("{scheme} {token}");
            let request = Request {
                authorization: &[authorization.as_bytes()],
                dpop: &proofs,
                method: "GET",
                uri: sender::URI,
                certificate: None,
            };
            let mut next = server.begin_presented(&request, &Requirements::default(), at(0));
            while let Next::CheckSignature(pending) = next {
                let valid = pending.check_signature();
                next = server.finish(pending, valid, at(0));
            }
            let Next::Verdict(verdict) = next else { panic!("{next:?}") };
            assert_eq!(sender::code(verdict), expected, "{issuer} {scheme}");
        }
    }
    let answer = server.answer(&countersign_validator::Refusal::NoToken, &RequiredScopes::none());
    assert_eq!(answer.challenges.len(), 2, "one for each scheme: {:?}", answer.challenges);
}

#[test]
fn a_thousand_issuers_each_with_a_policy_of_its_own() {
    let name = |number: usize| format!("https://login.example/{number}/v2.0");
    let audience = |number: usize| format!("https://api.example/{number}");
    let signer = |number: usize| if number.is_multiple_of(2) { Signer::P256 } else { Signer::Ed25519 };
    let mut server = server((0..MAX_ISSUERS).map(|number| {
        let policy = Policy::new(name(number), [audience(number)]).unwrap();
        (policy, given(&[signer(number).jwk()]))
    }));
    for number in [0, 1, 2, 499, 500, 998, 999] {
        for (of, by, expected) in [
            (number, signer(number), "accepted"),
            (number, signer(number + 1), "key_not_found"),
            ((number + 2) % MAX_ISSUERS, signer(number), "invalid_audience"),
        ] {
            let claims = with(claims(&name(number)), "aud", json!(audience(of)));
            assert_eq!(code(&mut server, &mint(by, &good_header(by), &claims)), expected, "{number}");
        }
    }
    assert_eq!(code(&mut server, &token("https://login.example/1000/v2.0", Signer::P256, "ec")), "invalid_issuer");
}

/// Names that are near each other: a few letters, of which some differ in case only or look alike.
fn near_name() -> impl Strategy<Value = String> {
    proptest::collection::vec(prop_oneof!["a", "A", "/", "\u{430}", "e\u{301}", "\u{e9}", " ", "\0"], 1..4)
        .prop_map(|letters| letters.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    /// RFC9068-4-31: and whatever else is listed.
    #[test]
    fn an_issuer_is_found_by_all_its_octets_and_by_nothing_else(
        listed in proptest::collection::btree_set(near_name(), 1..12),
        claimed in near_name(),
    ) {
        let mut server = server(listed.iter().map(|name| (policy(name), given(&[Signer::Ed25519.jwk()]))));
        let expected = if listed.contains(&claimed) { "accepted" } else { "invalid_issuer" };
        prop_assert_eq!(code(&mut server, &token(&claimed, Signer::Ed25519, "ed")), expected);
        for name in &listed {
            prop_assert_eq!(code(&mut server, &token(name, Signer::Ed25519, "ed")), "accepted");
        }
    }

    #[test]
    fn the_order_of_the_list_changes_nothing(
        order in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle(),
        tokens in proptest::collection::vec((0..7_usize, 0..2_usize), 1..12),
    ) {
        let name = |number: usize| format!("https://as-{number}.example");
        let signer = |number: usize| [Signer::P256, Signer::Ed25519][number % 2];
        let servers = [(0..6).collect(), order].map(|order: Vec<usize>| {
            server(order.iter().map(|number| {
                let policy = policy(&name(*number)).with_max_age_seconds(if *number < 3 { 5 } else { 50 });
                (policy, given(&[signer(*number).jwk()]))
            }))
        });
        let [mut one, mut other] = servers;
        for (issuer, by) in tokens {
            let token = token(&name(issuer), signer(by), signer(by).kid());
            let (mut here, mut there) = (World::default(), World::default());
            prop_assert_eq!(here.judge(&mut one, &token, at(0)), there.judge(&mut other, &token, at(0)));
        }
    }
}
