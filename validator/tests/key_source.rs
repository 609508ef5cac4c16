//! The keys of an issuer over time, with times and answers moved by hand.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use countersign_validator::{
    KeySet, Policy, Refusal, RequiredScopes, ResourceServer, UnixTime,
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

/// The issuer answers with its keys.
fn answer(source: &mut KeySource, fetch: &Fetch, now: UnixTime) {
    source.received(fetch.ticket, 200, support::key_set_json().as_bytes(), now, None, None);
}

/// A source with keys since `at(0)`.
fn loaded() -> KeySource {
    let mut source = KeySource::at(JWKS_URI, &support::policy()).unwrap();
    let fetch = fetch(source.need(Purpose::Use, at(0)));
    source.received(fetch.ticket, 200, support::key_set_json().as_bytes(), at(0), None, None);
    source
}

#[test]
fn discovery_asks_rfc_8414_then_openid_then_for_the_keys() {
    let mut source = KeySource::discovered(&support::policy()).unwrap();
    let first = fetch(source.need(Purpose::Use, at(0)));
    assert_eq!(first.url, "https://as.example.com/.well-known/oauth-authorization-server");
    source.received(first.ticket, 404, b"", at(0), None, None);
    let second = fetch(source.need(Purpose::Use, at(0)));
    assert_eq!(second.url, "https://as.example.com/.well-known/openid-configuration");
    source.received(second.ticket, 200, metadata().as_bytes(), at(0), None, None);
    let third = fetch(source.need(Purpose::Use, at(0)));
    assert_eq!(third.url, JWKS_URI);
    assert!(source.keys(at(0)).is_none());
    source.received(third.ticket, 200, support::key_set_json().as_bytes(), at(0), None, None);
    assert_eq!(source.need(Purpose::Use, at(0)), Need::Nothing);
    assert!(source.keys(at(0)).unwrap().has_usable_key());
}

/// RFC8414-3.3-50.
#[test]
fn metadata_of_another_issuer_is_not_used() {
    let mut source = KeySource::discovered(&support::policy()).unwrap();
    let foreign = json!({"issuer": "https://evil.example", "jwks_uri": JWKS_URI}).to_string();
    for _ in 0..2 {
        let fetch = fetch(source.need(Purpose::Use, at(0)));
        assert!(fetch.url.contains("/.well-known/"));
        source.received(fetch.ticket, 200, foreign.as_bytes(), at(0), None, None);
    }
    assert_eq!(source.need(Purpose::Use, at(0)), Need::Unavailable { retry_after_seconds: 1 });
}

/// HARNESS-R4.
#[test]
fn while_one_fetches_the_others_wait_and_nobody_fetches_twice() {
    let mut source = KeySource::at(JWKS_URI, &support::policy()).unwrap();
    let flight = fetch(source.need(Purpose::Use, at(0)));
    for _ in 0..50 {
        assert!(matches!(source.need(Purpose::Use, at(1)), Need::Wait(_)));
    }
    source.received(flight.ticket, 200, support::key_set_json().as_bytes(), at(1), None, None);
    assert_eq!(source.need(Purpose::Use, at(1)), Need::Nothing);
}

