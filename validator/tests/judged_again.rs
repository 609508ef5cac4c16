//! The shortcut to a verdict by the number of a token that is remembered: never more than what the whole way would accept.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use countersign_validator::{
    Policy, RequiredAuthentication, RequiredScopes, Requirements, ResourceServer, UnixTime, VerifiedToken,
    challenge::Realm, key_source::KeySource, resource_server::Next,
};
use serde_json::json;
use support::{NOW, SIGNERS, Signer, good_token, mint, policy, with};

fn at(seconds: i64) -> UnixTime {
    UnixTime::from_seconds(NOW + seconds)
}

fn given(policy: Policy) -> ResourceServer {
    ResourceServer::new(policy, KeySource::given(support::key_set()).unwrap(), Realm::default())
}

fn published(signers: &[Signer]) -> String {
    json!({"keys": signers.iter().map(|signer| signer.jwk()).collect::<Vec<_>>()}).to_string()
}

/// The verdict of the whole way, its fetches answered with `keys`.
fn whole_way(
    server: &mut ResourceServer,
    token: &str,
    required: &RequiredScopes,
    now: UnixTime,
    keys: &str,
) -> Option<VerifiedToken> {
    loop {
        let mut next = server.begin(token.as_bytes(), required, now);
        if let Next::CheckSignature(pending) = next {
            let valid = pending.check_signature();
            next = server.finish(pending, valid, now);
        }
        match next {
            Next::Verdict(verdict) => return verdict.ok(),
            Next::Fetch(fetch) => {
                server.received(fetch.ticket, 200, keys.as_bytes(), now, None, None);
            }
            Next::CheckSignature(_) | Next::Remember(_) | Next::Wait(_) => panic!("one key, no proof, nobody else"),
        }
    }
}

/// RFC7519-4.1.4-20, RFC6749-7-30.
#[test]
fn the_shortcut_gives_the_verdict_of_the_whole_way_at_any_time_and_for_any_scopes() {
    let of_age = policy().with_max_age_seconds(60);
    let not_before =
        mint(Signer::P256, &support::good_header(Signer::P256), &with(support::good_claims(), "nbf", json!(NOW - 5)));
    let none: &[&str] = &[];
    for (policy, token) in
        [(policy(), good_token(Signer::P256)), (policy(), not_before), (of_age, good_token(Signer::P256))]
    {
        let (mut server, mut fresh) = (given(policy.clone()), given(policy));
        let number = whole_way(&mut server, &token, &RequiredScopes::none(), at(0), "").unwrap().number().unwrap();
        let mut verdicts = [0, 0];
        for seconds in [-12, -11, -10, -6, -5, 0, 49, 50, 51, 299, 300, 301] {
            for scopes in [none, &["read"], &["write", "read"], &["admin"], &["read", "admin"]] {
                let required = RequiredScopes::all_of(scopes.iter().copied()).unwrap();
                let whole = whole_way(&mut fresh, &token, &required, at(seconds), "");
                let short = server.judge_again(number, &required.clone().into(), at(seconds));
                assert_eq!(short.is_some(), whole.is_some(), "{scopes:?} at {seconds}");
                if let (Some(short), Some(whole)) = (short, whole) {
                    assert_eq!((short.header_json(), short.claims_json()), (whole.header_json(), whole.claims_json()));
                    assert_eq!(short.number(), Some(number));
                    verdicts[0] += 1;
                } else {
                    verdicts[1] += 1;
                }
            }
        }
        assert!(verdicts.iter().all(|count| *count > 5), "both verdicts occur: {verdicts:?}");
    }
}

#[test]
fn each_token_has_its_own_number() {
    let mut server = given(policy());
    let numbers: Vec<u64> = SIGNERS
        .into_iter()
        .map(|signer| {
            whole_way(&mut server, &good_token(signer), &RequiredScopes::none(), at(0), "").unwrap().number().unwrap()
        })
        .collect();
    for (signer, number) in SIGNERS.into_iter().zip(&numbers) {
        let again = server.judge_again(*number, &Requirements::default(), at(0)).unwrap();
        assert!(again.header_json().contains(signer.kid()), "its own header");
    }
    let beyond = numbers.iter().max().unwrap() + 1;
    for number in [beyond, 1 << 40, u64::MAX] {
        assert!(server.judge_again(number, &Requirements::default(), at(0)).is_none(), "{number}");
    }
}

/// RFC9470-3-10.
#[test]
fn step_up_is_judged_on_the_shortcut_too() {
    let mut server = given(policy());
    let number = whole_way(&mut server, &good_token(Signer::P256), &RequiredScopes::none(), at(0), "")
        .unwrap()
        .number()
        .unwrap();
    let required = Requirements::default()
        .with_authentication(RequiredAuthentication::new(Vec::<String>::new(), Some(60)).unwrap());
    assert!(server.judge_again(number, &required, at(0)).is_none(), "the token has no auth_time");
}

#[test]
fn what_is_not_remembered_has_no_number() {
    let mut nothing = given(policy()).with_cache_bytes(0).unwrap();
    let token = good_token(Signer::P256);
    for _ in 0..2 {
        assert_eq!(whole_way(&mut nothing, &token, &RequiredScopes::none(), at(0), "").unwrap().number(), None);
    }
    assert!(nothing.judge_again(0, &Requirements::default(), at(0)).is_none());
}

#[test]
fn the_shortcut_ends_when_keys_want_refreshing_and_begins_again_with_the_same_keys() {
    let source = KeySource::at("https://as.example.com/jwks", &policy()).unwrap();
    let mut server = ResourceServer::new(policy(), source, Realm::default());
    let token = mint(
        Signer::P256,
        &support::good_header(Signer::P256),
        &with(support::good_claims(), "exp", json!(NOW + 1_000_000)),
    );
    let (none, keys) = (RequiredScopes::none(), published(&SIGNERS));
    let number = whole_way(&mut server, &token, &none, at(0), &keys).unwrap().number().unwrap();
    let again = |server: &mut ResourceServer, second| {
        server.judge_again(number, &Requirements::default(), at(second)).is_some()
    };
    // Ten minutes are fresh, and in the last of them they are refreshed.
    assert_eq!(
        [0, 539, 540, 599, 600, 100_000].map(|second| again(&mut server, second)),
        [true, true, false, false, false, false]
    );
    assert!(whole_way(&mut server, &token, &none, at(600), &keys).is_some());
    assert!(again(&mut server, 600), "the same document, the same number");
    let without = published(&[Signer::Ed25519]);
    assert!(whole_way(&mut server, &token, &none, at(1_200), &without).is_none());
    assert!(!again(&mut server, 1_200), "its key is gone");
    assert!(!again(&mut server, 0), "whatever the time");
}
