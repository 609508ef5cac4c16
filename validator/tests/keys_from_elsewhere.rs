//! Keys that did not come with an answer of the issuer: seeds, and what another machine has stored.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use countersign_validator::{
    Policy, Refusal, RequiredScopes, ResourceServer, UnixTime, VerifiedToken,
    challenge::Realm,
    key_source::{Fetch, KeySource, Need, Purpose, Received},
    resource_server::Next,
};
use serde_json::json;
use support::{AUDIENCE, ISSUER, NOW, Signer, good_token, key_set_json};

const JWKS_URI: &str = "https://as.example.com/jwks";
const DAY: i64 = 86_400;
const NO_KEYS: &str = r#"{"keys":[]}"#;

fn at(seconds: i64) -> UnixTime {
    UnixTime::from_seconds(NOW + seconds)
}

/// The same keys in another document.
fn same_keys() -> String {
    format!(" {}", key_set_json())
}

fn source() -> KeySource {
    KeySource::at(JWKS_URI, &support::policy()).unwrap()
}

fn seeded() -> KeySource {
    source().with_seed(key_set_json().as_bytes(), at(0)).unwrap()
}

#[track_caller]
fn fetch(source: &mut KeySource, now: UnixTime) -> Fetch {
    match source.need(Purpose::Use, now) {
        Need::Fetch(fetch) => fetch,
        other => panic!("expected a fetch, got {other:?}"),
    }
}

fn receive(source: &mut KeySource, fetch: &Fetch, body: &str, now: UnixTime) -> Received {
    source.received(fetch.ticket, 200, body.as_bytes(), now, None, None)
}

fn store(source: &mut KeySource, fetch: &Fetch, body: &str, stored_at: UnixTime, now: UnixTime) -> bool {
    source.stored(fetch.ticket, body.as_bytes(), stored_at, now, Some("max-age=600"), None)
}

#[test]
fn a_seed_is_used_at_once_and_refreshed_by_one_caller() {
    let mut source = seeded();
    assert!(source.keys(at(0)).unwrap().has_usable_key());
    let first = fetch(&mut source, at(0));
    assert!(first.background, "nobody has to wait for it");
    assert_eq!(source.need(Purpose::Use, at(0)), Need::Nothing);
    assert_eq!(receive(&mut source, &first, &same_keys(), at(1)), Received::KeySet);
    assert_eq!(source.need(Purpose::Use, at(1 + 539)), Need::Nothing);
}

#[test]
fn an_outage_at_the_start_is_survived_for_a_day_and_no_longer() {
    let mut source = seeded();
    let mut fetches = 0;
    for second in 0..DAY {
        if let Need::Fetch(fetch) = source.need(Purpose::Use, at(second)) {
            source.received(fetch.ticket, 500, b"", at(second), None, None);
            fetches += 1;
        }
        assert!(source.keys(at(second)).is_some(), "{second}");
    }
    assert!((1..=DAY / 30).contains(&fetches), "{fetches}");
    assert!(source.keys(at(DAY)).is_none());
    assert!(source.keys(at(DAY + 1)).is_none());
    assert!(!matches!(source.need(Purpose::Use, at(DAY)), Need::Nothing));
}

#[test]
fn a_seed_that_is_not_in_use_yet_gives_no_keys() {
    let source = source().with_seed(key_set_json().as_bytes(), UnixTime::from_seconds(0)).unwrap();
    assert!(source.keys(at(0)).is_none());
}

#[test]
fn a_set_without_keys_withdraws_the_seed_and_what_is_no_set_does_not() {
    for (answer, is_withdrawn) in [(NO_KEYS, true), ("", false), ("<html>", false)] {
        let mut source = seeded();
        let first = fetch(&mut source, at(0));
        assert_eq!(receive(&mut source, &first, answer, at(1)), Received::Failed, "{answer}");
        for second in [1, DAY - 1] {
            assert_eq!(source.keys(at(second)).is_none(), is_withdrawn, "{answer}");
        }
    }
}

