//! Which keys of a JWK Set may verify (RFC 7517 §4–5, RFC 7518 §6, RFC 8725 §3).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use countersign_validator::{Code, KeySet, RequiredScopes, key, verify};
use serde_json::{Value, json};
use support::{Signer, good_token, now, policy, with};

/// What a good token of `signer` gets when this is the whole key set.
#[track_caller]
fn verdict_with(signer: Signer, keys: Value) -> &'static str {
    let set = KeySet::from_json(json!({"keys": keys}).to_string().as_bytes()).unwrap();
    verify(good_token(signer).as_bytes(), &policy(), &set, &RequiredScopes::none(), now())
        .map_or_else(|refusal| refusal.code().as_str(), |_| "accepted")
}

#[track_caller]
fn assert_usable(signer: Signer, changes: &[(&str, Value)]) {
    let jwk = changes.iter().fold(signer.jwk(), |jwk, (name, value)| with(jwk, name, value.clone()));
    assert_eq!(verdict_with(signer, json!([jwk])), "accepted", "{changes:?}");
}

#[track_caller]
fn assert_unusable(signer: Signer, changes: &[(&str, Value)]) {
    let jwk = changes.iter().fold(signer.jwk(), |jwk, (name, value)| with(jwk, name, value.clone()));
    assert_eq!(verdict_with(signer, json!([jwk])), Code::UnsuitableKey.as_str(), "{changes:?}");
}

/// RFC7517-4.2-10, RFC7517-4.3-10, RFC7517-4.4-10, RFC7517-4-10.
#[test]
fn use_key_ops_and_alg_hold_a_key_to_its_purpose() {
    for signer in support::SIGNERS {
        assert_usable(signer, &[("use", json!("sig"))]);
        assert_usable(signer, &[("key_ops", json!(["verify"]))]);
        assert_usable(signer, &[("key_ops", json!(["sign", "verify"]))]);
        assert_usable(signer, &[("alg", json!(signer.algorithm()))]);
        assert_usable(signer, &[("unknown", json!({"y": 1}))]);
        for (name, value) in [
            ("use", json!("enc")),
            ("use", json!("SIG")),
            ("use", json!(1)),
            ("use", json!("")),
            ("key_ops", json!([])),
            ("key_ops", json!(["sign"])),
            ("key_ops", json!(["encrypt"])),
            ("key_ops", json!(["verify", "verify"])),
            ("key_ops", json!("verify")),
            ("key_ops", json!(["verify", 1])),
            ("alg", json!("PS256")),
            ("alg", json!("none")),
            ("alg", json!(1)),
            ("alg", json!("HS256")),
            ("kty", json!("oct")),
            ("kty", json!("rsa")),
            ("d", json!("AA")),
            ("k", json!("AA")),
        ] {
            assert_unusable(signer, &[(name, value)]);
        }
    }
}

/// RFC7518-3.3-10, RFC7518-6.3-10.
#[test]
fn rsa_keys_are_of_2048_to_8192_bits_with_an_odd_exponent() {
    let modulus = support::decode(support::published_keys::RSA_N);
    let n = |bytes: &[u8]| ("n", json!(support::encode(bytes)));
    assert_usable(Signer::Rsa, &[n(&[&[0][..], &modulus].concat())]);
    let even: Vec<u8> = [&modulus[..255], &[modulus[255] & 0xfe]].concat();
    let of_2047_bits: Vec<u8> = [&[modulus[0] & 0x7f | 0x40], &modulus[1..]].concat();
    let of_8193_bits = [&[1][..], &[0xff; 1024]].concat();
    for bad in [&even[..], &of_2047_bits, &modulus[..128], &of_8193_bits, &[], &[0; 300]] {
        assert_unusable(Signer::Rsa, &[n(bad)]);
    }
    for bad in [&[1][..], &[2], &[0], &[], &[1, 0, 0], &[1, 0, 0, 0, 1]] {
        assert_unusable(Signer::Rsa, &[("e", json!(support::encode(bad)))]);
    }
    for (name, bad) in [("n", json!("=")), ("n", json!(1)), ("e", json!("AQAB=")), ("e", json!(null))] {
        assert_unusable(Signer::Rsa, &[(name, bad)]);
    }
}

