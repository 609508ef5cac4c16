//! DPoP proofs (RFC 9449 §4.3), behind a token that is bound to their key.

use countersign_validator::{
    Code, Presentation, Requirements,
    dpop::{self, MAX_PROOF_BYTES},
    verify::{Step, begin_presented},
};
use serde_json::{Value, json};

use super::common::{AUDIENCE, ISSUER, NOW, URI, encode, key_set, lines, now, other_reader, policy, sha256};

/// Stands in the claims for the hash of the token, which no fuzzer would find.
pub const TOKEN_HASH: &str = "@ath";

/// Header and claims of a proof, a line each. The token names the key of the header, so that what follows is reached.
pub fn proof(data: &[u8]) {
    let [header, claims] = lines(data);
    let jwk = serde_json::from_slice::<Value>(header).unwrap_or_default()["jwk"].clone();
    let bound = token(&thumbprint(&jwk));
    let claims = String::from_utf8_lossy(claims).replace(TOKEN_HASH, &sha256(&bound));
    let proof = format!("{}.{}.{}", encode(header), encode(&claims), encode(signature_for(&jwk)));
    let request = dpop::Request::new(&[proof.as_bytes()], "GET", URI);
    let presentation = Presentation::dpop(request);
    let question = || {
        let step = begin_presented(bound.as_bytes(), &policy(), &key_set(), &Requirements::default(), &presentation);
        let Step::CheckSignature(pending) = step else { panic!("the token is good") };
        pending.finish(true, now())
    };
    match question() {
        Step::Verdict(Err(refusal)) => {
            let codes = [Code::InvalidDpopProof, Code::BoundTokenWithoutProof, Code::ClaimInvalid];
            assert!(codes.contains(&refusal.code()), "{refusal}");
        }
        Step::CheckSignature(pending) => {
            assert_eq!(pending.key_id(), None, "the key of a proof is kept for nobody");
            assert_eq!(pending.input(), proof.rsplit_once('.').unwrap().0.as_bytes());
            is_right(header, claims.as_bytes(), &bound);
            assert!(proof.len() <= MAX_PROOF_BYTES);
            assert!(matches!(pending.finish(false, now()), Step::Verdict(Err(_))), "accepted with a wrong signature");
            let Step::CheckSignature(pending) = question() else { panic!("decided otherwise the second time") };
            assert!(matches!(pending.finish(true, now()), Step::Verdict(Ok(_))), "refused though all was asked");
        }
        other => panic!("no such step after the token: {other:?}"),
    }
}

/// Octets that have the form of a signature by this key: as long as the modulus of an RSA key, and below it (RFC 8017 §8.2.2),
/// or 64.
fn signature_for(jwk: &Value) -> Vec<u8> {
    vec![7; jwk["n"].as_str().map_or(64, |modulus| modulus.len() * 3 / 4)]
}

/// The checks of RFC 9449 §4.3 that another reader can make.
fn is_right(header: &[u8], claims: &[u8], bound: &str) {
    let (Some(header), Some(claims)) = (other_reader(header), other_reader(claims)) else { return };
    assert!(header["typ"].as_str().unwrap().to_ascii_lowercase().ends_with("dpop+jwt"));
    assert!(!["none", "HS256", "HS384", "HS512"].contains(&header["alg"].as_str().unwrap()));
    assert!(["crit", "b64", "zip", "enc", "cty"].iter().all(|name| header.get(name).is_none()));
    assert!(["d", "k", "p"].iter().all(|name| header["jwk"].get(name).is_none()), "a private key was sent");
    assert_eq!(claims["htm"], "GET");
    assert!(claims["htu"].as_str().unwrap().to_ascii_lowercase().starts_with("https://api.example.com"));
    assert_eq!(claims["ath"], sha256(bound));
    assert!((1..=dpop::MAX_JTI_BYTES).contains(&claims["jti"].as_str().unwrap().len()));
    let age = NOW as f64 - claims["iat"].as_f64().unwrap();
    assert!((0.0..=f64::from(dpop::DEFAULT_MAX_AGE_SECONDS)).contains(&age), "{age} s old");
}

fn token(jkt: &str) -> String {
    let header = json!({"typ": "at+jwt", "alg": "ES256", "kid": "ec"});
    let claims = json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "s", "client_id": "c", "jti": "1", "iat": NOW, "exp": NOW + 300,
        "cnf": {"jkt": jkt},
    });
    format!("{}.{}.{}", encode(header.to_string()), encode(claims.to_string()), encode([7; 64]))
}

/// RFC 7638 §3; of a key that has none, one that fits no key.
fn thumbprint(jwk: &Value) -> String {
    let members: &[&str] = match jwk["kty"].as_str() {
        Some("RSA") => &["e", "kty", "n"],
        Some("EC") => &["crv", "kty", "x", "y"],
        _ => &["crv", "kty", "x"],
    };
    let members: Vec<String> = members.iter().map(|name| format!("\"{name}\":{}", jwk[name])).collect();
    sha256(format!("{{{}}}", members.join(",")))
}
