//! Tokens, as they come and as header and claims.

use countersign_validator::{
    Code, RequiredScopes,
    verify::{Pending, Step, begin},
};

use super::common::{AUDIENCE, ISSUER, NOW, decode, encode, key_set, lines, now, other_reader, policy};

/// The text of a token.
pub fn token(data: &[u8]) {
    let step = begin(data, &policy(), &key_set(), &RequiredScopes::none());
    let Step::CheckSignature(pending) = step else {
        assert!(matches!(step, Step::Verdict(Err(_))), "no token is accepted before its signature");
        return;
    };
    one_text(data, &pending);
    signatures_decide(pending, data);
}

/// A header and claims, with a dot of line between them: what a fuzzer does not find behind base64url.
pub fn signed_token(data: &[u8]) {
    let [header, claims] = lines(data);
    token(format!("{}.{}.{}", encode(header), encode(claims), encode([7; 64])).as_bytes());
}

/// What was read, written again, is what came (RFC 7515 §7.1).
fn one_text(data: &[u8], pending: &Pending) {
    let written = [pending.input(), b".", encode(pending.signature()).as_bytes()].concat();
    assert_eq!(written, data, "a token has one text");
    let parts: Vec<&str> = core::str::from_utf8(data).unwrap().split('.').collect();
    assert_eq!(parts.len(), 3);
    assert!(parts.iter().all(|part| encode(decode(part)) == *part), "each part is canonical");
    let (Some(header), Some(claims)) = (other_reader(&decode(parts[0])), other_reader(&decode(parts[1]))) else {
        return;
    };
    assert_eq!(
        header["alg"].as_str().map(|name| name.replace("Ed25519", "EdDSA")),
        Some(pending.algorithm().name().to_owned())
    );
    assert!(["crit", "b64", "zip", "enc", "cty"].iter().all(|name| header.get(name).is_none()), "it changes nothing");
    assert!(header["typ"].as_str().unwrap().to_ascii_lowercase().ends_with("at+jwt"));
    assert_eq!(claims["iss"], ISSUER, "keys are chosen by the issuer that is read");
}

/// A wrong signature is never accepted; with a right one it is the claims that decide, and they are the ones that came.
fn signatures_decide(pending: Box<Pending>, data: &[u8]) {
    assert!(pending.check_signature().is_some(), "the arithmetic is there");
    let mut step = pending.finish(false, now());
    while let Step::CheckSignature(another) = step {
        step = another.finish(false, now());
    }
    let Step::Verdict(Err(refusal)) = step else { panic!("accepted with a wrong signature") };
    assert_eq!(refusal.code(), Code::InvalidSignature);
    let Step::CheckSignature(pending) = begin(data, &policy(), &key_set(), &RequiredScopes::none()) else {
        panic!("decided otherwise the second time")
    };
    let Step::Verdict(Ok(verified)) = pending.finish(true, now()) else { return };
    let Some(claims) = other_reader(verified.claims_json().as_bytes()) else { return };
    assert_eq!(claims["iss"], ISSUER);
    assert!(claims["exp"].as_f64().unwrap() >= NOW as f64, "it has not expired");
    assert!(claims.get("nbf").is_none_or(|nbf| nbf.as_f64().unwrap() <= NOW as f64), "it is valid by now");
    assert!(claims["iat"].as_f64().unwrap() <= NOW as f64, "it was issued before");
    let audience = &claims["aud"];
    assert!(audience == AUDIENCE || audience.as_array().unwrap().iter().any(|one| one == AUDIENCE), "it is for us");
    assert!(["sub", "client_id", "jti"].iter().all(|name| claims[name].is_string()), "RFC 9068 §2.2");
    assert!(claims.get("cnf").is_none(), "nobody has proved a key");
    let mut granted: Vec<&str> =
        claims["scope"].as_str().unwrap_or_default().split(' ').filter(|one| !one.is_empty()).collect();
    granted.sort_unstable();
    granted.dedup();
    assert_eq!(verified.claims().scopes().iter().collect::<Vec<_>>(), granted);
}