/// RFC7518-6.2-10.
#[test]
fn p256_points_are_on_the_curve_and_of_full_length() {
    let x = support::decode(support::published_keys::P256_X);
    let long = support::encode([&[0][..], &x].concat());
    for (name, bad) in [
        ("x", json!(support::encode(&x[1..]))),
        ("x", json!(long)),
        ("x", json!(support::encode([0; 32]))),
        ("y", json!(support::published_keys::P256_X)),
        ("crv", json!("P-384")),
        ("crv", json!("p-256")),
        ("crv", json!(null)),
        ("y", json!(null)),
    ] {
        assert_unusable(Signer::P256, &[(name, bad)]);
    }
    assert_unusable(Signer::P256, &[("x", json!(support::encode([0; 32]))), ("y", json!(support::encode([0; 32])))]);
}

/// RFC7518-6.2-10.
#[test]
fn the_large_curves_are_held_to_the_same() {
    use support::published_keys as keys;
    let good = json!({"kty": "EC", "crv": "P-521", "x": keys::P521_X, "y": keys::P521_Y});
    let usable =
        |jwk: Value| KeySet::from_json(json!({"keys": [jwk]}).to_string().as_bytes()).unwrap().has_usable_key();
    assert!(usable(good.clone()));
    let x = support::decode(keys::P521_X);
    let p = [&[1][..], &[0xff; 65]].concat();
    let sum = |one: &[u8]| {
        // One more p is the same residue in an encoding that is not the one.
        let mut carry = 0_u16;
        let mut digits: Vec<u8> = one
            .iter()
            .zip(&p)
            .rev()
            .map(|(a, b)| {
                let digit = u16::from(*a) + u16::from(*b) + carry;
                carry = digit >> 8;
                digit as u8
            })
            .collect();
        digits.reverse();
        digits
    };
    for (name, bad) in [
        ("x", x[1..].to_vec()),
        ("x", [&[0][..], &x].concat()),
        ("x", vec![0; 66]),
        ("x", sum(&x)),
        ("y", sum(&support::decode(keys::P521_Y))),
        ("y", x.clone()),
        ("x", p.clone()),
    ] {
        assert!(!usable(with(good.clone(), name, json!(support::encode(&bad)))), "{name} {bad:?}");
    }
    for crv in ["P-256", "P-384", "p-521", "secp521r1", "P-521 "] {
        assert!(!usable(with(good.clone(), "crv", json!(crv))), "{crv}");
    }
    assert!(!usable(
        json!({"kty": "EC", "crv": "P-384", "x": support::encode([0; 48]), "y": support::encode([0; 48])})
    ));
    assert!(!usable(with(good.clone(), "y", None)));
    assert!(!usable(with(good, "d", json!(keys::P521_D))));
}

/// RFC 8032 §5.1.3: y is below 2^255 - 19. Of the numbers above that fit into 255 bits, some are points when they are
/// reduced, so the refusal is for the encoding.
/// RFC8037-3.1-10.
#[test]
fn ed25519_keys_have_one_encoding() {
    let usable = |x: &[u8]| {
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": support::encode(x)});
        KeySet::from_json(json!({"keys": [jwk]}).to_string().as_bytes()).unwrap().has_usable_key()
    };
    let mut points = 0;
    for sign in [0, 0x80] {
        for y in 0_u8..19 {
            points += usize::from(usable(&[&[y][..], &[0; 30], &[sign]].concat()));
            assert!(!usable(&[&[0xed + y][..], &[0xff; 30], &[0x7f | sign]].concat()), "{y}");
        }
    }
    assert!(points > 4, "only {points} of the reduced numbers are points");
}

/// RFC8037-3.1-10.
#[test]
fn ed25519_keys_are_points_and_not_of_small_order() {
    let identity = [&[1][..], &[0; 31]].concat();
    let order_two = [&[0xec][..], &[0xff; 30], &[0x7f]].concat();
    let order_four = vec![0; 32];
    let no_point = [&[2][..], &[0; 31]].concat();
    for bad in [&identity[..], &order_two, &order_four, &no_point, &[1; 31], &[1; 33]] {
        assert_unusable(Signer::Ed25519, &[("x", json!(support::encode(bad)))]);
    }
    for crv in ["X25519", "Ed448", "ed25519"] {
        assert_unusable(Signer::Ed25519, &[("crv", json!(crv))]);
    }
}

