//! Laws of the verdict: how it may change when token, key, time, requirement or spelling change, and how it may not.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use countersign_validator::{
    Code, KeySet, RequiredScopes, UnixTime, bearer,
    key_source::{KeySource, Need, Purpose},
    resource_metadata::authorization_servers,
    verify,
};
use proptest::{collection::vec, prelude::*, sample::Index, string::string_regex};
use serde_json::{Value, json};
use support::{
    ISSUER, NOW, SIGNERS, Signer, good_claims, good_header, good_token, judge, mint, mint_bytes, now, policy, with,
};

const ED: Signer = Signer::Ed25519;

fn verdict(token: &str) -> Result<(), Code> {
    judge(token, &policy(), &[], now()).map(|_| ()).map_err(|refusal| refusal.code())
}

fn changed(token: &str, part: usize, change: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut parts: Vec<Vec<u8>> = token.split('.').map(support::decode).collect();
    change(&mut parts[part]);
    parts.iter().map(support::encode).collect::<Vec<_>>().join(".")
}

/// RFC7515-5.2-13, RFC8725-3.3-10: every single bit of header, claims and signature counts.
#[test]
fn no_bit_can_be_flipped() {
    let token = good_token(ED);
    let lengths: Vec<usize> = token.split('.').map(|part| support::decode(part).len()).collect();
    for (part, length) in lengths.into_iter().enumerate() {
        for bit in 0..length * 8 {
            let flipped = changed(&token, part, |octets| octets[bit / 8] ^= 1 << (bit % 8));
            assert!(verdict(&flipped).is_err(), "part {part}, bit {bit}");
        }
    }
}

/// Some JSON of any type.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(|number| serde_json::Number::from_f64(number).map_or(Value::Null, Into::into)),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(any::<String>(), inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

const CLAIMS: [&str; 12] =
    ["iss", "aud", "sub", "exp", "nbf", "iat", "jti", "client_id", "scope", "cnf", "acr", "auth_time"];

/// A requirement without `not`: what more scopes can only help with.
fn requirement() -> impl Strategy<Value = Value> {
    let leaf = "[a-e]".prop_map(Value::from);
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..4).prop_map(|list| json!({"allOf": list})),
            vec(inner, 1..4).prop_map(|list| json!({"anyOf": list})),
        ]
    })
}

fn scoped(granted: &[String], required: &RequiredScopes) -> bool {
    let token = mint(ED, &good_header(ED), &with(good_claims(), "scope", json!(granted.join(" "))));
    match verify(token.as_bytes(), &policy(), &support::key_set(), required, now()) {
        Ok(_) => true,
        Err(refusal) => {
            assert_eq!(refusal.code(), Code::InsufficientScope);
            false
        }
    }
}

/// The members in another order, as text.
fn reordered(object: &Value, by: &[Index]) -> String {
    let mut members: Vec<String> =
        object.as_object().unwrap().iter().map(|(name, value)| format!("{}:{value}", json!(name))).collect();
    for (at, index) in by.iter().enumerate() {
        let (at, other) = (at % members.len(), index.index(members.len()));
        members.swap(at, other);
    }
    format!("{{{}}}", members.join(","))
}

