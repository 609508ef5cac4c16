//! A token that is seen again: no second signature check, every other demand as at first.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use countersign_validator::{
    KeySet, Policy, Request, RequiredAuthentication, RequiredScopes, Requirements, ResourceServer, UnixTime,
    cache::LIMIT_CACHE_BYTES,
    challenge::Realm,
    key_source::{KeySource, Purpose},
    resource_server::Next,
};
use serde_json::json;
use support::{
    NOW, SIGNERS, Signer, good_token, mint, policy,
    sender::{self, Sent},
    with,
};

fn at(seconds: i64) -> UnixTime {
    UnixTime::from_seconds(NOW + seconds)
}

fn server(policy: Policy) -> ResourceServer {
    ResourceServer::new(policy, KeySource::given(support::key_set()).unwrap(), Realm::default())
}

/// The code of a token, and how many signatures were checked for it; fetches are answered with `published`.
fn judge(
    server: &mut ResourceServer,
    token: &str,
    scopes: &[&str],
    now: UnixTime,
    published: &str,
) -> (&'static str, u32) {
    let required = RequiredScopes::all_of(scopes.iter().copied()).unwrap();
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
                server.received(fetch.ticket, 200, published.as_bytes(), now, None, None);
                server.begin(token.as_bytes(), &required, now)
            }
            Next::Wait(_) | Next::Remember(_) => panic!("nobody else is fetching, and nothing is proved"),
        };
    }
}

fn judge_given(server: &mut ResourceServer, token: &str, scopes: &[&str], now: UnixTime) -> (&'static str, u32) {
    judge(server, token, scopes, now, "")
}

#[test]
fn a_token_that_was_accepted_costs_no_second_signature_check() {
    for signer in SIGNERS {
        let (mut server, token) = (server(policy()), good_token(signer));
        assert_eq!(judge_given(&mut server, &token, &["read"], at(0)), ("accepted", 1));
        for _ in 0..3 {
            assert_eq!(judge_given(&mut server, &token, &["read"], at(1)), ("accepted", 0));
        }
        let required = RequiredScopes::none();
        let Next::Verdict(Ok(again)) = server.begin(token.as_bytes(), &required, at(1)) else { panic!("asked") };
        let first = support::judge(&token, &policy(), &[], at(1)).unwrap();
        assert_eq!((again.header_json(), again.claims_json()), (first.header_json(), first.claims_json()));
        assert_eq!(again.claims(), first.claims());
    }
}

#[test]
fn both_ways_to_a_verdict_share_what_is_remembered() {
    let (mut server, token) = (server(policy()), good_token(Signer::P256));
    assert!(server.verify_at_hand(token.as_bytes(), &RequiredScopes::none(), at(0)).is_ok());
    assert_eq!(judge_given(&mut server, &token, &[], at(0)), ("accepted", 0));
    let refusal = server.verify_at_hand(token.as_bytes(), &RequiredScopes::none(), at(300)).unwrap_err();
    assert_eq!(refusal.code().as_str(), "token_expired");
}

/// RFC7519-4.1.4-20, RFC6749-7-30.
#[test]
fn time_and_scope_are_judged_at_each_hit() {
    let of_age = policy().with_max_age_seconds(60);
    let not_before =
        mint(Signer::P256, &support::good_header(Signer::P256), &with(support::good_claims(), "nbf", json!(NOW - 5)));
    let good = good_token(Signer::P256);
    let none: &[&str] = &[];
    for (policy, token, scopes, seconds, code) in [
        (policy(), &good, none, 299, "accepted"),
        (policy(), &good, none, 300, "token_expired"),
        (policy(), &good, none, 301, "token_expired"),
        (policy(), &not_before, none, -5, "accepted"),
        (policy(), &not_before, none, -6, "token_not_yet_valid"),
        (policy(), &good, none, -10, "accepted"),
        (policy(), &good, none, -11, "issued_in_future"),
        (of_age.clone(), &good, none, 49, "accepted"),
        (of_age, &good, none, 50, "token_too_old"),
        (policy(), &good, &["write", "read"], 1, "accepted"),
        (policy(), &good, &["read", "admin"], 1, "insufficient_scope"),
    ] {
        let mut server = server(policy);
        assert_eq!(judge_given(&mut server, token, none, at(0)), ("accepted", 1));
        assert_eq!(judge_given(&mut server, token, scopes, at(seconds)), (code, 0), "{scopes:?} at {seconds}");
        assert_eq!(judge_given(&mut server, token, none, at(0)), ("accepted", 0), "it is as good as it was");
    }
}

