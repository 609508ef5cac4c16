//! One key, one algorithm (RFC 8725 §3.1), and shared secrets apart from public keys (RFC 8725 §2.1).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use countersign_validator::{
    Algorithm, Code, KeySet, Policy, Refusal, RequiredScopes, ResourceServer, SymmetricKey, challenge::Realm,
    key_source::KeySource, resource_server::Next, verify, verify::Step,
};
use jwt_compact::{
    Algorithm as _, AlgorithmSignature as _,
    alg::{Es256, Hs256, Hs256Key, Hs384, Hs384Key, Hs512, Hs512Key, Rsa},
};
use serde_json::{Value, json};
use support::{Signer, decode, encode, good_claims, now, published_keys as keys, sign_rsa, with};

const SECRET: [u8; 64] = [7; 64];

fn p384() -> p384::ecdsa::SigningKey {
    p384::ecdsa::SigningKey::from_slice(&[3; 48]).unwrap()
}

/// What the right key makes.
fn sign(algorithm: Algorithm, input: &[u8]) -> Vec<u8> {
    use p384::ecdsa::signature::Signer as _;
    match algorithm {
        Algorithm::Rs256 => sign_rsa(&Rsa::rs256(), input),
        Algorithm::Rs384 => sign_rsa(&Rsa::rs384(), input),
        Algorithm::Rs512 => sign_rsa(&Rsa::rs512(), input),
        Algorithm::Ps256 => sign_rsa(&Rsa::ps256(), input),
        Algorithm::Ps384 => sign_rsa(&Rsa::ps384(), input),
        Algorithm::Ps512 => sign_rsa(&Rsa::ps512(), input),
        Algorithm::Es256 => {
            let key = p256::ecdsa::SigningKey::from_slice(&decode(keys::P256_D)).unwrap();
            Es256.sign(&key, input).as_bytes().into_owned()
        }
        Algorithm::Es384 => {
            let signature: p384::ecdsa::Signature = p384().sign(input);
            signature.to_bytes().to_vec()
        }
        Algorithm::Es512 => {
            let key = p521::ecdsa::SigningKey::from_slice(&decode(keys::P521_D)).unwrap();
            let signature: p521::ecdsa::Signature = key.sign(input);
            signature.to_bytes().to_vec()
        }
        Algorithm::EdDsa => Signer::Ed25519.sign(input),
        Algorithm::Hs256 => Hs256.sign(&Hs256Key::new(SECRET), input).as_bytes().into_owned(),
        Algorithm::Hs384 => Hs384.sign(&Hs384Key::new(SECRET), input).as_bytes().into_owned(),
        Algorithm::Hs512 => Hs512.sign(&Hs512Key::new(SECRET), input).as_bytes().into_owned(),
        other => panic!("no key for {other}"),
    }
}

/// Every kind of public key that there is, with the algorithms that are for it.
fn public_keys() -> [(&'static [Algorithm], Value); 5] {
    use Algorithm::{EdDsa, Es256, Es384, Es512, Ps256, Ps384, Ps512, Rs256, Rs384, Rs512};
    let point = p384().verifying_key().to_encoded_point(false);
    let (x, y) = (encode(point.x().unwrap()), encode(point.y().unwrap()));
    [
        (&[Rs256, Rs384, Rs512, Ps256, Ps384, Ps512], Signer::Rsa.jwk()),
        (&[Es256], Signer::P256.jwk()),
        (&[Es384], json!({"kty": "EC", "kid": "p384", "crv": "P-384", "x": x, "y": y})),
        (&[Es512], json!({"kty": "EC", "kid": "p521", "crv": "P-521", "x": keys::P521_X, "y": keys::P521_Y})),
        (&[EdDsa], Signer::Ed25519.jwk()),
    ]
}

fn set(keys: &[Value]) -> KeySet {
    KeySet::from_json(json!({"keys": keys}).to_string().as_bytes()).unwrap()
}

fn symmetric(algorithm: Algorithm) -> SymmetricKey {
    SymmetricKey::new(algorithm, SECRET).unwrap()
}

fn symmetric_algorithms() -> impl Iterator<Item = Algorithm> {
    Algorithm::all().filter(|algorithm| algorithm.is_symmetric())
}

/// A token under this `alg`, with what the right key of `signed_by` makes.
fn token(alg: &str, kid: Option<&str>, signed_by: Algorithm) -> String {
    let header = with(json!({"typ": "at+jwt", "alg": alg}), "kid", kid.map(Value::from));
    let input = format!("{}.{}", encode(header.to_string()), encode(good_claims().to_string()));
    format!("{input}.{}", encode(sign(signed_by, input.as_bytes())))
}

fn code(token: &str, policy: &Policy, keys: &KeySet) -> &'static str {
    verify(token.as_bytes(), policy, keys, &RequiredScopes::none(), now())
        .map_or_else(|refusal| refusal.code().as_str(), |_| "accepted")
}