#[test]
fn a_fetch_that_died_with_its_request_is_taken_over_and_its_late_answer_ignored() {
    let mut source = KeySource::at(JWKS_URI, &support::policy()).unwrap();
    let dead = fetch(source.need(Purpose::Use, at(0)));
    let next = fetch(source.need(Purpose::Use, at(4)));
    assert_ne!(dead.ticket, next.ticket);
    source.received(dead.ticket, 200, br#"{"keys":[]}"#, at(5), None, None);
    assert!(source.keys(at(5)).is_none());
    source.received(next.ticket, 200, support::key_set_json().as_bytes(), at(5), None, None);
    assert!(source.keys(at(5)).is_some());
}

#[test]
fn keys_are_refreshed_ahead_by_one_caller_while_all_use_them() {
    let mut source = loaded();
    assert_eq!(source.need(Purpose::Use, at(539)), Need::Nothing);
    let ahead = fetch(source.need(Purpose::Use, at(540)));
    assert!(ahead.background);
    for _ in 0..100 {
        assert_eq!(source.need(Purpose::Use, at(541)), Need::Nothing, "nobody else fetches, nobody waits");
    }
    assert!(source.keys(at(541)).is_some());
    answer(&mut source, &ahead, at(542));
    assert_eq!(source.need(Purpose::Use, at(542 + 539)), Need::Nothing);
    assert!(fetch(source.need(Purpose::Use, at(542 + 540))).background);
}

#[test]
fn stale_keys_are_used_while_they_are_refreshed_and_after_an_hour_not_before() {
    let mut source = loaded();
    assert!(fetch(source.need(Purpose::Use, at(600 + 3599))).background);
    let mut source = loaded();
    let first = fetch(source.need(Purpose::Use, at(600 + 3600)));
    assert!(!first.background);
    assert!(matches!(source.need(Purpose::Use, at(600 + 3600)), Need::Wait(_)));
    source.received(first.ticket, 500, b"", at(600 + 3600), None, None);
    assert_eq!(source.need(Purpose::Use, at(600 + 3600)), Need::Nothing, "it failed: the old ones must do");
    assert_eq!(source.need(Purpose::Use, at(600 + 3629)), Need::Nothing);
    assert!(fetch(source.need(Purpose::Use, at(600 + 3630))).background, "nobody waits for each attempt of an outage");
    assert_eq!(source.need(Purpose::Use, at(600 + 3630)), Need::Nothing);
}

#[test]
fn the_answer_says_how_long_its_keys_are_fresh() {
    for (cache_control, age, ahead_at) in [
        (None, None, 540),
        (Some("max-age=300"), None, 270),
        (Some("max-age=300"), Some("100"), 180),
        (Some("max-age=1"), None, 54),
        (Some("no-store"), None, 54),
        (Some("max-age=86400"), None, 77_760),
        (Some("max-age=99999999"), None, 77_760),
    ] {
        let mut source = KeySource::at(JWKS_URI, &support::policy()).unwrap();
        let first = fetch(source.need(Purpose::Use, at(0)));
        source.received(first.ticket, 200, support::key_set_json().as_bytes(), at(0), cache_control, age);
        assert_eq!(source.need(Purpose::Use, at(ahead_at - 1)), Need::Nothing, "{cache_control:?}");
        assert!(fetch(source.need(Purpose::Use, at(ahead_at))).background, "{cache_control:?}");
    }
}

/// HARNESS-R4.
#[test]
fn a_thousand_bogus_kids_cause_one_fetch() {
    let mut source = loaded();
    let start = 60_000;
    let milliseconds = |passed: u32| UnixTime::from_milliseconds(NOW as f64 * 1000.0 + f64::from(start + passed));
    let mut fetches = 0;
    // One a millisecond, each another; then all once more, for as long as the first are remembered.
    for round in 0..2 {
        for number in 0..1000 {
            let now = milliseconds(round * 1000 + number);
            let kid = format!("bogus-{number}");
            if round == 1 && number < 1000 - 64 {
                continue;
            }
            match source.need(Purpose::UnknownKey(Some(&kid)), now) {
                Need::Fetch(fetch) => {
                    fetches += 1;
                    assert!(!fetch.background, "its key may be in the answer");
                    answer(&mut source, &fetch, now);
                }
                Need::Nothing => {}
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!(fetches, 1);
}

/// HARNESS-R4.
#[test]
fn an_endless_stream_of_bogus_kids_causes_one_fetch_in_thirty_seconds_after_the_burst() {
    let mut source = loaded();
    let mut times = Vec::new();
    for number in 0..1200 {
        let now = UnixTime::from_milliseconds((NOW + 60) as f64 * 1000.0 + f64::from(number) * 100.0);
        if let Need::Fetch(fetch) = source.need(Purpose::UnknownKey(Some(&number.to_string())), now) {
            times.push(number / 10);
            answer(&mut source, &fetch, now);
        }
    }
    assert_eq!(times, [0, 1, 30, 60, 90], "two minutes, seconds in which a fetch was made");
}

#[test]
fn a_known_bogus_kid_causes_no_fetch_until_it_has_aged() {
    let mut source = loaded();
    let first = fetch(source.need(Purpose::UnknownKey(Some("bogus")), at(60)));
    assert!(matches!(source.need(Purpose::UnknownKey(Some("bogus")), at(60)), Need::Wait(_)));
    assert_eq!(source.need(Purpose::Use, at(60)), Need::Nothing, "known keys stay usable meanwhile");
    answer(&mut source, &first, at(60));
    for second in 60..90 {
        assert_eq!(source.need(Purpose::UnknownKey(Some("bogus")), at(second)), Need::Nothing);
    }
    fetch(source.need(Purpose::UnknownKey(Some("bogus")), at(90)));
}

fn rotated_token() -> String {
    let claims = support::with(support::good_claims(), "exp", json!(NOW + 100_000));
    support::mint(Signer::P256, &support::good_header(Signer::P256), &claims)
}

fn bogus_token(number: i64) -> String {
    let header = support::with(support::good_header(Signer::P256), "kid", json!(format!("bogus-{number}")));
    support::mint(Signer::P256, &header, &support::good_claims())
}

/// A server whose issuer has only another key than the one that [`rotated_token`] is signed with, loaded at `at(0)`.
fn before_rotation() -> (ResourceServer, String, String) {
    let old = json!({"keys": [Signer::Ed25519.jwk()]}).to_string();
    let mut source = KeySource::at(JWKS_URI, &support::policy()).unwrap();
    let first = fetch(source.need(Purpose::Use, at(0)));
    source.received(first.ticket, 200, old.as_bytes(), at(0), None, None);
    (ResourceServer::new(support::policy(), source, Realm::default()), old, support::key_set_json())
}

/// The code of one token, all fetches answered with `published` and counted.
fn settle(server: &mut ResourceServer, token: &str, published: &str, now: UnixTime, fetches: &mut u32) -> &'static str {
    loop {
        match server.begin(token.as_bytes(), &RequiredScopes::none(), now) {
            Next::Fetch(fetch) => {
                *fetches += 1;
                server.received(fetch.ticket, 200, published.as_bytes(), now, None, None);
            }
            Next::CheckSignature(pending) => {
                let valid = pending.check_signature();
                return match server.finish(pending, valid, now) {
                    Next::Verdict(Ok(_)) => "accepted",
                    other => panic!("{other:?}"),
                };
            }
            Next::Verdict(Err(refusal)) => return refusal.code().as_str(),
            Next::Verdict(Ok(_)) => return "accepted",
            Next::Wait(_) | Next::Remember(_) => panic!("nobody else is fetching, and nothing is proved"),
        }
    }
}

#[test]
fn one_bogus_kid_does_not_delay_a_rotation() {
    let (mut server, old, new) = before_rotation();
    let mut fetches = 0;
    assert_eq!(settle(&mut server, &bogus_token(0), &old, at(60), &mut fetches), "key_not_found");
    assert_eq!(fetches, 1);
    // Published now: the first token of the new key brings it.
    assert_eq!(settle(&mut server, &rotated_token(), &new, at(61), &mut fetches), "accepted");
    assert_eq!(fetches, 2);
}

/// RFC7515-6-10.
#[test]
fn a_rotation_is_seen_within_thirty_seconds_whatever_arrives() {
    let (mut server, old, new) = before_rotation();
    let (good, mut fetches) = (rotated_token(), 0);
    // A stream of other bogus kids, and the new key's own name among them before it is published.
    for second in 0..40 {
        let early = if second % 2 == 0 { bogus_token(second) } else { good.clone() };
        assert_eq!(settle(&mut server, &early, &old, at(60 + second), &mut fetches), "key_not_found");
    }
    assert_eq!(fetches, 3, "the burst, and one after thirty seconds");
    let accepted = (40..).find(|second| {
        settle(&mut server, &bogus_token(*second), &new, at(60 + second), &mut fetches);
        settle(&mut server, &good, &new, at(60 + second), &mut fetches) == "accepted"
    });
    assert!(accepted.unwrap() <= 40 + 30, "{accepted:?}");
}

#[test]
fn bogus_kids_do_not_keep_an_outage_busy() {
    let mut source = loaded();
    let mut fetches = 0;
    for second in 60..360 {
        let kid = second.to_string();
        if let Need::Fetch(fetch) = source.need(Purpose::UnknownKey(Some(&kid)), at(second)) {
            fetches += 1;
            source.received(fetch.ticket, 0, b"", at(second), None, None);
        }
    }
    assert!(fetches <= 2 + 300 / 30, "{fetches}");
}

/// HARNESS-R4.
#[test]
fn a_removed_key_is_gone_with_the_next_refresh() {
    let mut source = loaded();
    let fetch = fetch(source.need(Purpose::Use, at(600)));
    let rotated = json!({"keys": [Signer::Ed25519.jwk()]}).to_string();
    source.received(fetch.ticket, 200, rotated.as_bytes(), at(600), None, None);
    let mut server = ResourceServer::new(support::policy(), source, Realm::default());
    let mut fetches = 0;
    // Its `kid` is as unknown as any other: asked for once in a while.
    for (second, expected) in [(600, 0), (601, 0), (629, 0), (630, 1), (659, 1), (660, 2)] {
        let code = settle(&mut server, &rotated_token(), &rotated, at(second), &mut fetches);
        assert_eq!((code, fetches), ("key_not_found", expected), "at {second}");
    }
}

#[test]
fn an_issuer_without_a_usable_key_has_withdrawn_its_old_ones() {
    for withdrawn in [json!({"keys": []}), json!({"keys": [{"kty": "oct", "k": "c2VjcmV0"}]})] {
        let mut source = loaded();
        let fetch = fetch(source.need(Purpose::Use, at(600)));
        source.received(fetch.ticket, 200, withdrawn.to_string().as_bytes(), at(600), None, None);
        assert!(source.keys(at(600)).is_none());
        assert_eq!(source.need(Purpose::Use, at(600)), Need::Unavailable { retry_after_seconds: 1 });
    }
}

#[test]
fn a_clock_that_is_set_back_costs_a_refresh_and_no_more() {
    let mut source = loaded();
    let back = fetch(source.need(Purpose::Use, at(-100_000)));
    assert!(matches!(source.need(Purpose::Use, at(-200_000)), Need::Fetch(_)), "the flight is from the future too");
    source.received(back.ticket, 200, support::key_set_json().as_bytes(), at(-200_000), None, None);
    let mut source = loaded();
    let back = fetch(source.need(Purpose::Use, at(-100_000)));
    answer(&mut source, &back, at(-100_000));
    assert_eq!(source.need(Purpose::Use, at(-100_000)), Need::Nothing);
}

/// HARNESS-R4, HARNESS-R2.
#[test]
fn an_outage_is_served_from_old_keys_for_a_day_then_503() {
    let day = 24 * 3600;
    let mut source = loaded();
    let mut fetches = 0;
    for second in (600..day).step_by(10) {
        match source.need(Purpose::Use, at(second)) {
            Need::Fetch(fetch) => {
                fetches += 1;
                source.received(fetch.ticket, 503, b"", at(second), None, None);
            }
            Need::Nothing => {}
            other => panic!("{other:?} at {second}"),
        }
        assert!(source.keys(at(second)).is_some(), "at {second}");
    }
    assert!(fetches <= day / 60 + 10, "{fetches} fetches: no more than one a minute after the first few");
    assert!(source.keys(at(day - 1)).is_some());
    assert!(source.keys(at(day)).is_none());
    let mut server = ResourceServer::new(support::policy(), source, Realm::default());
    let verdict = server.verify_at_hand(good_token(Signer::P256).as_bytes(), &RequiredScopes::none(), at(day));
    assert_eq!(verdict.unwrap_err().code().as_str(), "jwks_unavailable");
    // The last attempt was less than a minute ago.
    let mut begin = |second| server.begin(good_token(Signer::P256).as_bytes(), &RequiredScopes::none(), at(second));
    assert!(matches!(begin(day), Next::Verdict(Err(Refusal::KeysUnavailable { retry_after_seconds: 1..=60 }))));
    let Next::Fetch(fetch) = begin(day + 60) else { panic!("no attempt") };
    assert!(!fetch.background);
    server.received(fetch.ticket, 503, b"", at(day + 60), None, None);
    let next = server.begin(good_token(Signer::P256).as_bytes(), &RequiredScopes::none(), at(day + 60));
    let Next::Verdict(Err(refusal)) = next else { panic!("{next:?}") };
    let answer = server.answer(&refusal, &RequiredScopes::none());
    assert_eq!((answer.status, answer.retry_after_seconds), (503, Some(60)));
}

#[test]
fn failures_back_off_to_a_minute() {
    let mut source = KeySource::at(JWKS_URI, &support::policy()).unwrap();
    let mut now = 0;
    for wait in [1, 2, 4, 8, 16, 32, 60, 60] {
        let fetch = fetch(source.need(Purpose::Use, at(now)));
        source.received(fetch.ticket, 0, b"", at(now), None, None);
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
        source.received(fetch.ticket, 200, body.as_bytes(), at(0), None, None);
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
    assert_eq!(source.need(Purpose::UnknownKey(Some("x")), at(1_000_000)), Need::Nothing);
    assert!(source.keys(at(1_000_000)).is_some());
}

/// RFC8414-2-50.
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

#[test]
fn a_kid_that_goes_to_a_key_of_another_kind_is_found() {
    let named = |signer: Signer| json!({"keys": [support::with(signer.jwk(), "kid", json!("k"))]}).to_string();
    let mut source = KeySource::at(JWKS_URI, &support::policy()).unwrap();
    let first = fetch(source.need(Purpose::Use, at(0)));
    source.received(first.ticket, 200, named(Signer::Rsa).as_bytes(), at(0), None, None);
    let mut server = ResourceServer::new(support::policy(), source, Realm::default());
    let header = support::with(support::good_header(Signer::P256), "kid", json!("k"));
    let token = support::mint(Signer::P256, &header, &support::good_claims());
    let Next::Fetch(refresh) = server.begin(token.as_bytes(), &RequiredScopes::none(), at(30)) else {
        panic!("no fetch")
    };
    server.received(refresh.ticket, 200, named(Signer::P256).as_bytes(), at(30), None, None);
    assert!(matches!(server.begin(token.as_bytes(), &RequiredScopes::none(), at(30)), Next::CheckSignature(_)));
}

/// HARNESS-R4: whatever asks, uses of the old keys, tokens of unknown keys, the key of the newest rotation.
#[test]
fn an_outage_with_old_keys_costs_one_request_in_thirty_seconds() {
    for start in [60, 560, 1200, 5000] {
        let mut source = loaded();
        let mut times = Vec::new();
        for tick in 0..3600 {
            let now = UnixTime::from_milliseconds((NOW + start) as f64 * 1000.0 + f64::from(tick) * 100.0);
            let kid = tick.to_string();
            for purpose in [Purpose::Use, Purpose::UnknownKey(Some(&kid)), Purpose::UnknownKey(None)] {
                match source.need(purpose, now) {
                    Need::Fetch(fetch) => {
                        times.push(tick);
                        source.received(fetch.ticket, 503, b"", now, None, None);
                    }
                    Need::Nothing => {}
                    other => panic!("{other:?} at {tick}"),
                }
            }
        }
        assert_eq!(times, [0, 300, 600, 900, 1200, 1500, 1820, 2420, 3020], "from {start} on, tenths of a second");
    }
}

#[test]
fn an_outage_without_keys_is_tried_again_after_a_second_then_ever_later() {
    let mut source = KeySource::at(JWKS_URI, &support::policy()).unwrap();
    let mut times = Vec::new();
    for second in 0..200 {
        if let Need::Fetch(fetch) = source.need(Purpose::Use, at(second)) {
            times.push(second);
            source.received(fetch.ticket, 503, b"", at(second), None, None);
        }
    }
    assert_eq!(times, [0, 1, 3, 7, 15, 31, 63, 123, 183]);
}

/// The first answer that fails is the last for 30 seconds, whatever is left in the bucket.
#[test]
fn a_failure_stops_the_burst_too() {
    let mut source = loaded();
    let first = fetch(source.need(Purpose::UnknownKey(Some("a")), at(60)));
    source.received(first.ticket, 500, b"", at(60), None, None);
    for second in 60..90 {
        assert_eq!(source.need(Purpose::UnknownKey(Some("b")), at(second)), Need::Nothing, "at {second}");
    }
    fetch(source.need(Purpose::UnknownKey(Some("b")), at(90)));
}

/// A set that stands where it may not is told from a server that is down, to whoever runs this: what to set is in the words.
#[test]
fn keys_on_another_origin_are_named_as_the_cause() {
    let elsewhere = json!({"issuer": ISSUER, "jwks_uri": "https://secret-keys.example/jwks"}).to_string();
    let here = metadata();
    let other = json!({"issuer": "https://evil.example", "jwks_uri": "https://evil.example/jwks"}).to_string();
    let unusable = json!({"issuer": ISSUER, "jwks_uri": "http://secret-keys.example/jwks"}).to_string();
    for (answers, is_elsewhere) in [
        (vec![(200, &elsewhere), (200, &elsewhere)], true),
        (vec![(200, &elsewhere), (404, &here)], true),
        (vec![(404, &here), (200, &elsewhere)], true),
        (vec![(503, &here), (503, &here)], false),
        (vec![(200, &other), (200, &other)], false),
        (vec![(200, &unusable), (404, &here)], false),
        // Read anew: it is down now, and then the keys themselves are.
        (vec![(200, &elsewhere), (200, &elsewhere), (503, &here), (503, &here)], false),
        (vec![(200, &elsewhere), (200, &here), (503, &here)], false),
    ] {
        let source = KeySource::discovered(&support::policy()).unwrap();
        let mut server = ResourceServer::new(support::policy(), source, Realm::default());
        let token = good_token(Signer::P256);
        let mut now = 0;
        for (status, body) in answers {
            let mut next = server.begin(token.as_bytes(), &RequiredScopes::none(), at(now));
            if matches!(next, Next::Verdict(_)) {
                // Another round, once the wait is over.
                now += 100;
                next = server.begin(token.as_bytes(), &RequiredScopes::none(), at(now));
            }
            let Next::Fetch(fetch) = next else { panic!("{next:?}") };
            server.received(fetch.ticket, status, body.as_bytes(), at(now), None, None);
        }
        let next = server.begin(token.as_bytes(), &RequiredScopes::none(), at(now));
        let Next::Verdict(Err(refusal)) = next else { panic!("{next:?}") };
        assert_eq!(refusal.code().as_str(), "jwks_unavailable");
        assert_eq!(refusal.to_string().contains("jwksOrigins"), is_elsewhere, "{refusal}");
        assert!(!refusal.to_string().contains("secret"), "{refusal}");
        let answer = server.answer(&refusal, &RequiredScopes::none());
        assert_eq!((answer.status, answer.challenges.len()), (503, 0));
        assert!(answer.retry_after_seconds.is_some());
        let at_hand = server.verify_at_hand(token.as_bytes(), &RequiredScopes::none(), at(0)).unwrap_err();
        assert_eq!(at_hand.to_string(), refusal.to_string());
    }
}
