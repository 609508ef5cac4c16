//! The examples that the specifications publish, through the same keys and arithmetic as any token.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use countersign_validator::{
    Algorithm, Audience, Code, KeySet, Policy, Refusal, RequiredScopes, SymmetricKey, UnixTime,
    profile::{AT_JWT, JWT},
    verify,
};
use serde_json::json;

const RFC_7515_A_2: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
const RFC_7515_A_3: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
const RFC_8037_A_4: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

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