fn every_public_algorithm() -> Policy {
    let all: Vec<_> = Algorithm::all().filter(|algorithm| !algorithm.is_symmetric()).collect();
    support::policy().with_algorithms(all).unwrap()
}

/// Each signature under each algorithm with each kind of key: only the one right triple verifies.
/// RFC8725-3.1-10.
#[test]
fn only_the_right_pair_of_algorithm_and_key_verifies() {
    let input = b"what is signed";
    let mut sets: Vec<(Vec<Algorithm>, KeySet)> =
        public_keys().into_iter().map(|(algorithms, jwk)| (algorithms.to_vec(), set(&[jwk]))).collect();
    sets.extend(symmetric_algorithms().map(|algorithm| (vec![algorithm], KeySet::symmetric(symmetric(algorithm)))));
    assert_eq!(sets.iter().map(|(algorithms, _)| algorithms.len()).sum::<usize>(), Algorithm::all().count());
    for made_by in Algorithm::all() {
        let signature = sign(made_by, input);
        for checked_as in Algorithm::all() {
            for (algorithms, keys) in &sets {
                let expected = match algorithms.contains(&checked_as) {
                    true => Ok(checked_as == made_by),
                    // Without `kid` no key was named that could be unsuitable.
                    false => Err(Refusal::NoKey),
                };
                let got = keys.verify_signature(None, checked_as, input, &signature);
                assert_eq!(got, expected, "made by {made_by}, checked as {checked_as}, {keys:?}");
            }
        }
    }
}

/// The same through whole tokens, under a policy that allows every algorithm with public keys, and all keys in one set.
/// RFC8725-3.1-10, RFC8725BIS-3-21.
#[test]
fn only_the_right_pair_is_accepted() {
    let policy = every_public_algorithm();
    let everything = set(&public_keys().map(|(_, jwk)| jwk));
    for alg in Algorithm::all() {
        for (algorithms, jwk) in public_keys() {
            for signed_by in algorithms {
                let expected = match (alg.is_symmetric(), algorithms.contains(&alg), alg == *signed_by) {
                    (true, ..) => "unsupported_algorithm",
                    (_, false, _) => "unsuitable_key",
                    (_, _, false) => "invalid_signature",
                    (_, _, true) => "accepted",
                };
                let token = token(alg.name(), jwk["kid"].as_str(), *signed_by);
                assert_eq!(code(&token, &policy, &everything), expected, "{alg} by {signed_by}");
            }
        }
    }
}

/// A key that names its algorithm is for that one alone (RFC 7517 §4.4).
/// RFC7517-4.4-10, RFC8725BIS-3-21.
#[test]
fn an_rsa_key_that_names_an_algorithm_verifies_no_other() {
    let (algorithms, jwk) = public_keys().into_iter().next().unwrap();
    for own in algorithms {
        let keys = set(&[with(jwk.clone(), "alg", json!(own.name()))]);
        for alg in algorithms {
            let expected = if alg == own { "accepted" } else { "unsuitable_key" };
            let token = token(alg.name(), Some("rsa"), *alg);
            assert_eq!(code(&token, &every_public_algorithm(), &keys), expected, "{alg} by a key for {own}");
        }
    }
}

