//! Statements that no single token shows: what decides first, what a token cannot cause, and what the caller is given.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use countersign_validator::{
    Algorithm, KeySet, Policy, RequiredScopes, ResourceServer, UnixTime, VerifiedToken,
    challenge::Realm,
    key_source::{KeySource, Need, Purpose},
    resource_server::Next,
    verify,
};
use serde_json::{Value, json};
use support::{
    AUDIENCE, HOSTILE_TEXTS, ISSUER, NOW, Signer, good_claims, good_header, good_token, judge, mint, now, policy, with,
};

const P256: Signer = Signer::P256;

fn code(token: &str, policy: &Policy, keys: &KeySet) -> &'static str {
    verify(token.as_bytes(), policy, keys, &RequiredScopes::none(), now())
        .map_or_else(|refusal| refusal.code().as_str(), |_| "accepted")
}

/// The order of decisions: a token with every fault gets the code of the first; each row mends that one, and the next
/// one shows. RFC7515-5.2-13, RFC9068-4-20.
#[test]
fn the_first_fault_in_the_order_of_decisions_decides() {
    let mut header = json!({"alg": "HS256", "typ": "JWT", "kid": "nobody", "crit": ["x"], "cty": "JWT"});
    let mut claims = json!({
        "iss": "https://evil.example", "aud": "https://other.example", "exp": NOW - 1, "nbf": NOW + 1, "iat": NOW + 1,
        "cnf": {"x": 1}, "scope": "read",
    });
    let mut suffix = "~";
    let mut intact = false;
    type Mend = fn(&mut Value, &mut Value, &mut &'static str, &mut bool);
    let steps: [(&str, Mend); 16] = [
        ("malformed_token", |_, _, suffix, _| *suffix = ""),
        ("invalid_issuer", |_, claims, _, _| claims["iss"] = json!(ISSUER)),
        ("unsupported_critical", |header, _, _, _| drop(header.as_object_mut().unwrap().remove("crit"))),
        ("encrypted_token", |header, _, _, _| drop(header.as_object_mut().unwrap().remove("cty"))),
        ("invalid_type", |header, _, _, _| header["typ"] = json!("at+jwt")),
        ("unsupported_algorithm", |header, _, _, _| header["alg"] = json!("ES256")),
        ("key_not_found", |header, _, _, _| header["kid"] = json!("ed")),
        ("unsuitable_key", |header, _, _, _| header["kid"] = json!("ec")),
        ("invalid_signature", |_, _, _, intact| *intact = true),
        ("invalid_audience", |_, claims, _, _| claims["aud"] = json!(AUDIENCE)),
        ("token_expired", |_, claims, _, _| claims["exp"] = json!(NOW + 300)),
        ("token_not_yet_valid", |_, claims, _, _| claims["nbf"] = json!(NOW)),
        ("issued_in_future", |_, claims, _, _| claims["iat"] = json!(NOW)),
        ("claim_missing", |_, claims, _, _| {
            for name in ["sub", "client_id", "jti"] {
                claims[name] = json!("reports-job");
            }
        }),
        ("bound_token_without_proof", |_, claims, _, _| drop(claims.as_object_mut().unwrap().remove("cnf"))),
        ("insufficient_scope", |_, claims, _, _| claims["scope"] = json!("read write")),
    ];
    let judged = |header: &Value, claims: &Value, suffix: &str, intact: bool| {
        let mut token = mint(P256, header, claims);
        if !intact {
            let at = token.rfind('.').unwrap() + 5;
            let other = if &token[at..=at] == "A" { "B" } else { "A" };
            token.replace_range(at..=at, other);
        }
        judge(&format!("{token}{suffix}"), &policy(), &["write"], now())
            .map_or_else(|refusal| refusal.code().as_str(), |_| "accepted")
    };
    for (expected, mend) in steps {
        assert_eq!(judged(&header, &claims, suffix, intact), expected);
        mend(&mut header, &mut claims, &mut suffix, &mut intact);
    }
    assert_eq!(judged(&header, &claims, suffix, intact), "accepted");
}

/// RFC7519-11.1-20: whatever the claims say, a wrong signature is all that is told of such a token, whatever is wrong with
/// its claims; and `iss` alone is read before.
#[test]
fn claims_count_only_after_the_signature() {
    for (name, value) in [
        ("aud", Some(json!("https://other.example"))),
        ("aud", Some(json!(1))),
        ("exp", Some(json!(NOW - 1000))),
        ("exp", None),
        ("nbf", Some(json!(NOW + 1000))),
        ("iat", Some(json!("x"))),
        ("sub", None),
        ("scope", Some(json!("admin write read"))),
        ("scope", Some(json!(1))),
        ("cnf", Some(json!({"jkt": 1}))),
    ] {
        let token = mint(P256, &good_header(P256), &with(good_claims(), name, value.clone()));
        let (input, _) = token.rsplit_once('.').unwrap();
        let forged = format!("{input}.{}", support::encode([1; 64]));
        assert_eq!(code(&forged, &policy(), &support::key_set()), "invalid_signature", "{name}: {value:?}");
    }
}

/// RFC7515-6-10: no key, no verdict but this one.
#[test]
fn a_set_without_the_key_verifies_nothing() {
    for set in
        [json!({"keys": []}), json!({"keys": [Signer::Ed25519.jwk()]}), json!({"keys": [{"kty": "oct", "k": "AA"}]})]
    {
        let keys = KeySet::from_json(set.to_string().as_bytes()).unwrap();
        assert_eq!(code(&good_token(P256), &policy(), &keys), "key_not_found", "{set}");
        let unnamed = mint(P256, &with(good_header(P256), "kid", None), &good_claims());
        assert_eq!(code(&unnamed, &policy(), &keys), "key_not_found", "{set}");
    }
}

/// RFC8725-3.10-10, RFC9068-4-21: nothing in a token makes us ask anybody but the configured issuer.
#[test]
fn no_place_that_a_token_names_is_ever_asked() {
    let uri = "https://as.example.com/jwks";
    let mut source = KeySource::at(uri, &policy()).unwrap();
    let Need::Fetch(first) = source.need(Purpose::Use, now()) else { panic!("no fetch") };
    source.received(first.ticket, 200, support::key_set_json().as_bytes(), now(), None, None);
    let mut server = ResourceServer::new(policy(), source, Realm::default());
    let evil = "https://evil.example/jwks";
    let mut asked = Vec::new();
    for name in ["jku", "x5u", "iss", "jwks_uri", "kid", "x5c", "jwk"] {
        for kid in ["ec", "nobody", evil] {
            let header = with(with(good_header(P256), "kid", json!(kid)), name, json!(evil));
            for iss in [ISSUER, evil] {
                let token = mint(P256, &header, &with(good_claims(), "iss", json!(iss)));
                if let Next::Fetch(fetch) =
                    server.begin(token.as_bytes(), &RequiredScopes::none(), now().plus_seconds(60))
                {
                    server.received(
                        fetch.ticket,
                        200,
                        support::key_set_json().as_bytes(),
                        now().plus_seconds(60),
                        None,
                        None,
                    );
                    asked.push(fetch.url);
                }
            }
        }
    }
    assert!(!asked.is_empty(), "an unknown kid asks for the keys");
    assert!(asked.iter().all(|url| url == uri), "{asked:?}");
}

/// RFC8725-3.8-10, RFC8725BIS-3-22: two issuers whose keys have the same name; each has its own keys and algorithms, and the
/// token of one is nothing at the other's.
#[test]
fn keys_and_algorithms_belong_to_one_issuer() {
    let other = "https://other.example";
    let set = |signer: Signer| {
        let jwk = with(signer.jwk(), "kid", json!("k"));
        KeySet::from_json(json!({"keys": [jwk]}).to_string().as_bytes()).unwrap()
    };
    let of = |issuer: &str, algorithm| Policy::new(issuer, [AUDIENCE]).unwrap().with_algorithms([algorithm]).unwrap();
    let issuers = [
        (ISSUER, P256, of(ISSUER, Algorithm::Es256), set(P256)),
        (other, Signer::Ed25519, of(other, Algorithm::EdDsa), set(Signer::Ed25519)),
    ];
    for (at, _, policy, keys) in &issuers {
        for (claimed, ..) in &issuers {
            for (signed_by, signer, ..) in &issuers {
                let header = with(good_header(*signer), "kid", json!("k"));
                let token = mint(*signer, &header, &with(good_claims(), "iss", json!(claimed)));
                let expected = match (claimed == at, signed_by == at) {
                    (false, _) => "invalid_issuer",
                    (true, false) => "unsupported_algorithm",
                    (true, true) => "accepted",
                };
                assert_eq!(code(&token, policy, keys), expected, "at {at}: of {claimed}, by {signed_by}");
            }
        }
    }
}

/// HARNESS-R5: no clock of ours decides, at any instant.
#[test]
fn any_instant_can_be_now() {
    for instant in [0, 1, 1 << 31, (1 << 32) + 5, 253_402_300_800, (1 << 53) - 2] {
        let claims = with(with(good_claims(), "iat", json!(0)), "exp", json!(instant + 1));
        let token = mint(P256, &good_header(P256), &claims);
        let at = |seconds: i64| {
            judge(&token, &policy(), &[], UnixTime::from_seconds(seconds)).map_err(|refusal| refusal.code().as_str())
        };
        assert!(at(instant).is_ok(), "{instant}");
        assert_eq!(at(instant + 1).unwrap_err(), "token_expired", "{instant}");
    }
    for before_1970 in [-1, i64::MIN] {
        let verdict = judge(&good_token(P256), &policy(), &[], UnixTime::from_seconds(before_1970));
        assert_eq!(verdict.unwrap_err().code().as_str(), "issued_in_future", "{before_1970}");
    }
    let verdict = judge(&good_token(P256), &policy(), &[], UnixTime::from_seconds(i64::MAX));
    assert_eq!(verdict.unwrap_err().code().as_str(), "token_expired");
}

fn verified(claims: &Value) -> VerifiedToken {
    judge(&mint(P256, &good_header(P256), claims), &policy(), &[], now()).unwrap()
}

/// RFC9068-6-20: such a text comes out as it went in, and does nothing on the way.
#[test]
fn a_hostile_text_is_only_data() {
    for text in HOSTILE_TEXTS {
        let claims =
            ["sub", "jti", "client_id"].iter().fold(good_claims(), |claims, name| with(claims, name, json!(text)));
        let token = verified(&claims);
        assert_eq!(token.claims().subject(), Some(text));
        assert_eq!(token.claims().token_id(), Some(text));
        assert_eq!(token.claims().client_id(), Some(text));
        assert_eq!(serde_json::from_str::<Value>(token.claims_json()).unwrap(), claims);
    }
}

/// RFC9700-4.15.1-20: the token of a client for itself is told from that of a user.
#[test]
fn a_client_for_itself_is_told_from_a_user() {
    for (sub, client, own) in [
        ("reports-job", "reports-job", true),
        ("248289761001", "reports-job", false),
        ("reports-job", "Reports-job", false),
        ("reports-job ", "reports-job", false),
    ] {
        let token = verified(&with(with(good_claims(), "sub", json!(sub)), "client_id", json!(client)));
        assert_eq!(token.claims().subject_is_client(), own, "{sub} {client}");
    }
    let plain = policy().with_profile(countersign_validator::profile::JWT);
    let neither = with(with(good_claims(), "sub", None), "client_id", None);
    let token = mint(P256, &with(good_header(P256), "typ", json!("JWT")), &neither);
    assert!(!judge(&token, &plain, &[], now()).unwrap().claims().subject_is_client(), "nothing is like nothing");
}

/// RFC7515-10.9-10: what an attacker could guess octet by octet is compared in constant time. No test can time it without
/// failing by chance, so the comparison itself is what is looked for.
#[test]
fn secrets_are_compared_in_constant_time() {
    for (source, compared) in [
        (include_str!("../src/digest.rs"), "self.0.ct_eq(&other.0)"),
        (include_str!("../src/dpop/nonce.rs"), ".ct_eq("),
    ] {
        assert!(source.contains(compared), "{compared}");
    }
    assert!(!include_str!("../src/digest.rs").contains("derive(Debug, Clone, Copy, PartialEq"));
}
