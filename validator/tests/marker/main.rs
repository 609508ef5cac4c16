//! A marker in every place that comes from outside, driven through every refusal: no text that leaves the core has it.
//!
//! RFC 9700 §4.9.3: tokens are secrets. What is looked at is `Display`, `Debug`, the code, the message, the challenges and
//! the other fields of the answer, of the verdict and of every value on the way to it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]
#![allow(unreachable_pub, reason = "the modules of one test")]

mod cases;
#[path = "../support/mod.rs"]
mod support;
mod watch;

use std::collections::BTreeSet;

use cases::{Case, credentials, faults, header_and_claims, proofs};
use countersign_validator::{
    Algorithm, KeySet, Request, RequiredScopes, ResourceServer, bearer::schemes_used, challenge::Realm,
    key_source::KeySource, resource_metadata::authorization_servers, resource_server::Next,
};
use serde_json::{Value, json};
use support::{Signer, encode, good_claims, good_header, mint, now, sender, with};
use watch::{MARKER, Watch};

const P256: Signer = Signer::P256;

fn run(watch: &mut Watch, case: &Case) {
    let source = match &case.fetched {
        None => KeySource::given(support::key_set()).unwrap(),
        Some(_) => KeySource::discovered(&case.policy).unwrap(),
    };
    let mut server = ResourceServer::new(case.policy.clone(), source, Realm::default());
    let authorization = format!("{} {}", case.sent.scheme, case.sent.token);
    let proofs: Vec<&[u8]> = case.sent.proofs.iter().map(String::as_bytes).collect();
    let authorization: &[&[u8]] = &[authorization.as_bytes()];
    let request = Request {
        authorization,
        dpop: &proofs,
        method: case.sent.method,
        uri: &case.sent.uri,
        certificate: case.sent.certificate,
    };
    let mut next = server.begin_presented(&request, &case.required, now());
    for _ in 0..8 {
        watch.see(&case.place, &format!("{next:?} {server:?}"));
        next = match next {
            Next::Verdict(Ok(token)) => {
                watch.see(&case.place, &format!("{token:?} {:?} {:?}", token.claims(), token.clone()));
                return;
            }
            Next::Verdict(Err(refusal)) => {
                watch.refused(&case.place, &refusal, authorization, &case.policy);
                let answer = server.answer_to(&schemes_used(authorization), &refusal, case.required.scopes());
                return watch.see(&case.place, &format!("{answer:?}"));
            }
            Next::CheckSignature(pending) => {
                let valid = pending.check_signature().filter(|_| case.is_checked);
                server.finish(pending, valid, now())
            }
            Next::Remember(remember) => {
                watch.see(&case.place, &format!("{remember:?} {:?}", remember.replay()));
                remember.finish(case.is_first, now()).into()
            }
            Next::Fetch(fetch) => {
                let (status, body) = case.fetched.as_ref().unwrap();
                server.received(fetch.ticket, *status, body.as_bytes(), now(), Some(MARKER), Some(MARKER));
                server.begin_presented(&request, &case.required, now())
            }
            Next::Wait(_) => panic!("nobody else is fetching"),
        };
    }
    panic!("{}: no end", case.place);
}

/// The names of the variants of `Refusal`, from its source: the compiler lists them to nobody outside of the crate.
fn every_cause() -> BTreeSet<String> {
    let source = include_str!("../../src/refusal/mod.rs");
    let body = source.split("pub enum Refusal {").nth(1).unwrap().split("\n}").next().unwrap();
    let variants =
        body.lines().filter_map(|line| line.strip_prefix("    ")).filter(|line| line.starts_with(char::is_uppercase));
    variants.map(|line| line.split(|character: char| !character.is_alphanumeric()).next().unwrap().to_owned()).collect()
}

/// RFC9700-4.9.3-10.
#[test]
fn no_text_shows_the_marker_whatever_is_refused() {
    let mut watch = Watch::new();
    for case in header_and_claims().iter().chain(&faults()).chain(&proofs()) {
        run(&mut watch, case);
    }
    let algorithms: Vec<Algorithm> = Algorithm::all().filter(|algorithm| !algorithm.is_symmetric()).collect();
    for policy in [support::policy(), sender::dpop_policy().with_algorithms(algorithms).unwrap()] {
        for (place, fields) in credentials() {
            let fields: Vec<&[u8]> = fields.iter().map(String::as_bytes).collect();
            let request = Request {
                authorization: &fields,
                dpop: &[MARKER.as_bytes()],
                method: MARKER,
                uri: MARKER,
                certificate: None,
            };
            watch.see(place, &format!("{:?}", request.presented(&policy).map(|(_, presentation)| presentation)));
            if let Err(refusal) = request.presented(&policy) {
                watch.refused(place, &refusal, &fields, &policy);
            }
        }
    }
    let causes = every_cause();
    assert!(causes.len() >= 40, "the source was not read: {causes:?}");
    let missing: Vec<_> = causes.iter().filter(|cause| !watch.reached.contains_key(*cause)).collect();
    assert!(missing.is_empty(), "no request with the marker reaches {missing:?}");
}