/// RFC8725-3.1-11, RFC9068-2.1-20.
#[test]
fn the_default_is_what_every_build_verifies() {
    use Algorithm::{EdDsa, Es256, Ps256, Rs256};
    assert_eq!(support::policy().algorithms(), [Rs256, Ps256, Es256, EdDsa]);
    let everything = set(&public_keys().map(|(_, jwk)| jwk));
    for alg in Algorithm::all() {
        let expected = if [Rs256, Ps256, Es256, EdDsa].contains(&alg) { "accepted" } else { "unsupported_algorithm" };
        assert_eq!(code(&token(alg.name(), None, alg), &support::policy(), &everything), expected, "{alg}");
    }
}

/// RFC7518-3.6-10, RFC8725-3.2-20, RFC8037-3.1-10.
#[test]
fn names_are_exact_and_ed25519_has_two() {
    for algorithm in Algorithm::all() {
        let name = algorithm.name();
        assert_eq!(Algorithm::from_name(name), Some(algorithm));
        for other in [name.to_lowercase(), format!("{name} "), format!(" {name}"), format!("{name}\0")] {
            assert_eq!(Algorithm::from_name(&other), None, "{other:?}");
        }
    }
    for name in ["none", "", "RS1", "ES256K", "Ed448", "ed25519", "HS1", "ESP256"] {
        assert_eq!(Algorithm::from_name(name), None, "{name}");
    }
    assert_eq!(Algorithm::from_name("Ed25519"), Some(Algorithm::EdDsa));
    assert_eq!(Algorithm::EdDsa.name(), "EdDSA");
    for alg in ["EdDSA", "Ed25519"] {
        for own in [None, Some("EdDSA"), Some("Ed25519")] {
            let keys = set(&[with(Signer::Ed25519.jwk(), "alg", own.map(Value::from))]);
            let token = token(alg, Some("ed"), Algorithm::EdDsa);
            let verified = verify(token.as_bytes(), &support::policy(), &keys, &RequiredScopes::none(), now()).unwrap();
            assert!(verified.header_json().contains(alg), "the name stays as it was sent");
        }
    }
}

/// RFC 7518 §3.2: as long as the hash.
/// RFC7518-3.2-10, RFC8725-3.5-20.
#[test]
fn a_shared_secret_is_as_long_as_the_hash() {
    for (algorithm, bytes) in [(Algorithm::Hs256, 32), (Algorithm::Hs384, 48), (Algorithm::Hs512, 64)] {
        for long_enough in [bytes, bytes + 1, 200] {
            assert!(SymmetricKey::new(algorithm, vec![1; long_enough]).is_ok(), "{algorithm} {long_enough}");
        }
        for too_short in [0, 1, bytes - 1] {
            let error = SymmetricKey::new(algorithm, vec![1; too_short]).unwrap_err();
            assert!(error.to_string().contains(&bytes.to_string()), "{error}");
        }
    }
    for algorithm in Algorithm::all().filter(|algorithm| !algorithm.is_symmetric()) {
        assert!(SymmetricKey::new(algorithm, SECRET).is_err(), "{algorithm}");
    }
    assert!(symmetric(Algorithm::Hs256).with_kid("k".repeat(256)).is_ok());
    assert!(symmetric(Algorithm::Hs256).with_kid("k".repeat(257)).is_err());
}

/// RFC7518-3.2-10.
#[test]
fn a_symmetric_configuration_accepts_its_one_algorithm() {
    for own in symmetric_algorithms() {
        let policy = support::policy().with_symmetric_key(&symmetric(own));
        let keys = KeySet::symmetric(symmetric(own));
        for alg in Algorithm::all() {
            let expected = if alg == own { "accepted" } else { "unsupported_algorithm" };
            assert_eq!(code(&token(alg.name(), None, alg), &policy, &keys), expected, "{alg}, configured {own}");
        }
        let good = token(own.name(), None, own);
        let (input, code_text) = good.rsplit_once('.').unwrap();
        let mac = decode(code_text);
        let flipped = [&[mac[0] ^ 1][..], &mac[1..]].concat();
        for wrong in [&flipped[..], &mac[..mac.len() - 1], &mac[..mac.len() / 2], &[], &[&mac[..], &[0]].concat()] {
            assert_eq!(code(&format!("{input}.{}", encode(wrong)), &policy, &keys), "invalid_signature");
        }
        let source = KeySource::given(KeySet::symmetric(symmetric(own))).unwrap();
        let mut server = ResourceServer::new(policy.clone(), source, Realm::default());
        for seen in ["first", "again"] {
            assert!(server.verify_at_hand(good.as_bytes(), &RequiredScopes::none(), now()).is_ok(), "{own} {seen}");
        }
        let other_secret = KeySet::symmetric(SymmetricKey::new(own, [8; 64]).unwrap());
        assert_eq!(code(&good, &policy, &other_secret), "invalid_signature");
    }
}

