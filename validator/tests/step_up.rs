//! Step-up: how strongly and how recently the user authenticated (RFC 9470).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use countersign_validator::{
    Refusal, RequiredAuthentication, RequiredScopes, Requirements, Scheme, UnixTime,
    challenge::{Challenges, answer},
};
use serde_json::{Value, json};
use support::{
    NOW, Signer,
    sender::{code, step_up},
};

const WEAK: &str = "insufficient_user_authentication";

fn required(acr_values: &[&str], max_age_seconds: Option<u32>) -> RequiredAuthentication {
    RequiredAuthentication::new(acr_values.iter().copied(), max_age_seconds).unwrap()
}

/// RFC9470-3-10: `acr` is one of the list, octet by octet.
#[test]
fn the_class_is_one_of_the_list() {
    for (acr, expected) in [
        (Some(json!("gold")), "accepted"),
        (Some(json!("silver")), "accepted"),
        (Some(json!("Gold")), WEAK),
        (Some(json!("gold silver")), WEAK),
        (Some(json!("")), WEAK),
        (None, WEAK),
        (Some(json!(["gold"])), "claim_invalid"),
        (Some(json!(1)), "claim_invalid"),
    ] {
        assert_eq!(code(step_up(acr.clone(), None, required(&["gold", "silver"], None))), expected, "{acr:?}");
    }
}

/// RFC9470-6.1-10: the age of `auth_time`, inclusive; absent or in the future it says nothing, and does not pass.
#[test]
fn the_age_has_its_edges() {
    let cases: [(Option<Value>, u32, &str); 9] = [
        (Some(json!(NOW - 299)), 300, "accepted"),
        (Some(json!(NOW - 300)), 300, "accepted"),
        (Some(json!(NOW - 301)), 300, WEAK),
        (Some(json!(NOW)), 0, "accepted"),
        (Some(json!(NOW - 1)), 0, WEAK),
        (Some(json!(NOW + 1)), 300, WEAK),
        (None, 300, WEAK),
        (None, u32::MAX, WEAK),
        (Some(json!("yesterday")), 300, "claim_invalid"),
    ];
    for (auth_time, age, expected) in cases {
        assert_eq!(code(step_up(None, auth_time.clone(), required(&[], Some(age)))), expected, "{auth_time:?} {age}");
    }
    let both = || required(&["gold"], Some(300));
    assert_eq!(code(step_up(Some(json!("gold")), Some(json!(NOW)), both())), "accepted");
    assert_eq!(code(step_up(Some(json!("gold")), None, both())), WEAK);
    assert_eq!(code(step_up(None, Some(json!(NOW)), both())), WEAK);
}

/// RFC9470-3-11: the challenge names the demand, values in order of preference, the age as digits.
#[test]
fn the_challenge_names_the_demand() {
    for (demand, parameters) in [
        (required(&["gold", "silver"], Some(5)), ", acr_values=\"gold silver\", max_age=\"5\""),
        (required(&["gold"], None), ", acr_values=\"gold\""),
        (required(&[], Some(0)), ", max_age=\"0\""),
    ] {
        let refusal = step_up(None, None, demand).unwrap_err();
        let answer = answer(&refusal, &RequiredScopes::none(), &[Scheme::Bearer], &Challenges::default());
        assert_eq!(answer.status, 401);
        let expected = format!(
            "Bearer realm=\"api\", error=\"insufficient_user_authentication\", error_description=\"{}\"{parameters}",
            refusal.message()
        );
        assert_eq!(answer.challenges, [expected]);
    }
}

/// RFC9470-9-10: the demand is told only to who has a good token, with the scopes that are needed.
#[test]
fn a_bad_token_is_told_nothing_of_the_demand() {
    let judge = |token: String, scopes: &[&str], now| {
        let scopes = RequiredScopes::all_of(scopes.iter().copied()).unwrap();
        let required = Requirements::from(scopes).with_authentication(required(&["gold"], None));
        let sent = support::sender::bearer(token, None);
        support::sender::judge(&sent, &support::policy(), &required, now, &mut Default::default()).unwrap_err()
    };
    let token = || support::good_token(Signer::P256);
    assert_eq!(judge(token(), &[], UnixTime::from_seconds(NOW + 1000)), Refusal::Expired);
    assert!(matches!(judge(token(), &["admin"], support::now()), Refusal::ScopeMissing { .. }));
    assert!(matches!(judge(token(), &[], support::now()), Refusal::AuthenticationInsufficient { .. }));
}

#[test]
fn a_demand_that_cannot_be_told_is_refused() {
    let new = |values: &[&str], age| RequiredAuthentication::new(values.iter().copied(), age);
    assert_eq!(new(&[], None).unwrap_err().option(), "authentication");
    for value in ["", "a b", "a\"", "a\\", "a\r\nX: y", "ä"] {
        assert_eq!(new(&[value], None).unwrap_err().option(), "acrValues", "{value:?}");
    }
    assert!(new(&["urn:example:loa:2"], None).is_ok());
}
