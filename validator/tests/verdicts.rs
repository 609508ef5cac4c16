//! The corpus through the native core, and every code reached.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use std::collections::BTreeSet;

use countersign_validator::{
    Code, KeySet, Refusal, RequiredAuthentication, RequiredScopes, ResourceServer, UnixTime, bearer, challenge::Realm,
    key_source::KeySource, resource_server::Next, verify,
};
use support::{corpus, now, options::policy};

#[test]
fn every_token_of_the_corpus_gets_its_code() {
    let corpus = corpus::as_json();
    let mut wrong = Vec::new();
    for case in corpus["cases"].as_array().unwrap() {
        let required = RequiredScopes::from_json(&case["scopes"].to_string()).unwrap();
        let token = case["token"].as_str().unwrap().as_bytes();
        let verdict = verify(token, &policy(&case["options"]), &support::key_set(), &required, now());
        let got = verdict.map_or_else(|refusal| refusal.code().as_str(), |_| "accepted");
        if got != case["expected"] {
            wrong.push(format!("{}: expected {}, got {got}", case["name"], case["expected"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Some hosts reduce a signature of RSA that is not below the modulus, and find it right.
#[test]
fn a_host_that_reduces_signatures_is_not_believed() {
    let corpus = corpus::as_json();
    let beyond = corpus["cases"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|case| case["name"].as_str().unwrap().contains("the modulus added"));
    let mut asked = 0;
    for case in beyond {
        let source = KeySource::given(support::key_set()).unwrap();
        let mut server = ResourceServer::new(policy(&case["options"]), source, Realm::default());
        let next = server.begin(case["token"].as_str().unwrap().as_bytes(), &RequiredScopes::none(), now());
        let Next::CheckSignature(pending) = next else { panic!("{}: {next:?}", case["name"]) };
        let Next::Verdict(verdict) = server.finish(pending, true, now()) else {
            panic!("{}: asked again", case["name"])
        };
        assert_eq!(verdict.unwrap_err().code(), Code::InvalidSignature, "{}", case["name"]);
        asked += 1;
    }
    assert_eq!(asked, 6);
}

/// A good token of exactly so many bytes.
fn token_of(bytes: usize) -> String {
    let signer = support::Signer::P256;
    let token = |header: usize, claims: usize| {
        let header = support::with(support::good_header(signer), "x", serde_json::Value::from("x".repeat(header)));
        let claims = support::with(support::good_claims(), "x", serde_json::Value::from("x".repeat(claims)));
        support::mint(signer, &header, &claims)
    };
    // Four characters stand for three octets, so not every length is there whatever the header's is.
    let near = (bytes - token(0, 0).len()) * 3 / 4 - 4;
    (0..3)
        .flat_map(|header| (near..near + 8).map(move |claims| (header, claims)))
        .map(|(header, claims)| token(header, claims))
        .find(|token| token.len() == bytes)
        .unwrap()
}

#[test]
fn the_default_limit_of_a_token_is_16_kib_to_the_byte() {
    let default = support::policy();
    for (bytes, expected) in [(16_383, "accepted"), (16_384, "accepted"), (16_385, "token_too_large")] {
        let verdict = support::judge(&token_of(bytes), &default, &[], now());
        assert_eq!(verdict.map_or_else(|refusal| refusal.code().as_str(), |_| "accepted"), expected, "{bytes} bytes");
    }
}

#[test]
fn every_code_is_reached() {
    let mut reached: BTreeSet<&str> = corpus::cases().iter().map(|case| case.expected).collect();
    reached.extend(support::sender::cases().iter().map(|case| case.expected));
    let strong = RequiredAuthentication::new(["strong"], None).unwrap();
    reached.insert(support::sender::code(support::sender::step_up(None, None, strong)));
    for fields in [&[][..], &[b"Bearer".as_slice()], &[b"Bearer a", b"Bearer b"]] {
        reached.insert(bearer::extract(fields).unwrap_err().code().as_str());
    }
    let mut server =
        ResourceServer::new(support::policy(), KeySource::discovered(&support::policy()).unwrap(), Realm::default());
    let token = support::good_token(support::Signer::P256);
    let refusal = server.verify_at_hand(token.as_bytes(), &RequiredScopes::none(), now()).unwrap_err();
    reached.insert(refusal.code().as_str());
    // The first two are no verdicts: a ConfigurationError, and what the package says when the module traps. The third is the
    // store's, which is asked in tests/sender_constrained.rs.
    let elsewhere = [Code::InvalidConfiguration, Code::InternalError, Code::StoreUnavailable];
    let missing: Vec<_> =
        Code::ALL.iter().filter(|code| !reached.contains(code.as_str()) && !elsewhere.contains(code)).collect();
    assert!(missing.is_empty(), "no test reaches {missing:?}: add a token to tests/support/corpus.rs");
}

/// RFC8725-3.11-20.
#[test]
fn a_wrong_type_names_the_profile_that_fits() {
    let header = support::with(support::good_header(support::Signer::P256), "typ", serde_json::json!("JWT"));
    let token = support::mint(support::Signer::P256, &header, &support::good_claims());
    let refusal = support::judge(&token, &support::policy(), &[], now()).unwrap_err();
    assert_eq!(refusal, Refusal::WrongType { fitting: Some("jwt") });
    assert!(refusal.to_string().contains("\"jwt\""), "{refusal}");
    assert!(!refusal.message().contains("\"jwt\""), "the client is told nothing about the configuration");
}

/// RFC6750-3.1-23.
#[test]
fn missing_scopes_are_named_in_the_configured_order() {
    let token = support::good_token(support::Signer::P256);
    let refusal = support::judge(&token, &support::policy(), &["write", "admin", "read", "audit"], now()).unwrap_err();
    assert_eq!(refusal, Refusal::ScopeMissing { missing: vec!["admin".into(), "audit".into()], forbidden: Vec::new() });
}

/// RFC9068-4-36.
#[test]
fn a_verified_token_gives_its_claims_as_they_were_signed() {
    let token =
        support::judge(&support::good_token(support::Signer::Rsa), &support::policy(), &["read"], now()).unwrap();
    let claims: serde_json::Value = serde_json::from_str(token.claims_json()).unwrap();
    assert_eq!(claims, support::good_claims());
    assert_eq!(token.claims().client_id(), Some("reports-job"));
    assert_eq!(token.claims().expires_at(), Some(UnixTime::from_seconds(support::NOW + 300)));
    assert_eq!(token.claims().scopes().iter().collect::<Vec<_>>(), ["read", "write"]);
}

/// RFC7517-4.5-10.
#[test]
fn a_second_key_of_the_same_kid_is_tried() {
    let mut decoy = support::Signer::P256.jwk();
    // Twice the generator's negative would do as well: any other point of the curve, here that of RFC 7517 A.1.
    decoy["x"] = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4".into();
    decoy["y"] = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM".into();
    let set = serde_json::json!({"keys": [decoy, support::Signer::P256.jwk()]}).to_string();
    let source = KeySource::given(KeySet::from_json(set.as_bytes()).unwrap()).unwrap();
    let mut server = ResourceServer::new(support::policy(), source, Realm::default());
    let token = support::good_token(support::Signer::P256);
    let required = RequiredScopes::none();
    let Next::CheckSignature(first) = server.begin(token.as_bytes(), &required, now()) else { panic!("not asked") };
    let first_id = first.key_id();
    assert_eq!(first.check_signature(), Some(false));
    let Next::CheckSignature(second) = first.finish(false, now()).into() else { panic!("not asked again") };
    assert_ne!(second.key_id(), first_id);
    assert_eq!(second.check_signature(), Some(true));
    assert!(matches!(second.finish(true, now()).into(), Next::Verdict(Ok(_))));
    assert!(server.verify_at_hand(token.as_bytes(), &required, now()).is_ok());
}