#[test]
fn a_missing_scope_on_a_hit_is_403_and_says_which() {
    let (mut server, token) = (server(policy()), good_token(Signer::P256));
    assert_eq!(judge_given(&mut server, &token, &[], at(0)), ("accepted", 1));
    let required = RequiredScopes::all_of(["read", "admin"]).unwrap();
    let Next::Verdict(Err(refusal)) = server.begin(token.as_bytes(), &required, at(0)) else { panic!("not refused") };
    let answer = server.answer(&refusal, &required);
    assert_eq!(answer.status, 403);
    assert!(answer.challenges.concat().contains("scope=\"read admin\""));
    assert!(refusal.to_string().contains("admin"));
}

/// The code of a request, and how many signatures were checked for it, those of proofs too.
fn judge_sent(server: &mut ResourceServer, sent: &Sent, required: &Requirements, now: UnixTime) -> (&'static str, u32) {
    let authorization = format!("{} {}", sent.scheme, sent.token);
    let proofs: Vec<&[u8]> = sent.proofs.iter().map(String::as_bytes).collect();
    let request = Request {
        authorization: &[authorization.as_bytes()],
        dpop: &proofs,
        method: sent.method,
        uri: &sent.uri,
        certificate: sent.certificate,
    };
    let mut checked = 0;
    let mut next = server.begin_presented(&request, required, now);
    loop {
        next = match next {
            Next::Verdict(verdict) => return (sender::code(verdict), checked),
            Next::CheckSignature(pending) => {
                checked += 1;
                let valid = pending.check_signature();
                server.finish(pending, valid, now)
            }
            Next::Fetch(_) | Next::Wait(_) | Next::Remember(_) => panic!("the keys are given, and no proof is stored"),
        };
    }
}

/// RFC9449-7.1-10, RFC9449-7.2-10, RFC8705-3-10: that it was proved once says nothing about the next request.
#[test]
fn a_bound_token_is_proved_each_time() {
    let none = Requirements::default();
    let mut server = server(sender::dpop_policy());
    let proved = sender::good(Signer::Ed25519);
    let certified = sender::bearer(
        sender::bound(json!({"x5t#S256": sender::sha256(sender::CERTIFICATE)})),
        Some(sender::CERTIFICATE),
    );
    let without_certificate = Sent { certificate: None, ..certified.clone() };
    let of_another =
        Sent { certificate: sender::bearer(String::new(), Some(b"another")).certificate, ..certified.clone() };
    for (sent, expected) in [
        (&proved, ("accepted", 2)),
        (&proved, ("accepted", 2)),
        (&Sent { proofs: Vec::new(), ..proved.clone() }, ("invalid_dpop_proof", 1)),
        (&sender::bearer(proved.token.clone(), None), ("bound_token_without_proof", 1)),
        (&Sent { method: "POST", ..proved.clone() }, ("invalid_dpop_proof", 1)),
        (&certified, ("accepted", 1)),
        (&certified, ("accepted", 1)),
        (&without_certificate, ("bound_token_without_proof", 1)),
        (&of_another, ("certificate_mismatch", 1)),
        (&proved, ("accepted", 2)),
    ] {
        assert_eq!(judge_sent(&mut server, sent, &none, at(0)), expected, "{sent:?}");
    }
}

/// RFC9449-4.3-54: a token that is remembered as a bearer token is not one for scheme `DPoP`.
#[test]
fn how_a_token_comes_is_judged_at_each_hit() {
    let none = Requirements::default();
    let mut server = server(sender::dpop_policy());
    let plain = sender::bearer(good_token(Signer::P256), None);
    let proofs = vec![sender::proof(Signer::Ed25519, &plain.token)];
    let by_dpop = Sent { scheme: "DPoP", proofs, ..plain.clone() };
    let with_certificate =
        Sent { certificate: sender::bearer(String::new(), Some(b"any")).certificate, ..plain.clone() };
    for (sent, expected) in [
        (&plain, ("accepted", 1)),
        (&plain, ("accepted", 0)),
        (&by_dpop, ("claim_missing", 0)),
        (&with_certificate, ("accepted", 0)),
    ] {
        assert_eq!(judge_sent(&mut server, sent, &none, at(0)), expected, "{sent:?}");
    }
}

