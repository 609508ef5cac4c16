//! The examples that the specifications publish, through the same keys and arithmetic as any token.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use countersign_validator::{
    Algorithm, Audience, Code, KeySet, Policy, Refusal, RequiredScopes, SymmetricKey, UnixTime,
    profile::{AT_JWT, JWT},
    verify,
    verify::{Step, begin},
};
use serde_json::json;

const RFC_7515_A_2: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
const RFC_7515_A_3: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
const RFC_8037_A_4: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
const RFC_7515_A_1: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const RFC_7515_A_1_KEY: &str = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
const RFC_7515_A_4: &str = "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn";
const RFC_7515_A_4_X: &str = "AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk";
const RFC_7515_A_4_Y: &str = "ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2";
const RFC_7515_A_5: &str = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.";
/// RFC 7638 §3.1.
const RFC_7638_N: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

fn signature_verifies(jws: &str, algorithm: Algorithm) -> bool {
    let (input, signature) = jws.rsplit_once('.').unwrap();
    support::key_set().verify_signature(None, algorithm, input.as_bytes(), &support::decode(signature)).unwrap()
}

#[test]
fn rfc_7515_a_2_rs256() {
    assert!(signature_verifies(RFC_7515_A_2, Algorithm::Rs256));
}

#[test]
fn rfc_7515_a_3_es256() {
    assert!(signature_verifies(RFC_7515_A_3, Algorithm::Es256));
}

#[test]
fn rfc_8037_a_4_eddsa() {
    assert!(signature_verifies(RFC_8037_A_4, Algorithm::EdDsa));
    assert!(!signature_verifies(&RFC_8037_A_4.replace("RXhh", "SXhh"), Algorithm::EdDsa));
}

/// The JWTs of RFC 7515 are plain ones of the issuer `joe` that expire at 1300819380.
#[test]
fn the_jwts_of_rfc_7515_are_accepted_as_what_they_are() {
    let plain = Policy::new("joe", Audience::NotChecked).unwrap().with_tolerance_seconds(0).unwrap().with_profile(JWT);
    let judge = |token: &str, policy: &Policy, now| {
        verify(token.as_bytes(), policy, &support::key_set(), &RequiredScopes::none(), UnixTime::from_seconds(now))
            .map_or_else(|refusal| refusal.code().as_str(), |_| "accepted")
    };
    for token in [RFC_7515_A_2, RFC_7515_A_3] {
        assert_eq!(judge(token, &plain, 1_300_819_379), "accepted");
        assert_eq!(judge(token, &plain, 1_300_819_380), Code::TokenExpired.as_str());
        assert_eq!(judge(token, &plain.clone().with_profile(AT_JWT), 1_300_819_379), Code::InvalidType.as_str());
    }
}

/// RFC 7520 §4.1 to §4.4: the text is no JWT, so it is the bare signatures that are checked.
#[test]
fn the_signatures_of_rfc_7520_verify() {
    let examples: serde_json::Value = serde_json::from_str(include_str!("vectors/rfc7520.json")).unwrap();
    let examples = examples.as_array().unwrap();
    assert_eq!(examples.len(), 4);
    for example in examples {
        let algorithm = Algorithm::from_name(example["algorithm"].as_str().unwrap()).unwrap();
        let key = &example["key"];
        let kid = key["kid"].as_str().unwrap();
        let keys = match key["k"].as_str() {
            Some(secret) => {
                let secret = SymmetricKey::new(algorithm, support::decode(secret)).unwrap().with_kid(kid).unwrap();
                KeySet::symmetric(secret)
            }
            None => KeySet::from_json(json!({"keys": [key]}).to_string().as_bytes()).unwrap(),
        };
        let (input, signature) = example["jws"].as_str().unwrap().rsplit_once('.').unwrap();
        let signature = support::decode(signature);
        let verifies = |kid, input: &str| keys.verify_signature(kid, algorithm, input.as_bytes(), &signature);
        assert_eq!(verifies(Some(kid), input), Ok(true), "{algorithm}");
        assert_eq!(verifies(None, input), Ok(true), "{algorithm}");
        assert_eq!(verifies(Some(kid), &input[1..]), Ok(false), "{algorithm}");
        assert_eq!(verifies(Some("other"), input), Err(Refusal::NoKey), "{algorithm}");
    }
}

/// RFC 7515 A.1: with a shared secret, and nothing else (RFC 8725 §2.1).
#[test]
fn rfc_7515_a_1_hs256() {
    let secret = || SymmetricKey::new(Algorithm::Hs256, support::decode(RFC_7515_A_1_KEY)).unwrap();
    let plain = Policy::new("joe", Audience::NotChecked).unwrap().with_tolerance_seconds(0).unwrap().with_profile(JWT);
    let judge = |token: &str, policy: &Policy, keys: &KeySet| {
        verify(token.as_bytes(), policy, keys, &RequiredScopes::none(), UnixTime::from_seconds(1_300_819_379))
            .map_or_else(|refusal| refusal.code().as_str(), |_| "accepted")
    };
    let symmetric = plain.clone().with_symmetric_key(&secret());
    assert_eq!(judge(RFC_7515_A_1, &symmetric, &KeySet::symmetric(secret())), "accepted");
    assert_eq!(judge(RFC_7515_A_1, &plain, &support::key_set()), "unsupported_algorithm");
}