/// RFC9700-4.9.3-10: nor do the errors about documents, which no client sent.
#[test]
fn no_error_about_a_document_shows_it() {
    let watch = Watch::new();
    let set = |key: Value| json!({"keys": [key]}).to_string();
    let key = with(P256.jwk(), "kid", json!(MARKER));
    for (place, text) in [
        ("no JSON", MARKER.to_owned()),
        ("no set", json!({MARKER: MARKER}).to_string()),
        ("a name twice", format!(r#"{{"keys":[],"{MARKER}":1,"{MARKER}":2}}"#)),
        ("too large", MARKER.repeat(5000)),
        ("a secret", set(json!({"kty": "oct", "k": encode(MARKER)}))),
        ("a private key", set(with(key.clone(), "d", json!(encode(MARKER))))),
        ("a key without use", set(with(key.clone(), "use", json!(MARKER)))),
        ("a good key", set(key)),
    ] {
        match KeySet::from_json(text.as_bytes()) {
            Ok(keys) => {
                let verdict = keys.verify_signature(Some("x"), Algorithm::Es256, MARKER.as_bytes(), MARKER.as_bytes());
                watch.see(
                    place,
                    &format!(
                        "{keys:?} {verdict:?} {:?}",
                        KeySource::given(keys.clone()).map_err(|error| error.to_string())
                    ),
                );
            }
            Err(error) => watch.see(place, &format!("{error} {error:?}")),
        }
        let error = authorization_servers(text.as_bytes(), "https://api.example.com").unwrap_err();
        watch.see(place, &format!("{error} {error:?}"));
    }
    let other = json!({"resource": MARKER, "authorization_servers": [MARKER]}).to_string();
    let error = authorization_servers(other.as_bytes(), "https://api.example.com").unwrap_err();
    watch.see("the metadata of another resource", &format!("{error} {error:?}"));
}

/// RFC9700-4.9.3-10: a `kid` that is asked for is remembered, so that it is not asked for again, and shown to nobody.
#[test]
fn no_kid_that_is_remembered_shows() {
    let mut watch = Watch::new();
    let policy = support::policy();
    let uri = "https://as.example.com/jwks";
    let mut server = ResourceServer::new(policy.clone(), KeySource::at(uri, &policy).unwrap(), Realm::default());
    let token = mint(P256, &with(good_header(P256), "kid", json!(MARKER)), &good_claims());
    let set = json!({"keys": [with(P256.jwk(), "kid", json!(format!("{MARKER}2")))]}).to_string();
    let mut fetches = 0;
    for seconds in [0, 0, 60, 60] {
        let at = now().plus_seconds(seconds);
        match server.begin(token.as_bytes(), &RequiredScopes::none(), at) {
            Next::Fetch(fetch) => {
                fetches += 1;
                watch.see("the fetch", &format!("{fetch:?} {server:?}"));
                server.received(fetch.ticket, 200, set.as_bytes(), at, None, None);
            }
            Next::Verdict(Err(refusal)) => watch.refused("the verdict", &refusal, &[], &policy),
            other => panic!("{other:?}"),
        }
        watch.see("the server", &format!("{server:?}"));
    }
    assert!(fetches >= 2 && watch.reached.contains_key("NoKey"), "{fetches}");
}

/// The watch sees what it is there to see.
#[test]
fn the_watch_is_awake() {
    let watch = Watch::new();
    for shown in [
        format!("…{MARKER}…"),
        MARKER.to_uppercase(),
        format!("{:?}", MARKER.as_bytes()),
        encode(MARKER),
        encode(format!("a{MARKER}b")),
        encode(json!({"sub": MARKER}).to_string()),
        encode(json!({"s": MARKER}).to_string()),
    ] {
        let seen = std::panic::catch_unwind(|| watch.see("here", &shown));
        assert!(seen.is_err(), "{shown}");
    }
    watch.see("here", "the signature does not verify");
}