#[test]
fn a_shared_secret_has_at_most_one_name() {
    let policy = support::policy().with_symmetric_key(&symmetric(Algorithm::Hs256));
    let named = KeySet::symmetric(symmetric(Algorithm::Hs256).with_kid("one").unwrap());
    let unnamed = KeySet::symmetric(symmetric(Algorithm::Hs256));
    for (kid, with_name, without_name) in [
        (None, "accepted", "accepted"),
        (Some("one"), "accepted", "key_not_found"),
        (Some("two"), "key_not_found", "key_not_found"),
    ] {
        let token = token("HS256", kid, Algorithm::Hs256);
        assert_eq!(code(&token, &policy, &named), with_name, "{kid:?}");
        assert_eq!(code(&token, &policy, &unnamed), without_name, "{kid:?}");
    }
}

/// The public key as the secret of an HMAC (RFC 8725 §2.1), and the secret in a set of public keys.
/// RFC8725-2.1-10.
#[test]
fn public_keys_and_secrets_never_mix() {
    for algorithm in symmetric_algorithms() {
        let error = support::policy().with_algorithms([Algorithm::Rs256, algorithm]).unwrap_err();
        assert_eq!(error.option(), "algorithms");
        assert!(error.to_string().contains(algorithm.name()), "{error}");
        let secret = json!({"kty": "oct", "kid": "secret", "alg": algorithm.name(), "use": "sig", "k": encode(SECRET)});
        assert!(!set(std::slice::from_ref(&secret)).has_usable_key());
        let mixed = set(&[secret, Signer::Rsa.jwk()]);
        let policy = support::policy().with_symmetric_key(&symmetric(algorithm));
        let good = token(algorithm.name(), Some("secret"), algorithm);
        assert_eq!(code(&good, &policy, &mixed), "unsuitable_key", "an `oct` key of a JWK Set verifies");
        assert_eq!(code(&good, &support::policy(), &mixed), "unsupported_algorithm");
    }
    let jwk = Signer::Rsa.jwk();
    for secret in [jwk.to_string().into_bytes(), decode(keys::RSA_N), keys::RSA_N.as_bytes().to_vec()] {
        let header = json!({"typ": "at+jwt", "alg": "HS256", "kid": "rsa"});
        let input = format!("{}.{}", encode(header.to_string()), encode(good_claims().to_string()));
        let mac = Hs256.sign(&Hs256Key::new(&secret), input.as_bytes());
        let forged = format!("{input}.{}", encode(mac.as_bytes()));
        assert_eq!(code(&forged, &every_public_algorithm(), &set(std::slice::from_ref(&jwk))), "unsupported_algorithm");
        let symmetric = support::policy().with_symmetric_key(&symmetric(Algorithm::Hs256));
        assert_eq!(code(&forged, &symmetric, &set(std::slice::from_ref(&jwk))), "unsuitable_key");
    }
}

