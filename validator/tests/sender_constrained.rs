//! Tokens that are bound to a key, with and without its proof (RFC 9449, RFC 8705, RFC 7800).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use std::{collections::BTreeSet, sync::Arc};

use countersign_validator::{
    Algorithm, Code, Presentation, Refusal, RequiredScopes, Requirements, UnixTime, challenge,
    dpop::{self, Dpop, Fault},
    rule,
    verify::{self, Step},
};
use proptest::{collection::vec, prelude::*};
use serde_json::json;
use support::{
    NOW, Signer, now,
    sender::{self, Sent, good, judge, proof_with_claim},
};

#[test]
fn every_request_of_the_table_gets_its_code() {
    let wrong: Vec<String> = sender::cases()
        .iter()
        .map(|case| (case, sender::run(case)))
        .filter(|(case, got)| *got != case.expected)
        .map(|(case, got)| format!("{} {}: expected {}, got {got}", case.statement, case.name, case.expected))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_statement_of_the_rule_has_a_row() {
    let tested: BTreeSet<&str> = sender::cases().iter().map(|case| case.statement).collect();
    let (_, statements) = rule::all().find(|(name, _)| *name == "binding").unwrap();
    for statement in statements {
        assert!(tested.contains(statement), "{statement} has no request in tests/support/sender.rs");
    }
}

/// The faults that the table reaches, by their words: a check that is never the one to refuse might not be there.
#[test]
fn every_fault_is_reached() {
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    for case in sender::cases() {
        let verdict = judge(&case.sent, &case.policy, &Requirements::default(), now(), &mut BTreeSet::new());
        if let Err(Refusal::ProofInvalid(fault)) = verdict {
            reached.insert(fault.message());
        }
    }
    reached.insert(Fault::Repeated.message()); // below
    for fault in Fault::ALL {
        assert!(reached.contains(fault.message()), "{fault:?}");
    }
}

/// RFC9449-11.1-11: with a store, no proof passes twice, and proofs that differ do not meet.
#[test]
fn a_proof_passes_once_where_there_is_a_memory() {
    let policy = support::policy().with_dpop(Dpop::default().with_memory());
    let mut seen = BTreeSet::new();
    let mut send = |sent: &Sent| judge(sent, &policy, &Requirements::default(), now(), &mut seen).map(|_| ());
    let again = good(Signer::Ed25519);
    assert_eq!(send(&again), Ok(()));
    assert_eq!(send(&again), Err(Refusal::ProofInvalid(Fault::Repeated)));
    assert_eq!(send(&proof_with_claim("iat", json!(NOW - 1))), Err(Refusal::ProofInvalid(Fault::Repeated)), "same jti");
    assert_eq!(send(&proof_with_claim("jti", json!("another"))), Ok(()));
    assert_eq!(send(&good(Signer::P256)), Ok(()), "another key may have the same jti");
    let elsewhere = "https://api.example.com/other";
    let other = Sent { uri: elsewhere.into(), ..proof_with_claim("htu", json!(elsewhere)) };
    assert_eq!(send(&other), Ok(()), "another URI may have the same jti");
    let spelt = Sent { ..proof_with_claim("htu", json!("https://API.example.com:443/orders/7?x")) };
    assert_eq!(send(&spelt), Err(Refusal::ProofInvalid(Fault::Repeated)), "the same URI, spelt otherwise");
    assert_eq!(seen.len(), 4);
}

/// RFC9449-11.1-11: without an answer of a store nothing passes, and a proof is remembered for as long as it is good.
#[test]
fn the_memory_is_asked_last_and_for_long_enough() {
    let tolerant = support::policy().with_tolerance_seconds(5).unwrap();
    let policy = Arc::new(tolerant.with_dpop(Dpop::default().with_memory()));
    let sent = good(Signer::Ed25519);
    let request = dpop::Request::new(&[sent.proofs[0].as_bytes()], "GET", sender::URI);
    let presentation = Presentation::dpop(request);
    let begin = || {
        let token = sent.token.as_bytes();
        verify::begin_presented(token, &policy, &support::key_set(), &Requirements::default(), &presentation)
    };
    let Step::CheckSignature(token) = begin() else { panic!("the token's signature is not asked about") };
    assert!(token.key_id().is_some());
    let Step::CheckSignature(proof) = token.finish(true, now()) else { panic!("the proof's is not") };
    assert_eq!(proof.key_id(), None, "a key that came with a request is never cached");
    assert_eq!(proof.jwk(), Some(sender::public(Signer::Ed25519).to_string()));
    assert_eq!(proof.check_signature(), Some(true));
    let Step::Remember(remember) = proof.finish(true, now()) else { panic!("the memory is not asked") };
    let replay = remember.replay();
    assert_eq!(replay.key().len(), 43);
    // A minute that it is good for, five seconds that another machine's clock may be behind, and one between the edges.
    assert_eq!(replay.until(), UnixTime::from_seconds(NOW + 66));
    assert!(replay.milliseconds_to_keep(now()) > 65_000);
    assert_eq!(replay.milliseconds_to_keep(UnixTime::from_seconds(NOW + 1000)), 0);
    let Step::Verdict(Err(refusal)) = remember.finish(false, now()) else { panic!("accepted") };
    assert_eq!(refusal.code(), Code::InvalidDpopProof);
    // A store that gives no answer lets nothing pass, and that is not the client's fault.
    let Step::CheckSignature(token) = begin() else { panic!("not asked") };
    let Step::CheckSignature(proof) = token.finish(true, now()) else { panic!("not asked") };
    let Step::Remember(remember) = proof.finish(true, now()) else { panic!("not asked") };
    let Step::Verdict(Err(refusal)) = remember.finish(None, now()) else { panic!("accepted") };
    assert_eq!(refusal, Refusal::MemoryUnavailable);
    let challenges = challenge::Challenges::default().for_policy(&policy);
    let answer =
        challenge::answer(&refusal, &RequiredScopes::none(), &[countersign_validator::Scheme::Dpop], &challenges);
    assert_eq!((answer.status, answer.challenges.len(), answer.retry_after_seconds), (503, 0, Some(1)));
    // A wrong signature of the proof ends it before anything is remembered.
    let Step::CheckSignature(token) = begin() else { panic!("not asked") };
    let Step::CheckSignature(proof) = token.finish(true, now()) else { panic!("not asked") };
    let Step::Verdict(Err(refusal)) = proof.finish(false, now()) else { panic!("accepted") };
    assert_eq!(refusal, Refusal::ProofInvalid(Fault::Signature));
    // So does one that nobody could check.
    let Step::CheckSignature(token) = begin() else { panic!("not asked") };
    let Step::CheckSignature(proof) = token.finish(true, now()) else { panic!("not asked") };
    let Step::Verdict(Err(refusal)) = proof.finish(None, now()) else { panic!("accepted") };
    assert_eq!(refusal, Refusal::ProofInvalid(Fault::Algorithm));
}

/// What was in time when a question was asked is judged again by the time of its answer: a slow store, or a slow check of the
/// proof's signature, makes neither an old proof nor an old token good.
#[test]
fn the_time_of_the_verdict_decides_after_each_wait() {
    let sent = good(Signer::Ed25519);
    let request = dpop::Request::new(&[sent.proofs[0].as_bytes()], "GET", sender::URI);
    let presentation = Presentation::dpop(request);
    let proof = |policy: countersign_validator::Policy| {
        let (policy, token) = (Arc::new(policy), sent.token.as_bytes());
        let step =
            verify::begin_presented(token, &policy, &support::key_set(), &Requirements::default(), &presentation);
        let Step::CheckSignature(token) = step else { panic!("not asked") };
        let Step::CheckSignature(proof) = token.finish(true, now()) else { panic!("not asked") };
        proof
    };
    let remember = || {
        let tolerant = support::policy().with_tolerance_seconds(5).unwrap();
        let policy = tolerant.with_dpop(Dpop::default().with_memory());
        let Step::Remember(remember) = proof(policy).finish(true, now()) else { panic!("not asked") };
        remember
    };
    let last = now().plus_seconds(60);
    assert!(matches!(remember().finish(true, last), Step::Verdict(Ok(_))));
    let late = last.plus_seconds(1);
    assert!(matches!(remember().finish(true, late), Step::Verdict(Err(Refusal::ProofInvalid(Fault::TooOld)))));
    let after_the_token = now().plus_seconds(100_000);
    let answered = proof(support::policy().with_dpop(Dpop::default())).finish(true, after_the_token);
    let Step::Verdict(Err(refusal)) = answered else { panic!("accepted") };
    assert_eq!(refusal.code(), Code::TokenExpired);
}

/// RFC6750-3.1-23: only what is good gets a 403, so the proof counts before the scope.
#[test]
fn the_proof_is_judged_before_the_scope() {
    let required = Requirements::from(RequiredScopes::all_of(["admin"]).unwrap());
    let code = |sent: &Sent| sender::code(judge(sent, &sender::dpop_policy(), &required, now(), &mut BTreeSet::new()));
    assert_eq!(code(&good(Signer::Ed25519)), "insufficient_scope");
    assert_eq!(code(&proof_with_claim("htm", json!("PUT"))), "invalid_dpop_proof");
}

/// RFC9449-9-10: the answer brings the nonce with which the next proof passes.
/// RFC9449-8.1-10.
#[test]
fn a_demand_for_a_nonce_brings_one() {
    let policy = support::policy().with_dpop(Dpop::default().with_nonces(sender::nonce_source()));
    let judge = |sent: &Sent| judge(sent, &policy, &Requirements::default(), now(), &mut BTreeSet::new());
    let refusal = judge(&good(Signer::Ed25519)).unwrap_err();
    let challenges = challenge::Challenges::default().for_policy(&policy);
    let answer =
        challenge::answer(&refusal, &RequiredScopes::none(), &[countersign_validator::Scheme::Dpop], &challenges);
    assert_eq!(answer.status, 401);
    assert!(answer.challenges[1].starts_with("DPoP ") && answer.challenges[1].contains("error=\"use_dpop_nonce\""));
    let nonce = answer.dpop_nonce.unwrap();
    assert!(!nonce.is_empty() && nonce.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e)));
    assert!(judge(&proof_with_claim("nonce", json!(nonce))).is_ok());
}