#[test]
fn what_is_no_seed_is_named() {
    for seed in ["", "{}", "[]", NO_KEYS, r#"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#] {
        assert_eq!(source().with_seed(seed.as_bytes(), at(0)).unwrap_err().option(), "seedJwks", "{seed}");
    }
    let given = KeySource::given(support::key_set()).unwrap();
    assert_eq!(given.with_seed(key_set_json().as_bytes(), at(0)).unwrap_err().option(), "seedJwks");
}

/// Without a network: what the server says with the keys at hand.
fn at_hand(server: &mut ResourceServer, token: &str, now: UnixTime) -> Result<VerifiedToken, Refusal> {
    server.verify_at_hand(token.as_bytes(), &RequiredScopes::none(), now)
}

#[test]
fn a_key_that_is_removed_dies_with_the_first_refresh_in_the_cache_of_tokens_too() {
    let mut server = ResourceServer::new(support::policy(), seeded(), Realm::default());
    let token = good_token(Signer::Ed25519);
    assert!(at_hand(&mut server, &token, at(0)).is_ok());
    let Next::Fetch(fetch) = server.begin(token.as_bytes(), &RequiredScopes::none(), at(0)) else { panic!("no fetch") };
    let stranger = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "stranger",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]});
    server.received(fetch.ticket, 200, stranger.to_string().as_bytes(), at(0), None, None);
    assert_eq!(at_hand(&mut server, &token, at(0)).unwrap_err(), Refusal::NoKey);
}

#[test]
fn each_issuer_has_its_own_seed() {
    let other = || Policy::new("https://other.example.com", [AUDIENCE]).unwrap();
    let unseeded = KeySource::discovered(&other()).unwrap();
    let mut server =
        ResourceServer::for_issuers([(support::policy(), seeded()), (other(), unseeded)], Realm::default()).unwrap();
    assert!(at_hand(&mut server, &good_token(Signer::Ed25519), at(0)).is_ok());
    let mut server = ResourceServer::for_issuers(
        [
            (support::policy(), source()),
            (other(), KeySource::discovered(&other()).unwrap().with_seed(key_set_json().as_bytes(), at(0)).unwrap()),
        ],
        Realm::default(),
    )
    .unwrap();
    assert!(matches!(at_hand(&mut server, &good_token(Signer::Ed25519), at(0)), Err(Refusal::KeysUnavailable { .. })));
}

#[test]
fn what_is_stored_serves_in_place_of_a_request_and_is_no_younger_for_it() {
    let mut source = source();
    let first = fetch(&mut source, at(300));
    assert!(first.is_cold);
    assert!(store(&mut source, &first, &key_set_json(), at(0), at(300)));
    assert_eq!(source.need(Purpose::Use, at(539)), Need::Nothing);
    let ahead = fetch(&mut source, at(540));
    assert!(ahead.background && !ahead.is_cold, "refreshing goes to the issuer");
    assert_eq!(receive(&mut source, &first, NO_KEYS, at(541)), Received::Ignored);
}

#[test]
fn an_old_entry_is_refreshed_first_and_a_day_is_too_old() {
    for (age, is_taken, waits) in [
        (0, true, None),
        (539, true, None),
        (540, true, Some(false)),
        (600 + 3599, true, Some(false)),
        (600 + 3600, true, Some(true)),
        (DAY - 1, true, Some(true)),
        (DAY, false, None),
        (-1, false, None),
    ] {
        let mut source = source();
        let first = fetch(&mut source, at(0));
        assert_eq!(store(&mut source, &first, &key_set_json(), at(-age), at(0)), is_taken, "{age}");
        if is_taken {
            match (source.need(Purpose::Use, at(0)), waits) {
                (Need::Nothing, None) => {}
                (Need::Fetch(fetch), Some(waits)) => assert_eq!(fetch.background, !waits, "{age}"),
                other => panic!("{age}: {other:?}"),
            }
        } else {
            assert!(matches!(source.need(Purpose::Use, at(0)), Need::Wait(_)), "its request is still to be made");
        }
    }
}

