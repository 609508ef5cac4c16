//! What holds for any input at all.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use countersign_validator::{Code, KeySet, RequiredScopes, UnixTime, bearer, json, verify};
use proptest::{collection::vec, prelude::*, string::string_regex};
use support::{NOW, Signer, good_claims, good_header, good_token, judge, mint, now, policy, with};

fn verdict(token: &[u8]) -> Result<(), Code> {
    verify(token, &policy(), &support::key_set(), &RequiredScopes::none(), now())
        .map(|_| ())
        .map_err(|refusal| refusal.code())
}

/// Text that is nearly JSON.
fn near_json() -> impl Strategy<Value = String> {
    let atom = prop_oneof![
        Just("{".to_owned()),
        Just("}".into()),
        Just("[".into()),
        Just("]".into()),
        Just(":".into()),
        Just(",".into()),
        Just(" ".into()),
        Just("\"alg\"".into()),
        Just("\"a\"".into()),
        Just("\"\\u0061\"".into()),
        Just("\"\\ud83d\\ude00\"".into()),
        Just("\"\\ud800\"".into()),
        Just("true".into()),
        Just("null".into()),
        Just("1".into()),
        Just("-0.5e+7".into()),
        Just("01".into()),
        Just("\"".into()),
        Just("\\".into()),
        any::<char>().prop_map(String::from),
    ];
    vec(atom, 0..24).prop_map(|atoms| atoms.concat())
}

/// Values within our limits.
fn json_value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(5, 48, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
            proptest::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

fn agrees(ours: &json::Value<'_>, theirs: &serde_json::Value) -> bool {
    match (ours, theirs) {
        (json::Value::Null, serde_json::Value::Null) => true,
        (json::Value::Bool(one), serde_json::Value::Bool(other)) => one == other,
        (json::Value::Number(text), serde_json::Value::Number(_)) => text.parse::<f64>().ok() == theirs.as_f64(),
        (json::Value::String(one), serde_json::Value::String(other)) => one == other,
        (json::Value::Array(one), serde_json::Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| agrees(one, other))
        }
        (json::Value::Object(one), serde_json::Value::Object(other)) => {
            one.iter().count() == other.len()
                && one.iter().all(|(name, value)| other.get(name).is_some_and(|other| agrees(value, other)))
        }
        _ => false,
    }
}