/// A proof is a credential for a minute, a nonce secret for ever: no `Debug` shows either.
#[test]
fn debug_shows_no_proof() {
    let sent = good(Signer::Ed25519);
    let request = dpop::Request::new(&[sent.proofs[0].as_bytes()], "GET", "https://marker.example/");
    let policy = support::policy().with_dpop(Dpop::default().with_nonces(sender::nonce_source()).with_memory());
    let presentation = Presentation::dpop(request);
    let step = verify::begin_presented(
        sent.token.as_bytes(),
        &Arc::new(policy.clone()),
        &support::key_set(),
        &Requirements::default(),
        &presentation,
    );
    let text = format!("{presentation:?} {policy:?} {step:?}");
    for secret in [&sent.proofs[0][..40], &sent.token[..40], "marker", "7, 7"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[test]
fn a_wrong_configuration_of_dpop_is_refused() {
    assert!(Dpop::default().with_algorithms([]).is_err());
    for algorithm in Algorithm::all() {
        let is_public = !algorithm.is_symmetric();
        assert_eq!(Dpop::default().algorithms().contains(&algorithm), is_public, "{algorithm} by default");
        assert_eq!(Dpop::default().with_algorithms([algorithm]).is_ok(), is_public, "{algorithm} alone");
    }
    for (seconds, good) in [(0, false), (1, true), (300, true), (301, false)] {
        assert_eq!(Dpop::default().with_max_age_seconds(seconds).is_ok(), good, "{seconds}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_proof_panics_it(bytes in vec(any::<u8>(), 0..200), method in ".{0,8}", uri in ".{0,40}") {
        let policy = Arc::new(sender::dpop_policy());
        let token = sender::bound_to(Signer::Ed25519);
        let presentation = Presentation::dpop(dpop::Request::new(&[&bytes], method, uri));
        let step = verify::begin_presented(token.as_bytes(), &policy, &support::key_set(), &Requirements::default(), &presentation);
        let Step::CheckSignature(pending) = step else { panic!("the token is good") };
        let refused = matches!(pending.finish(true, now()), Step::Verdict(Err(Refusal::ProofInvalid(_))));
        prop_assert!(refused);
    }

    #[test]
    fn any_changed_octet_of_a_proof_is_refused(part in 0_usize..3, at in any::<prop::sample::Index>(), flip in 1_u8..) {
        let sent = good(Signer::Ed25519);
        let mut parts: Vec<Vec<u8>> = sent.proofs[0].split('.').map(support::decode).collect();
        let at = at.index(parts[part].len());
        parts[part][at] ^= flip;
        let changed = parts.iter().map(support::encode).collect::<Vec<_>>().join(".");
        let sent = Sent { proofs: vec![changed], ..sent };
        let verdict = judge(&sent, &sender::dpop_policy(), &Requirements::default(), now(), &mut BTreeSet::new());
        prop_assert!(verdict.is_err());
    }
}