#[test]
fn rfc_7515_a_4_es512() {
    let jwk = json!({"kty": "EC", "crv": "P-521", "x": RFC_7515_A_4_X, "y": RFC_7515_A_4_Y});
    let keys = KeySet::from_json(json!({"keys": [jwk]}).to_string().as_bytes()).unwrap();
    let (input, signature) = RFC_7515_A_4.rsplit_once('.').unwrap();
    let verifies =
        |input: &str| keys.verify_signature(None, Algorithm::Es512, input.as_bytes(), &support::decode(signature));
    assert_eq!(verifies(input), Ok(true));
    assert_eq!(verifies(&input[1..]), Ok(false));
}

/// RFC 7515 A.5 to A.7: the unsecured token and the JSON serializations are no bearer tokens here.
#[test]
fn what_rfc_7515_allows_elsewhere_is_refused() {
    let plain = Policy::new("joe", Audience::NotChecked).unwrap().with_profile(JWT);
    let judge = |token: &str| {
        verify(
            token.as_bytes(),
            &plain,
            &support::key_set(),
            &RequiredScopes::none(),
            UnixTime::from_seconds(1_300_819_000),
        )
        .unwrap_err()
    };
    assert_eq!(judge(RFC_7515_A_5), Refusal::AlgorithmNotAllowed);
    let [header, payload, signature] = RFC_7515_A_3.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
    let flattened =
        json!({"payload": payload, "protected": header, "header": {"kid": "e9bc097a"}, "signature": signature});
    let general = json!({"payload": payload, "signatures": [{"protected": header, "signature": signature}]});
    for text in [flattened, general] {
        assert_eq!(judge(&text.to_string()), Refusal::ForeignCharacter);
    }
}

/// RFC 9068 §3, figure 2: header and claims as they stand there. Its signature is not published, so that ours is over them.
#[test]
fn the_token_of_rfc_9068_is_accepted_for_what_it_is() {
    let header = r#"{"typ":"at+JWT","alg":"RS256","kid":"RjEwOwOA"}"#;
    let claims = "{\n  \"iss\": \"https://authorization-server.example.com/\",\n  \"sub\": \"5ba552d67\",\n  \"aud\":   \"https://rs.example.com/\",\n  \"exp\": 1639528912,\n  \"iat\": 1618354090,\n  \"jti\" : \"dbe39bf3a3ba4238a513f51d6e1691c4\",\n  \"client_id\": \"s6BhdRkqt3\",\n  \"scope\": \"openid profile reademail\"\n}";
    let token = support::mint_bytes(support::Signer::Rsa, header.as_bytes(), claims.as_bytes());
    let jwk = support::with(support::Signer::Rsa.jwk(), "kid", json!("RjEwOwOA"));
    let keys = KeySet::from_json(json!({"keys": [jwk]}).to_string().as_bytes()).unwrap();
    let judge = |issuer: &str, audience: &str, scopes: &[&str], now| {
        let policy = Policy::new(issuer, [audience]).unwrap().with_tolerance_seconds(0).unwrap();
        let required = RequiredScopes::all_of(scopes.iter().copied()).unwrap();
        verify(token.as_bytes(), &policy, &keys, &required, UnixTime::from_seconds(now)).map_or_else(
            |refusal| refusal.code().as_str(),
            |token| if token.claims().subject_is_client() { "a client's" } else { "a user's" },
        )
    };
    let (issuer, audience) = ("https://authorization-server.example.com/", "https://rs.example.com/");
    for (scopes, now, expected) in [
        (&["openid", "reademail", "profile"][..], 1_618_354_090, "a user's"),
        (&[], 1_639_528_911, "a user's"),
        (&[], 1_639_528_912, "token_expired"),
        (&[], 1_618_354_089, "issued_in_future"),
        (&["email"], 1_618_354_090, "insufficient_scope"),
    ] {
        assert_eq!(judge(issuer, audience, scopes, now), expected);
    }
    assert_eq!(judge("https://authorization-server.example.com", audience, &[], 1_618_354_090), "invalid_issuer");
    assert_eq!(judge(issuer, "https://rs.example.com", &[], 1_618_354_090), "invalid_audience");
}

/// RFC 7638 §3.1: the text of a key that a host is given is the one that the thumbprint is made of.
#[test]
fn the_thumbprint_of_rfc_7638() {
    let jwk = json!({"kty": "RSA", "n": RFC_7638_N, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"});
    let keys = KeySet::from_json(json!({"keys": [jwk]}).to_string().as_bytes()).unwrap();
    let header = support::with(support::good_header(support::Signer::Rsa), "kid", json!("2011-04-29"));
    let token = support::mint(support::Signer::Rsa, &header, &support::good_claims());
    let step = begin(token.as_bytes(), &support::policy().into(), &keys, &RequiredScopes::none());
    let Step::CheckSignature(pending) = step else { panic!("not asked") };
    assert_eq!(support::sender::sha256(pending.jwk().unwrap()), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}