proptest! {
    /// HARNESS-R6.
    #[test]
    fn no_bytes_panic_it(bytes in vec(any::<u8>(), 0..200)) {
        prop_assert!(verdict(&bytes).is_err());
        let _ = bearer::extract(&[&bytes]);
        let _ = KeySet::from_json(&bytes);
    }

    /// HARNESS-R6.
    #[test]
    fn no_header_and_no_claims_panic_it(header in near_json(), claims in near_json()) {
        let token = support::mint_bytes(Signer::Ed25519, header.as_bytes(), claims.as_bytes());
        prop_assert!(verdict(token.as_bytes()).is_err());
    }

    /// RFC7515-5.2-13, RFC8725-3.3-10.
    #[test]
    fn any_changed_octet_is_refused(part in 0_usize..3, at in any::<prop::sample::Index>(), flip in 1_u8..) {
        let token = good_token(Signer::P256);
        let mut parts: Vec<Vec<u8>> = token.split('.').map(support::decode).collect();
        let at = at.index(parts[part].len());
        parts[part][at] ^= flip;
        let changed = parts.iter().map(support::encode).collect::<Vec<_>>().join(".");
        prop_assert!(verdict(changed.as_bytes()).is_err());
    }

    /// RFC4648-3.5-10, RFC8725BIS-3-20, RFC7515-5.2-10.
    #[test]
    fn at_most_one_text_of_a_token_is_accepted(at in any::<prop::sample::Index>(), byte in any::<u8>(), insert in any::<bool>()) {
        let token = good_token(Signer::Ed25519).into_bytes();
        let mut changed = token.clone();
        let at = at.index(token.len());
        if insert { changed.insert(at, byte) } else { changed[at] = byte }
        prop_assume!(changed != token);
        prop_assert!(verdict(&changed).is_err());
    }

    /// For a fixed token the verdict over time is: refused, accepted, refused, with the edges where RFC 7519 has them.
    /// RFC7519-4.1.4-20, RFC7519-4.1.5-20, RFC9068-4-34.
    #[test]
    fn the_shape_of_time(nbf in NOW - 1000..NOW, lifetime in 1_i64..1000, tolerance in 0_u32..=300, offset in -2000_i64..2000) {
        let exp = nbf + lifetime;
        let claims = with(with(with(good_claims(), "nbf", serde_json::json!(nbf)), "exp", serde_json::json!(exp)), "iat", serde_json::json!(0));
        let token = mint(Signer::Ed25519, &good_header(Signer::Ed25519), &claims);
        let policy = policy().with_tolerance_seconds(tolerance).unwrap();
        let now = nbf + offset;
        let tolerance = i64::from(tolerance);
        let expected = if now >= exp + tolerance { Some(Code::TokenExpired) }
            else if now < nbf - tolerance { Some(Code::TokenNotYetValid) }
            else { None };
        let got = judge(&token, &policy, &[], UnixTime::from_seconds(now)).err().map(|refusal| refusal.code());
        prop_assert_eq!(got, expected);
    }

    /// RFC7519-4.1.3-20, RFC7519-2-21.
    #[test]
    fn only_the_very_audience_is_accepted(audience in string_regex("https://api\\.example\\.com[/ a-z]{0,3}|[a-z:/.]{0,30}").unwrap()) {
        let token = mint(Signer::Ed25519, &good_header(Signer::Ed25519), &with(good_claims(), "aud", serde_json::json!(audience)));
        prop_assert_eq!(verdict(token.as_bytes()).is_ok(), audience == support::AUDIENCE);
    }

    /// All required scopes granted, in any order and number: accepted; otherwise 403.
    /// RFC6749-7-30.
    #[test]
    fn scopes_are_sets(granted in vec("[a-d]", 0..6), required in vec("[a-d]", 0..4)) {
        let token = mint(Signer::Ed25519, &good_header(Signer::Ed25519), &with(good_claims(), "scope", serde_json::json!(granted.join(" "))));
        let required: Vec<&str> = required.iter().map(String::as_str).collect();
        let covers = required.iter().all(|scope| granted.iter().any(|other| other == scope));
        let got = judge(&token, &policy(), &required, now()).map(|_| ()).map_err(|refusal| refusal.code());
        prop_assert_eq!(got, if covers { Ok(()) } else { Err(Code::InsufficientScope) });
    }

    /// RFC7515-4-11, RFC7519-4-21.
    #[test]
    fn unknown_members_change_nothing(name in "x[a-z]{1,8}", value in json_value()) {
        let header = with(good_header(Signer::Ed25519), &name, value.clone());
        let token = mint(Signer::Ed25519, &header, &with(good_claims(), &name, value));
        prop_assert_eq!(verdict(token.as_bytes()), Ok(()));
    }

    /// What we read, the common parser reads as the same value; what it refuses, we refuse.
    #[test]
    fn json_agrees_with_serde_json(text in near_json()) {
        if let Ok(document) = json::parse(text.as_bytes(), json::TOKEN_LIMITS) {
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            // RFC 8259 §6 lets numbers be of any size; serde_json reads none that overflows a double.
            let overflows = theirs.as_ref().is_err_and(|error| error.to_string().starts_with("number out of range at "));
            prop_assume!(!overflows);
            prop_assert!(theirs.is_ok(), "only we accept {text:?}");
            prop_assert!(document.has_duplicate_members || agrees(&document.value, &theirs.unwrap()), "{text:?}");
        }
    }

    #[test]
    fn ordinary_json_is_read(value in json_value()) {
        let text = value.to_string();
        let document = json::parse(text.as_bytes(), json::TOKEN_LIMITS).unwrap();
        prop_assert!(agrees(&document.value, &value), "{text}");
    }
}