/// RFC 9470 §3: the demand is that of the request, and the age of the authentication that of its time.
#[test]
fn step_up_is_judged_at_each_hit() {
    let mut server = server(policy());
    let claims = with(with(support::good_claims(), "acr", json!("weak")), "auth_time", json!(NOW - 50));
    let sent = sender::bearer(mint(Signer::P256, &support::good_header(Signer::P256), &claims), None);
    let demand = |acr: &[&str], age| {
        let authentication = RequiredAuthentication::new(acr.iter().copied(), age).unwrap();
        Requirements::default().with_authentication(authentication)
    };
    let refused = ("insufficient_user_authentication", 0);
    for (required, seconds, expected) in [
        (Requirements::default(), 0, ("accepted", 1)),
        (demand(&["weak"], None), 0, ("accepted", 0)),
        (demand(&["strong"], None), 0, refused),
        (demand(&[], Some(60)), 10, ("accepted", 0)),
        (demand(&[], Some(60)), 11, refused),
        (Requirements::default(), 11, ("accepted", 0)),
    ] {
        assert_eq!(judge_sent(&mut server, &sent, &required, at(seconds)), expected, "{required:?} at {seconds}");
    }
}

#[test]
fn a_refusal_is_not_remembered() {
    let mut server = server(policy());
    let good = good_token(Signer::P256);
    let other = good_token(Signer::Ed25519);
    let (signed, _) = good.rsplit_once('.').unwrap();
    let forged = format!("{signed}.{}", other.rsplit_once('.').unwrap().1);
    for _ in 0..3 {
        assert_eq!(judge_given(&mut server, &forged, &[], at(0)), ("invalid_signature", 1));
        assert_eq!(judge_given(&mut server, &good, &[], at(300)), ("token_expired", 1));
        assert_eq!(judge_given(&mut server, &good, &["admin"], at(0)), ("insufficient_scope", 1));
    }
    assert_eq!(judge_given(&mut server, &good, &[], at(0)), ("accepted", 1));
    assert_eq!(judge_given(&mut server, &forged, &[], at(0)), ("invalid_signature", 1), "the signature is in the name");
}

/// RFC9700-2.3-30.
#[test]
fn no_server_knows_the_tokens_of_another() {
    let token = good_token(Signer::P256);
    let (mut one, mut other) = (server(policy()), server(policy()));
    assert_eq!(judge_given(&mut one, &token, &[], at(0)), ("accepted", 1));
    assert_eq!(judge_given(&mut other, &token, &[], at(0)), ("accepted", 1));
}

#[test]
fn what_one_server_began_another_does_not_remember() {
    let token = good_token(Signer::P256);
    let stranger = KeySet::from_json(published(&[Signer::Ed25519]).as_bytes()).unwrap();
    let mut other = ResourceServer::new(policy(), KeySource::given(stranger).unwrap(), Realm::default());
    let Next::CheckSignature(pending) = server(policy()).begin(token.as_bytes(), &RequiredScopes::none(), at(0)) else {
        panic!("not asked")
    };
    assert!(matches!(other.finish(pending, true, at(0)), Next::Verdict(Ok(_))));
    assert_eq!(judge_given(&mut other, &token, &[], at(0)), ("key_not_found", 0));
}

fn published(signers: &[Signer]) -> String {
    json!({"keys": signers.iter().map(|signer| signer.jwk()).collect::<Vec<_>>()}).to_string()
}

fn fetching() -> ResourceServer {
    let source = KeySource::at("https://as.example.com/jwks", &policy()).unwrap();
    ResourceServer::new(policy(), source, Realm::default())
}

fn lasting_token(signer: Signer) -> String {
    mint(signer, &support::good_header(signer), &with(support::good_claims(), "exp", json!(NOW + 1_000_000)))
}

#[test]
fn the_token_of_a_removed_key_is_refused_with_the_next_refresh() {
    let mut server = fetching();
    let (removed, kept) = (lasting_token(Signer::P256), lasting_token(Signer::Ed25519));
    let both = published(&[Signer::P256, Signer::Ed25519]);
    let one = published(&[Signer::Ed25519]);
    for token in [&removed, &kept] {
        assert_eq!(judge(&mut server, token, &[], at(0), &both), ("accepted", 1));
        assert_eq!(judge(&mut server, token, &[], at(539), &one), ("accepted", 0), "the set is fresh");
    }
    assert_eq!(judge(&mut server, &removed, &[], at(600), &one), ("key_not_found", 0));
    assert_eq!(judge(&mut server, &kept, &[], at(600), &one), ("accepted", 1), "other keys, other names");
    assert_eq!(judge(&mut server, &kept, &[], at(601), &one), ("accepted", 0));
    let refusal = server.verify_at_hand(removed.as_bytes(), &RequiredScopes::none(), at(601)).unwrap_err();
    assert_eq!(refusal.code().as_str(), "key_not_found");
}

#[test]
fn another_key_of_the_same_name_verifies_anew() {
    let mut decoy = Signer::P256.jwk();
    // That of RFC 7517 A.1.
    decoy["x"] = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4".into();
    decoy["y"] = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM".into();
    let (mut server, token) = (fetching(), lasting_token(Signer::P256));
    assert_eq!(judge(&mut server, &token, &[], at(0), &published(&[Signer::P256])), ("accepted", 1));
    let replaced = json!({"keys": [decoy]}).to_string();
    assert_eq!(judge(&mut server, &token, &[], at(600), &replaced), ("invalid_signature", 1));
}

