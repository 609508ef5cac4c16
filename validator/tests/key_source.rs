//! The keys of an issuer over time, with times and answers moved by hand.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use countersign_validator::{
    KeySet, Policy, RequiredScopes, ResourceServer, UnixTime,
    challenge::Realm,
    key_source::{Fetch, KeySource, Need, Purpose},
    resource_server::Next,
};
use serde_json::json;
use support::{ISSUER, NOW, Signer, good_token};

const JWKS_URI: &str = "https://as.example.com/jwks";

fn at(seconds: i64) -> UnixTime {
    UnixTime::from_seconds(NOW + seconds)
}

fn metadata() -> String {
    json!({"issuer": ISSUER, "jwks_uri": JWKS_URI}).to_string()
}

#[track_caller]
fn fetch(need: Need) -> Fetch {
    match need {
        Need::Fetch(fetch) => fetch,
        other => panic!("expected a fetch, got {other:?}"),
    }
}

/// A source with keys since `at(0)`.
fn loaded() -> KeySource {
    let mut source = KeySource::at(JWKS_URI, &support::policy()).unwrap();
    let fetch = fetch(source.need(Purpose::Use, at(0)));
    source.received(fetch.ticket, 200, support::key_set_json().as_bytes(), at(0));
    source
}

#[test]
fn discovery_asks_rfc_8414_then_openid_then_for_the_keys() {
    let mut source = KeySource::discovered(&support::policy()).unwrap();
    let first = fetch(source.need(Purpose::Use, at(0)));
    assert_eq!(first.url, "https://as.example.com/.well-known/oauth-authorization-server");
    source.received(first.ticket, 404, b"", at(0));
    let second = fetch(source.need(Purpose::Use, at(0)));
    assert_eq!(second.url, "https://as.example.com/.well-known/openid-configuration");
    source.received(second.ticket, 200, metadata().as_bytes(), at(0));
    let third = fetch(source.need(Purpose::Use, at(0)));
    assert_eq!(third.url, JWKS_URI);
    assert!(source.keys(at(0)).is_none());
    source.received(third.ticket, 200, support::key_set_json().as_bytes(), at(0));
    assert_eq!(source.need(Purpose::Use, at(0)), Need::Nothing);
    assert!(source.keys(at(0)).unwrap().has_usable_key());
}

#[test]
fn metadata_of_another_issuer_is_not_used() {
    let mut source = KeySource::discovered(&support::policy()).unwrap();
    let foreign = json!({"issuer": "https://evil.example", "jwks_uri": JWKS_URI}).to_string();
    for _ in 0..2 {
        let fetch = fetch(source.need(Purpose::Use, at(0)));
        assert!(fetch.url.contains("/.well-known/"));
        source.received(fetch.ticket, 200, foreign.as_bytes(), at(0));
    }
    assert_eq!(source.need(Purpose::Use, at(0)), Need::Unavailable { retry_after_seconds: 1 });
}

#[test]
fn while_one_fetches_the_others_wait_and_nobody_fetches_twice() {
    let mut source = KeySource::at(JWKS_URI, &support::policy()).unwrap();
    let flight = fetch(source.need(Purpose::Use, at(0)));
    for _ in 0..50 {
        assert!(matches!(source.need(Purpose::Use, at(1)), Need::Wait(_)));
    }
    source.received(flight.ticket, 200, support::key_set_json().as_bytes(), at(1));
    assert_eq!(source.need(Purpose::Use, at(1)), Need::Nothing);
}