/// RFC7517-5-10.
#[test]
fn one_bad_key_takes_nothing_from_the_others() {
    let good = Signer::P256.jwk();
    let junk =
        [json!(null), json!(1), json!({}), json!({"kty": 1}), json!({"kty": "RSA", "kid": "ec"}), json!({"kid": {}})];
    for bad in junk {
        assert_eq!(verdict_with(Signer::P256, json!([bad, good])), "accepted", "{bad}");
    }
    let duplicate = format!(r#"{{"keys":[{{"kty":"oct","kty":"EC","kid":"x"}},{good}]}}"#);
    let set = KeySet::from_json(duplicate.as_bytes()).unwrap();
    assert!(verify(good_token(Signer::P256).as_bytes(), &policy(), &set, &RequiredScopes::none(), now()).is_ok());
}

/// RFC7517-4-10.
#[test]
fn a_member_that_occurs_twice_makes_a_key_unusable() {
    let jwk = Signer::P256.jwk().to_string().replacen('{', r#"{"use":"sig","use":"sig","#, 1);
    let set = KeySet::from_json(format!(r#"{{"keys":[{jwk}]}}"#).as_bytes()).unwrap();
    let refusal =
        verify(good_token(Signer::P256).as_bytes(), &policy(), &set, &RequiredScopes::none(), now()).unwrap_err();
    assert_eq!(refusal.code(), Code::UnsuitableKey);
}

/// HARNESS-R3.
#[test]
fn without_kid_only_a_few_keys_are_tried() {
    let unnamed = with(Signer::P256.jwk(), "kid", None);
    let mut decoy = unnamed.clone();
    decoy["x"] = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4".into();
    decoy["y"] = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM".into();
    let header = with(support::good_header(Signer::P256), "kid", None);
    let token = support::mint(Signer::P256, &header, &support::good_claims());
    let judge = |decoys: usize| {
        let mut keys = vec![decoy.clone(); decoys];
        keys.push(unnamed.clone());
        let set = KeySet::from_json(json!({"keys": keys}).to_string().as_bytes()).unwrap();
        verify(token.as_bytes(), &policy(), &set, &RequiredScopes::none(), now())
            .map_or_else(|refusal| refusal.code().as_str(), |_| "accepted")
    };
    assert_eq!(judge(key::MAX_CANDIDATES - 1), "accepted");
    assert_eq!(judge(key::MAX_CANDIDATES), "invalid_signature");
}

#[test]
fn what_is_no_key_set_is_refused() {
    let large = format!(r#"{{"keys":[],"x":"{}"}}"#, "x".repeat(key::MAX_KEY_SET_BYTES));
    for text in ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[],"keys":[]}"#, "<html>", r#"{"keys":[]}x"#, &large] {
        assert!(KeySet::from_json(text.as_bytes()).is_err(), "{}", &text[..text.len().min(40)]);
    }
}

/// What a set may take of memory and time: its size as a whole, the keys that are looked at, the length of a name.
#[test]
fn the_caps_are_at_their_edges() {
    let padded = |bytes: usize| {
        let empty = json!({"keys": [], "x": ""}).to_string();
        json!({"keys": [], "x": "x".repeat(bytes - empty.len())}).to_string()
    };
    for (bytes, is_read) in [(key::MAX_KEY_SET_BYTES, true), (key::MAX_KEY_SET_BYTES + 1, false)] {
        assert_eq!(KeySet::from_json(padded(bytes).as_bytes()).is_ok(), is_read, "{bytes} bytes");
    }
    for (before, verdict) in [(key::MAX_KEYS - 1, "accepted"), (key::MAX_KEYS, Code::KeyNotFound.as_str())] {
        let mut keys = vec![json!({"kty": "OKP", "kid": "other"}); before];
        keys.push(Signer::Ed25519.jwk());
        assert_eq!(verdict_with(Signer::Ed25519, json!(keys)), verdict, "after {before} others");
    }
    for (bytes, verdict) in [(key::MAX_KID_BYTES, "accepted"), (key::MAX_KID_BYTES + 1, Code::KeyNotFound.as_str())] {
        let kid = json!("k".repeat(bytes));
        let header = with(support::good_header(Signer::Ed25519), "kid", kid.clone());
        let token = support::mint(Signer::Ed25519, &header, &support::good_claims());
        let keys = json!({"keys": [with(Signer::Ed25519.jwk(), "kid", kid)]}).to_string();
        let set = KeySet::from_json(keys.as_bytes()).unwrap();
        let judged = verify(token.as_bytes(), &policy(), &set, &RequiredScopes::none(), now());
        assert_eq!(judged.map_or_else(|refusal| refusal.code().as_str(), |_| "accepted"), verdict, "{bytes} bytes");
    }
}