proptest! {
    /// RFC7515-5.2-13: by every kind of key, whatever one octet becomes.
    #[test]
    fn any_changed_octet_is_refused_by_every_kind_of_key(signer in prop::sample::select(&SIGNERS[..]), part in 0_usize..3, at in any::<Index>(), flip in 1_u8..) {
        let token = changed(&good_token(signer), part, |octets| {
            let at = at.index(octets.len());
            octets[at] ^= flip;
        });
        prop_assert!(verdict(&token).is_err());
    }

    /// RFC7515-6-10, RFC9068-4-21: no key but those of the set.
    #[test]
    fn no_key_outside_of_the_set_signs(seed in any::<[u8; 32]>(), named in any::<bool>()) {
        use ed25519_dalek::Signer as _;
        let key = ed25519_dalek::SigningKey::from_bytes(&seed);
        prop_assume!(support::encode(key.verifying_key()) != support::published_keys::ED25519_X);
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "kid": "ed", "x": support::encode(key.verifying_key())});
        let header = with(good_header(ED), "kid", named.then(|| json!("ed")));
        for header in [header.clone(), with(header, "jwk", jwk.clone())] {
            let input = format!("{}.{}", support::encode(header.to_string()), support::encode(good_claims().to_string()));
            let token = format!("{input}.{}", support::encode(key.sign(input.as_bytes()).to_bytes()));
            prop_assert_eq!(verdict(&token), Err(Code::InvalidSignature));
            // It would be good with its own set: nothing else is wrong with it.
            let keys = KeySet::from_json(json!({"keys": [jwk]}).to_string().as_bytes()).unwrap();
            prop_assert!(verify(token.as_bytes(), &policy(), &keys, &RequiredScopes::none(), now()).is_ok());
        }
    }

    /// RFC4648-3.5-10, RFC8725BIS-3-20: less, more or other characters make another token, and none that is accepted.
    #[test]
    fn no_other_text_is_the_same_token(at in any::<Index>(), removed in 0_usize..3, inserted in "[A-Za-z0-9_.=+/ -]{0,3}") {
        let token = good_token(ED);
        let at = at.index(token.len());
        let end = (at + removed).min(token.len());
        let other = format!("{}{inserted}{}", &token[..at], &token[end..]);
        prop_assume!(other != token);
        prop_assert!(verdict(&other).is_err());
        prop_assert!(verdict(&token.to_ascii_lowercase()).is_err());
    }

    /// RFC9068-4-31, RFC7519-2-21: the issuer is the one text, and nothing that means the same.
    #[test]
    fn only_the_very_issuer_is_accepted(issuer in string_regex("https://as\\.example\\.com[/ .:a-z0-9]{0,4}|[hHtTpPsS]{4,5}://[aA][sS]\\.example\\.com|.{0,24}").unwrap()) {
        let token = mint(ED, &good_header(ED), &with(good_claims(), "iss", json!(issuer)));
        prop_assert_eq!(verdict(&token), if issuer == ISSUER { Ok(()) } else { Err(Code::InvalidIssuer) });
    }

    /// RFC7519-4.1.3-20: we are named if one of the names is ours, wherever it stands.
    #[test]
    fn an_audience_is_named_or_not(others in vec("[a-z:/.]{0,12}", 0..5), at in any::<Index>(), named in any::<bool>()) {
        let mut audience = others;
        audience.retain(|other| other != support::AUDIENCE);
        if named {
            let at = at.index(audience.len() + 1);
            audience.insert(at, support::AUDIENCE.to_owned());
        }
        let token = mint(ED, &good_header(ED), &with(good_claims(), "aud", json!(audience)));
        prop_assert_eq!(verdict(&token), if named { Ok(()) } else { Err(Code::InvalidAudience) });
    }

    /// RFC7519-4.1.4-20, RFC7519-4.1.5-20, HARNESS-R5: refused, then accepted, then refused, to the microsecond; later never
    /// makes an expired token good, earlier never one that is not valid yet.
    #[test]
    fn time_has_one_shape(nbf in (0_i64..4_000).prop_map(|half| half * 500), life in (1_i64..4_000).prop_map(|half| half * 500), tolerance in 0_u32..=300, times in vec(-1_000_000_i64..5_000_000, 2..12)) {
        let seconds = |micros: i64| format!("{}.{:06}", NOW + micros / 1_000_000, micros % 1_000_000);
        let claims = with(with(with(good_claims(), "iat", json!(0)), "nbf", json!("@nbf")), "exp", json!("@exp")).to_string();
        let claims = claims.replace("\"@nbf\"", &seconds(nbf)).replace("\"@exp\"", &seconds(nbf + life));
        let token = mint_bytes(ED, good_header(ED).to_string().as_bytes(), claims.as_bytes());
        let policy = policy().with_tolerance_seconds(tolerance).unwrap();
        let mut times = times;
        times.sort_unstable();
        // Microseconds after NOW, in steps of milliseconds as JavaScript's clock has them: every other edge is between two.
        let at = |micros: i64| {
            let milliseconds = micros.div_euclid(1_000);
            let (at, tolerance) = (milliseconds * 1_000, i64::from(tolerance) * 1_000_000);
            let expected = match () {
                () if at >= nbf + life + tolerance => 2,
                () if at + tolerance < nbf => 0,
                () => 1,
            };
            let now = UnixTime::from_milliseconds((NOW * 1_000 + milliseconds) as f64);
            let got = match judge(&token, &policy, &[], now).map_err(|refusal| refusal.code()) {
                Err(Code::TokenNotYetValid) => 0,
                Ok(_) => 1,
                Err(Code::TokenExpired) => 2,
                Err(other) => panic!("{other}"),
            };
            assert_eq!(got, expected, "{micros} microseconds");
            got
        };
        // The edges themselves, a millisecond before and after, and any other time.
        let tolerance = i64::from(tolerance) * 1_000_000;
        for edge in [nbf - tolerance, nbf + life + tolerance] {
            for other in [edge - 1_000, edge, edge + 1_000] {
                at(other);
            }
        }
        let phases: Vec<u8> = times.into_iter().map(at).collect();
        prop_assert!(phases.is_sorted(), "{phases:?}");
    }

    /// RFC6749-7-30: more scopes never take a right away, and a requirement that demands more never gives one.
    #[test]
    fn scopes_are_monotone(granted in vec("[a-e]", 0..5), more in vec("[a-e]", 0..3), required in requirement(), also in requirement()) {
        let parse = |value: &Value| RequiredScopes::from_json(&value.to_string()).unwrap();
        let wider = [&granted[..], &more].concat();
        let (one, both) = (parse(&required), parse(&json!({"allOf": [required, also]})));
        prop_assert!(!scoped(&granted, &one) || scoped(&wider, &one));
        prop_assert!(!scoped(&granted, &both) || scoped(&granted, &one));
        prop_assert_ne!(scoped(&granted, &one), scoped(&granted, &parse(&json!({"not": required}))));
        let mut turned = granted.clone();
        turned.reverse();
        turned.extend(granted.first().cloned());
        prop_assert_eq!(scoped(&granted, &one), scoped(&turned, &one));
    }

    /// RFC7515-4-11, RFC7519-4-21: neither the order of members nor one that nobody knows changes any verdict.
    #[test]
    fn order_and_unknown_members_change_nothing(by in vec(any::<Index>(), 0..12), name in "x[a-z]{1,8}", value in any_json(), fault in 0_usize..6) {
        let (header, claims, expected) = match fault {
            0 => (good_header(ED), good_claims(), Ok(())),
            1 => (good_header(ED), with(good_claims(), "exp", json!(NOW)), Err(Code::TokenExpired)),
            2 => (with(good_header(ED), "crit", json!(["exp"])), good_claims(), Err(Code::UnsupportedCritical)),
            3 => (with(good_header(ED), "alg", json!("none")), good_claims(), Err(Code::UnsupportedAlgorithm)),
            4 => (good_header(ED), with(good_claims(), "aud", json!("x")), Err(Code::InvalidAudience)),
            _ => (with(good_header(ED), "typ", json!("JWT")), good_claims(), Err(Code::InvalidType)),
        };
        let (header, claims) = (with(header, &name, value.clone()), with(claims, &name, value));
        let token = mint_bytes(ED, reordered(&header, &by).as_bytes(), reordered(&claims, &by).as_bytes());
        prop_assert_eq!(verdict(&token), expected);
    }

    /// HARNESS-R6: any value in any claim, any time and any requirement: a verdict with a code of a token.
    #[test]
    fn any_claim_gets_a_verdict(name in prop::sample::select(&CLAIMS[..]), value in any_json(), seconds in any::<i64>(), required in requirement()) {
        let token = mint(ED, &good_header(ED), &with(good_claims(), name, value));
        let required = RequiredScopes::from_json(&required.to_string()).unwrap();
        let verdict = verify(token.as_bytes(), &policy(), &support::key_set(), &required, UnixTime::from_seconds(seconds));
        if let Err(refusal) = verdict {
            prop_assert!(matches!(refusal.code().status(), 401 | 403), "{}", refusal);
        }
    }

    /// HARNESS-R6: nor does anything else that is read from outside end in a panic.
    #[test]
    fn anything_from_outside_is_read_or_refused(bytes in vec(any::<u8>(), 0..200), text in ".{0,40}", status in any::<u16>(), seconds in any::<i64>()) {
        let _ = bearer::extract(&[&bytes, text.as_bytes()]);
        let _ = bearer::schemes_used(&[&bytes, text.as_bytes()]);
        let _ = authorization_servers(&bytes, &text);
        let _ = RequiredScopes::from_json(&text);
        let at = UnixTime::from_seconds(seconds);
        let mut source = KeySource::discovered(&policy()).unwrap();
        for status in [status, 200, 200] {
            if let Need::Fetch(fetch) = source.need(Purpose::UnknownKey(Some(&text)), at) {
                source.received(fetch.ticket, status, &bytes, at, Some(&text), Some(&text));
            }
        }
        prop_assert!(source.keys(at).is_none());
    }
}