/// RFC9700-4.9.3-10.
#[test]
fn no_text_shows_a_secret() {
    let key = SymmetricKey::new(Algorithm::Hs256, b"marker-marker-marker-marker-marker").unwrap();
    let policy = support::policy().with_symmetric_key(&key);
    let mut texts = vec![format!("{key:?}"), format!("{policy:?}")];
    let keys = KeySet::symmetric(key);
    texts.push(format!("{keys:?}"));
    let good = token("HS256", None, Algorithm::Hs256);
    let step = verify::begin(good.as_bytes(), &policy.clone().into(), &keys, &RequiredScopes::none());
    texts.push(format!("{step:?}"));
    let Step::CheckSignature(pending) = step else { panic!("not asked") };
    assert_eq!(pending.jwk(), None, "a host is never given a secret");
    texts.push(format!("{:?}", ResourceServer::new(policy, KeySource::given(keys).unwrap(), Realm::default())));
    let numbers = format!("{:?}", b"marker").trim_matches(['[', ']']).to_owned();
    for text in texts {
        assert!(!text.contains("marker") && !text.contains(&numbers), "{text}");
    }
}

/// Where neither host nor core can check a signature, the algorithm is what is wrong, not the token.
#[test]
fn a_signature_that_nobody_can_check_is_of_an_unsupported_algorithm() {
    let (_, jwk) = public_keys().into_iter().nth(2).unwrap();
    let source = KeySource::given(set(&[jwk])).unwrap();
    let mut server = ResourceServer::new(every_public_algorithm(), source, Realm::default());
    let good = token("ES384", Some("p384"), Algorithm::Es384);
    for (answer, expected) in
        [(None, Some(Code::UnsupportedAlgorithm)), (Some(false), Some(Code::InvalidSignature)), (Some(true), None)]
    {
        let Next::CheckSignature(pending) = server.begin(good.as_bytes(), &RequiredScopes::none(), now()) else {
            panic!("not asked")
        };
        let Next::Verdict(verdict) = server.finish(pending, answer, now()) else { panic!("asked again") };
        assert_eq!(verdict.err().map(|refusal| refusal.code()), expected);
    }
    let again = server.begin(good.as_bytes(), &RequiredScopes::none(), now());
    assert!(matches!(again, Next::Verdict(Ok(_))), "only the good answer is remembered");
    assert!(Algorithm::all().all(Algorithm::has_arithmetic), "the native crate checks every algorithm itself");
}

/// Some hosts take a signature of ECDSA in DER, or one with zeros before it, and find it right (RFC 7518 §3.4: two numbers, each as
/// long as the order of the curve).
#[test]
fn a_host_that_takes_other_lengths_is_not_believed() {
    let keys: Vec<_> = public_keys().into_iter().map(|(_, jwk)| jwk).collect();
    for (alg, kid, octets) in [("ES256", None, 64), ("ES384", Some("p384"), 96), ("ES512", Some("p521"), 132)] {
        let header = with(json!({"typ": "at+jwt", "alg": alg}), "kid", kid.map(Value::from));
        let input = format!("{}.{}", encode(header.to_string()), encode(good_claims().to_string()));
        for length in [0, octets - 1, octets, octets + 1, octets + 7] {
            let source = KeySource::given(set(&keys)).unwrap();
            let mut server = ResourceServer::new(every_public_algorithm(), source, Realm::default());
            let token = format!("{input}.{}", encode(vec![7; length]));
            let Next::CheckSignature(pending) = server.begin(token.as_bytes(), &RequiredScopes::none(), now()) else {
                panic!("{alg}: not asked")
            };
            let Next::Verdict(verdict) = server.finish(pending, true, now()) else { panic!("{alg}: asked again") };
            assert_eq!(verdict.is_ok(), length == octets, "{alg} with {length} octets");
        }
    }
}

/// A host imports these texts, so they have the members that make the key, at full length.
#[test]
fn a_host_is_given_the_key_as_it_came() {
    for (algorithms, jwk) in public_keys() {
        let policy = every_public_algorithm().into();
        let token = token(algorithms[0].name(), None, algorithms[0]);
        let step = verify::begin(token.as_bytes(), &policy, &set(std::slice::from_ref(&jwk)), &RequiredScopes::none());
        let Step::CheckSignature(pending) = step else { panic!("not asked") };
        let given: Value = serde_json::from_str(&pending.jwk().unwrap()).unwrap();
        assert_eq!(given, with(jwk, "kid", None));
    }
}