#[test]
fn a_refresh_that_brings_the_same_keys_forgets_nothing() {
    let (mut server, token, keys) = (fetching(), lasting_token(Signer::P256), published(&SIGNERS));
    assert_eq!(judge(&mut server, &token, &[], at(0), &keys), ("accepted", 1));
    for second in [600, 1200, 1800] {
        assert_eq!(judge(&mut server, &token, &[], at(second), &keys), ("accepted", 0));
    }
}

#[test]
fn a_remembered_token_asks_for_fresh_keys_as_any_other_does() {
    let (mut server, token, keys) = (fetching(), lasting_token(Signer::P256), published(&SIGNERS));
    assert_eq!(judge(&mut server, &token, &[], at(0), &keys), ("accepted", 1));
    let mut begin = |second| server.begin(token.as_bytes(), &RequiredScopes::none(), at(second));
    assert!(matches!(begin(539), Next::Verdict(Ok(_))));
    let Next::Fetch(fetch) = begin(540) else { panic!("no refresh") };
    assert!(fetch.background);
    assert!(matches!(begin(540), Next::Verdict(Ok(_))), "used meanwhile");
}

#[test]
fn a_remembered_token_does_not_outlive_the_bound_of_an_outage() {
    let (mut server, token, keys) = (fetching(), lasting_token(Signer::P256), published(&SIGNERS));
    assert_eq!(judge(&mut server, &token, &[], at(0), &keys), ("accepted", 1));
    let day = 24 * 3600;
    assert!(server.verify_at_hand(token.as_bytes(), &RequiredScopes::none(), at(day - 1)).is_ok());
    let refusal = server.verify_at_hand(token.as_bytes(), &RequiredScopes::none(), at(day)).unwrap_err();
    assert_eq!(refusal.code().as_str(), "jwks_unavailable");
    assert_eq!(judge(&mut server, &token, &[], at(day), ""), ("jwks_unavailable", 0));
}

#[test]
fn a_verdict_by_keys_that_were_replaced_meanwhile_is_not_remembered_under_the_new_ones() {
    let (mut server, token) = (fetching(), lasting_token(Signer::P256));
    let required = RequiredScopes::none();
    let Next::Fetch(first) = server.begin(token.as_bytes(), &required, at(0)) else { panic!("no fetch") };
    server.received(first.ticket, 200, published(&[Signer::P256]).as_bytes(), at(0), None, None);
    let Next::Fetch(refresh) = server.begin(token.as_bytes(), &required, at(600)) else { panic!("no refresh") };
    let Next::CheckSignature(pending) = server.begin(token.as_bytes(), &required, at(600)) else { panic!("not asked") };
    let without = published(&[Signer::Ed25519]);
    server.received(refresh.ticket, 200, without.as_bytes(), at(600), None, None);
    assert!(matches!(server.finish(pending, true, at(600)), Next::Verdict(Ok(_))), "it began before");
    assert_eq!(judge(&mut server, &token, &[], at(600), &without), ("key_not_found", 0));
}

#[test]
fn no_bytes_are_no_cache() {
    let token = good_token(Signer::P256);
    let mut off = server(policy()).with_cache_bytes(0).unwrap();
    for _ in 0..3 {
        assert_eq!(judge_given(&mut off, &token, &[], at(0)), ("accepted", 1));
    }
    assert!(server(policy()).with_cache_bytes(LIMIT_CACHE_BYTES).is_ok());
    assert_eq!(server(policy()).with_cache_bytes(LIMIT_CACHE_BYTES + 1).unwrap_err().option(), "cacheBytes");
}

#[test]
fn the_second_key_of_an_ambiguous_name_is_remembered_too() {
    let mut decoy = Signer::P256.jwk();
    decoy["x"] = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4".into();
    decoy["y"] = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM".into();
    let keys = KeySet::from_json(json!({"keys": [decoy, Signer::P256.jwk()]}).to_string().as_bytes()).unwrap();
    let mut source = KeySource::given(keys).unwrap();
    assert_eq!(source.need(Purpose::Use, at(0)), countersign_validator::key_source::Need::Nothing);
    let mut server = ResourceServer::new(policy(), source, Realm::default());
    let token = good_token(Signer::P256);
    assert_eq!(judge_given(&mut server, &token, &[], at(0)), ("accepted", 2));
    assert_eq!(judge_given(&mut server, &token, &[], at(0)), ("accepted", 0));
}