#[test]
fn garbage_is_not_taken_and_takes_nothing_away() {
    let oversized = format!("{}{}", key_set_json(), " ".repeat(64 * 1024));
    for body in ["", "{}", "null", "<html>", NO_KEYS, r#"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#, &oversized] {
        let mut source = seeded();
        let first = fetch(&mut source, at(0));
        assert!(!store(&mut source, &first, body, at(0), at(0)), "{body:.20}");
        assert!(source.keys(at(0)).is_some(), "the seed is still there");
        assert_eq!(receive(&mut source, &first, &same_keys(), at(0)), Received::KeySet);
    }
}

#[test]
fn a_store_does_not_bring_back_what_the_issuer_took_away() {
    for (stored_at, is_taken) in [(0, false), (10, false), (11, true)] {
        let mut source = source();
        let first = fetch(&mut source, at(10));
        receive(&mut source, &first, NO_KEYS, at(10));
        let again = fetch(&mut source, at(100));
        assert!(again.is_cold);
        assert_eq!(store(&mut source, &again, &key_set_json(), at(stored_at), at(100)), is_taken, "{stored_at}");
        assert_eq!(source.keys(at(100)).is_some(), is_taken, "{stored_at}");
    }
}

#[test]
fn a_ticket_that_was_given_up_takes_nothing() {
    let mut source = source();
    let dead = fetch(&mut source, at(0));
    let next = fetch(&mut source, at(4));
    assert!(store(&mut source, &dead, &key_set_json(), at(0), at(4)), "there is nothing left to fetch for it");
    assert!(source.keys(at(4)).is_none());
    assert!(store(&mut source, &next, &key_set_json(), at(0), at(4)));
    assert!(source.keys(at(4)).is_some());
}

#[test]
fn a_store_is_asked_once_on_the_way_and_a_seed_is_no_reason_not_to() {
    assert!(fetch(&mut seeded(), at(0)).is_cold);
    let mut source = KeySource::discovered(&support::policy()).unwrap();
    let first = fetch(&mut source, at(0));
    source.received(first.ticket, 404, b"", at(0), None, None);
    let second = fetch(&mut source, at(0));
    let metadata = json!({"issuer": ISSUER, "jwks_uri": JWKS_URI}).to_string();
    assert_eq!(receive(&mut source, &second, &metadata, at(0)), Received::Metadata);
    let third = fetch(&mut source, at(0));
    assert_eq!([first.is_cold, second.is_cold, third.is_cold], [true, false, false]);
    assert_eq!(first.store_key, third.store_key);
    let mut other = KeySource::discovered(&support::policy()).unwrap();
    let first = fetch(&mut other, at(0));
    assert!(store(&mut other, &first, &key_set_json(), at(0), at(0)), "in place of metadata and key set");
    assert!(other.keys(at(0)).is_some());
}

#[test]
fn the_name_tells_places_and_options_apart() {
    let policy = support::policy;
    let elsewhere = |origins: &[&str]| policy().with_jwks_origins(origins.iter().copied()).unwrap();
    let mut sources = [
        source(),
        KeySource::at("https://as.example.com/jwks2", &policy()).unwrap(),
        KeySource::discovered(&policy()).unwrap(),
        KeySource::discovered(&elsewhere(&["https://a.example"])).unwrap(),
        KeySource::discovered(&elsewhere(&["https://a.example", "https://b.example"])).unwrap(),
    ];
    let keys: std::collections::BTreeSet<String> =
        sources.iter_mut().map(|source| fetch(source, at(0)).store_key).collect();
    assert_eq!(keys.len(), 5);
    assert!(keys.iter().all(|key| key.len() == 43));
    assert_eq!(fetch(&mut source(), at(0)).store_key, fetch(&mut source(), at(9)).store_key);
}