#[test]
fn a_fetch_that_died_with_its_request_is_taken_over_and_its_late_answer_ignored() {
    let mut source = KeySource::at(JWKS_URI, &support::policy()).unwrap();
    let dead = fetch(source.need(Purpose::Use, at(0)));
    let next = fetch(source.need(Purpose::Use, at(4)));
    assert_ne!(dead.ticket, next.ticket);
    source.received(dead.ticket, 200, br#"{"keys":[]}"#, at(5));
    assert!(source.keys(at(5)).is_none());
    source.received(next.ticket, 200, support::key_set_json().as_bytes(), at(5));
    assert!(source.keys(at(5)).is_some());
}

#[test]
fn an_unknown_key_causes_one_fetch_in_thirty_seconds() {
    let mut source = loaded();
    for second in 0..30 {
        assert_eq!(source.need(Purpose::UnknownKey, at(second)), Need::Nothing);
    }
    let fetched = fetch(source.need(Purpose::UnknownKey, at(30)));
    assert!(matches!(source.need(Purpose::UnknownKey, at(30)), Need::Wait(_)));
    assert_eq!(source.need(Purpose::Use, at(30)), Need::Nothing, "known keys stay usable meanwhile");
    source.received(fetched.ticket, 200, support::key_set_json().as_bytes(), at(30));
    for _ in 0..1000 {
        assert_eq!(source.need(Purpose::UnknownKey, at(59)), Need::Nothing);
    }
    fetch(source.need(Purpose::UnknownKey, at(60)));
}

#[test]
fn keys_are_refreshed_after_ten_minutes_and_a_removed_key_is_gone() {
    let mut source = loaded();
    assert_eq!(source.need(Purpose::Use, at(599)), Need::Nothing);
    let fetch = fetch(source.need(Purpose::Use, at(600)));
    let rotated = json!({"keys": [Signer::Ed25519.jwk()]}).to_string();
    source.received(fetch.ticket, 200, rotated.as_bytes(), at(600));
    let mut server = ResourceServer::new(support::policy(), source, Realm::default());
    let claims = support::with(support::good_claims(), "exp", json!(NOW + 4000));
    let token = support::mint(Signer::P256, &support::good_header(Signer::P256), &claims);
    let Next::Verdict(Err(refusal)) = server.begin(token.as_bytes(), &RequiredScopes::none(), at(601)) else {
        panic!("not refused")
    };
    assert_eq!(refusal.code().as_str(), "key_not_found");
}

#[test]
fn an_outage_is_served_from_old_keys_for_a_day_then_503() {
    let day = 24 * 3600;
    let mut source = loaded();
    let mut fetches = 0;
    for second in (600..day).step_by(10) {
        match source.need(Purpose::Use, at(second)) {
            Need::Fetch(fetch) => {
                fetches += 1;
                source.received(fetch.ticket, 503, b"", at(second));
            }
            Need::Nothing => {}
            other => panic!("{other:?} at {second}"),
        }
        assert!(source.keys(at(second)).is_some(), "at {second}");
    }
    assert!(fetches <= day / 60 + 10, "{fetches} fetches: no more than one a minute after the first few");
    assert!(source.keys(at(day)).is_none());
    let mut server = ResourceServer::new(support::policy(), source, Realm::default());
    let verdict = server.verify_at_hand(good_token(Signer::P256).as_bytes(), &RequiredScopes::none(), at(day));
    assert_eq!(verdict.unwrap_err().code().as_str(), "jwks_unavailable");
    let next = server.begin(good_token(Signer::P256).as_bytes(), &RequiredScopes::none(), at(day));
    assert!(matches!(next, Next::Fetch(_) | Next::Verdict(Err(_))));
}

#[test]
fn failures_back_off_to_a_minute() {
    let mut source = KeySource::at(JWKS_URI, &support::policy()).unwrap();
    let mut now = 0;
    for wait in [1, 2, 4, 8, 16, 32, 60, 60] {
        let fetch = fetch(source.need(Purpose::Use, at(now)));
        source.received(fetch.ticket, 0, b"", at(now));
        assert_eq!(source.need(Purpose::Use, at(now)), Need::Unavailable { retry_after_seconds: wait });
        now += i64::from(wait);
    }
}

#[test]
fn html_an_oversized_set_and_an_empty_answer_are_failures() {
    let large = format!(r#"{{"keys":[],"x":"{}"}}"#, "x".repeat(64 * 1024));
    for body in ["<html>", "", "{}", &large] {
        let mut source = KeySource::at(JWKS_URI, &support::policy()).unwrap();
        let fetch = fetch(source.need(Purpose::Use, at(0)));
        source.received(fetch.ticket, 200, body.as_bytes(), at(0));
        assert!(matches!(source.need(Purpose::Use, at(0)), Need::Unavailable { .. }));
    }
}

#[test]
fn a_token_that_fails_by_form_or_header_causes_no_fetch() {
    let mut server =
        ResourceServer::new(support::policy(), KeySource::discovered(&support::policy()).unwrap(), Realm::default());
    let foreign = support::with(support::good_claims(), "iss", json!("https://evil.example"));
    let typ = support::with(support::good_header(Signer::P256), "typ", json!("JWT"));
    for token in [
        "x".to_owned(),
        support::mint(Signer::P256, &support::good_header(Signer::P256), &foreign),
        support::mint(Signer::P256, &typ, &support::good_claims()),
    ] {
        let next = server.begin(token.as_bytes(), &RequiredScopes::none(), at(0));
        assert!(matches!(next, Next::Verdict(Err(_))), "{next:?}");
    }
    let next = server.begin(good_token(Signer::P256).as_bytes(), &RequiredScopes::none(), at(0));
    assert!(matches!(next, Next::Fetch(_)));
}

#[test]
fn given_keys_are_never_fetched() {
    let mut source = KeySource::given(support::key_set()).unwrap();
    assert_eq!(source.need(Purpose::UnknownKey, at(1_000_000)), Need::Nothing);
    assert!(source.keys(at(1_000_000)).is_some());
}

#[test]
fn what_cannot_be_a_source_is_named() {
    let empty = KeySet::from_json(br#"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#).unwrap();
    let error = KeySource::given(empty).unwrap_err();
    assert_eq!(error.option(), "jwks");
    assert!(!error.to_string().contains("c2VjcmV0"));
    for uri in ["http://as.example.com/jwks", "https://user@as.example.com/jwks", "jwks", "http://127.0.0.1/jwks"] {
        assert_eq!(KeySource::at(uri, &support::policy()).unwrap_err().option(), "jwksUri", "{uri}");
    }
    let local = support::policy().with_insecure_loopback();
    assert!(KeySource::at("http://127.0.0.1:9000/jwks", &local).is_ok());
    let nowhere = Policy::new("my-issuer", ["x"]).unwrap();
    assert_eq!(KeySource::discovered(&nowhere).unwrap_err().option(), "issuer");
}
