//! Requests with sender-constrained tokens and the code that each must get: one table, each row with the id of the
//! statement that it tests.

use std::collections::BTreeSet;

use countersign_validator::{
    CertificateThumbprint, Policy, Refusal, Request, RequiredAuthentication, Requirements, ResourceServer, UnixTime,
    VerifiedToken,
    challenge::Realm,
    dpop::{Dpop, NonceSource},
    key_source::KeySource,
    resource_server::Next,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{NOW, Signer, encode, good_claims, good_header, mint, mint_bytes, with};

pub const URI: &str = "https://api.example.com/orders/7";
/// Any octets: no certificate is ever parsed.
pub const CERTIFICATE: &[u8] = b"the DER encoding of a self-signed certificate";

/// A request as it is sent.
#[derive(Debug, Clone)]
pub struct Sent {
    pub scheme: &'static str,
    pub token: String,
    pub proofs: Vec<String>,
    pub method: &'static str,
    pub uri: String,
    pub certificate: Option<CertificateThumbprint>,
}

pub struct Case {
    pub statement: &'static str,
    pub name: String,
    pub sent: Sent,
    pub policy: Policy,
    /// `"accepted"` or a code.
    pub expected: &'static str,
}

pub fn sha256(bytes: impl AsRef<[u8]>) -> String {
    encode(Sha256::digest(bytes.as_ref()))
}

/// RFC 7638 §3, written down anew: the required members in the order of their names, without white space.
pub fn thumbprint(signer: Signer) -> String {
    let jwk = signer.jwk();
    let members: &[&str] = match signer {
        Signer::Rsa => &["e", "kty", "n"],
        Signer::P256 => &["crv", "kty", "x", "y"],
        Signer::Ed25519 => &["crv", "kty", "x"],
    };
    let members: Vec<String> = members.iter().map(|name| format!("\"{name}\":{}", jwk[name])).collect();
    sha256(format!("{{{}}}", members.join(",")))
}

pub fn dpop_policy() -> Policy {
    super::policy().with_dpop(Dpop::default())
}

/// A token that is bound as this `cnf` says.
pub fn bound(cnf: Value) -> String {
    mint(Signer::P256, &good_header(Signer::P256), &with(good_claims(), "cnf", cnf))
}

pub fn bound_to(signer: Signer) -> String {
    bound(json!({"jkt": thumbprint(signer)}))
}

/// The published members of a key: no `kid`.
pub fn public(signer: Signer) -> Value {
    with(signer.jwk(), "kid", None)
}

pub fn proof_header(signer: Signer) -> Value {
    json!({"typ": "dpop+jwt", "alg": signer.algorithm(), "jwk": public(signer)})
}

pub fn proof_claims(token: &str) -> Value {
    json!({"jti": "e1j3V_bKic8-LAEB", "htm": "GET", "htu": URI, "iat": NOW, "ath": sha256(token)})
}

pub fn proof(signer: Signer, token: &str) -> String {
    mint(signer, &proof_header(signer), &proof_claims(token))
}

/// A good request with scheme `DPoP`.
pub fn good(signer: Signer) -> Sent {
    let token = bound_to(signer);
    let proofs = vec![proof(signer, &token)];
    Sent { scheme: "DPoP", token, proofs, method: "GET", uri: URI.into(), certificate: None }
}

/// A request with scheme `Bearer`.
pub fn bearer(token: String, certificate: Option<&[u8]>) -> Sent {
    let certificate = certificate.map(CertificateThumbprint::of_der);
    Sent { scheme: "Bearer", token, proofs: Vec::new(), method: "GET", uri: URI.into(), certificate }
}

/// The verdict, with a store that remembers in `seen`.
pub fn judge(
    sent: &Sent,
    policy: &Policy,
    required: &Requirements,
    now: UnixTime,
    seen: &mut BTreeSet<String>,
) -> Result<VerifiedToken, Refusal> {
    let source = KeySource::given(super::key_set()).unwrap();
    let mut server = ResourceServer::new(policy.clone(), source, Realm::default());
    let authorization = format!("{} {}", sent.scheme, sent.token);
    let proofs: Vec<&[u8]> = sent.proofs.iter().map(String::as_bytes).collect();
    let request = Request {
        authorization: &[authorization.as_bytes()],
        dpop: &proofs,
        method: sent.method,
        uri: &sent.uri,
        certificate: sent.certificate,
    };
    let mut next = server.begin_presented(&request, required, now);
    loop {
        next = match next {
            Next::Verdict(verdict) => return verdict,
            Next::CheckSignature(pending) => {
                let valid = pending.check_signature();
                server.finish(pending, valid, now)
            }
            Next::Remember(remember) => {
                let is_first = seen.insert(remember.replay().key().to_owned());
                remember.finish(is_first, now).into()
            }
            Next::Fetch(_) | Next::Wait(_) => panic!("the keys are given"),
        };
    }
}

pub fn code(verdict: Result<VerifiedToken, Refusal>) -> &'static str {
    verdict.map_or_else(|refusal| refusal.code().as_str(), |_| "accepted")
}

pub fn run(case: &Case) -> &'static str {
    code(judge(&case.sent, &case.policy, &Requirements::default(), super::now(), &mut BTreeSet::new()))
}

pub fn cases() -> Vec<Case> {
    [schemes(), forms(), keys(), claims(), times(), nonces(), certificates()].into_iter().flatten().collect()
}

fn case(statement: &'static str, name: impl Into<String>, sent: Sent, expected: &'static str) -> Case {
    Case { statement, name: name.into(), sent, policy: dpop_policy(), expected }
}

const ED: Signer = Signer::Ed25519;

/// The good request with another proof.
fn proved_by(proof: impl Into<String>) -> Sent {
    Sent { proofs: vec![proof.into()], ..good(ED) }
}

fn proof_with_parameter(name: &str, value: impl Into<Option<Value>>) -> Sent {
    let token = bound_to(ED);
    proved_by(mint(ED, &with(proof_header(ED), name, value), &proof_claims(&token)))
}

pub fn proof_with_claim(name: &str, value: impl Into<Option<Value>>) -> Sent {
    let token = bound_to(ED);
    proved_by(mint(ED, &proof_header(ED), &with(proof_claims(&token), name, value)))
}

fn schemes() -> Vec<Case> {
    let plain = super::good_token(Signer::P256);
    let required = super::policy().with_dpop(Dpop::default().required());
    let mut cases: Vec<Case> = super::SIGNERS
        .iter()
        .map(|signer| case("RFC9449-7.1-10", signer.algorithm(), good(*signer), "accepted"))
        .collect();
    cases.extend([
        case("RFC9449-7.1-11", "the scheme in lower case", Sent { scheme: "dpop", ..good(ED) }, "accepted"),
        case("RFC9449-7.1-11", "several spaces", Sent { scheme: "DPoP  ", ..good(ED) }, "accepted"),
        case("RFC9449-7.1-11", "a tab", Sent { scheme: "DPoP\t", ..good(ED) }, "malformed_request"),
        case("RFC9449-7.1-11", "two words", Sent { scheme: "DPoP x", ..good(ED) }, "malformed_request"),
        case("RFC9449-7.1-11", "no token", Sent { token: String::new(), ..good(ED) }, "malformed_request"),
        case("RFC9449-7.2-11", "joined with Bearer", Sent { scheme: "Bearer a, DPoP", ..good(ED) }, "multiple_tokens"),
        case("RFC9449-7.2-11", "joined after DPoP", Sent { scheme: "DPoP a, Bearer", ..good(ED) }, "multiple_tokens"),
        case("RFC9449-7.1-10", "no proof", Sent { proofs: Vec::new(), ..good(ED) }, "invalid_dpop_proof"),
        case("RFC9449-7.2-10", "bound, as Bearer", bearer(bound_to(ED), None), "bound_token_without_proof"),
        case(
            "RFC9449-7.2-10",
            "bound, as Bearer, with a proof",
            Sent { scheme: "Bearer", ..good(ED) },
            "bound_token_without_proof",
        ),
        case("RFC9449-7.2-10", "not bound, as Bearer", bearer(plain.clone(), None), "accepted"),
        case(
            "RFC9449-4.3-54",
            "not bound, as DPoP",
            Sent { proofs: vec![proof(ED, &plain)], token: plain.clone(), ..good(ED) },
            "claim_missing",
        ),
        Case {
            policy: required.clone(),
            ..case("RFC9449-7.2-10", "not bound, where DPoP is required", bearer(plain, None), "claim_missing")
        },
        Case {
            policy: required.clone(),
            ..case(
                "RFC9449-7.2-10",
                "bound, as Bearer, where DPoP is required",
                bearer(bound_to(ED), None),
                "bound_token_without_proof",
            )
        },
        Case {
            policy: required.clone(),
            ..case(
                "RFC9449-7.2-10",
                "bound to a certificate only, where DPoP is required",
                bearer(bound(json!({"x5t#S256": sha256(CERTIFICATE)})), Some(CERTIFICATE)),
                "claim_missing",
            )
        },
        Case { policy: required, ..case("RFC9449-7.1-10", "DPoP where it is required", good(ED), "accepted") },
        Case {
            policy: super::policy(),
            ..case("RFC9449-7.1-10", "DPoP where the policy has none", good(ED), "missing_token")
        },
        Case {
            policy: super::policy(),
            ..case(
                "RFC9449-7.1-10",
                "no token either, where the policy has no DPoP",
                Sent { token: "x".into(), ..good(ED) },
                "missing_token",
            )
        },
    ]);
    cases
}

fn forms() -> Vec<Case> {
    let token = bound_to(ED);
    let good_proof = proof(ED, &token);
    let parts: Vec<&str> = good_proof.split('.').collect();
    let [header, claims, signature] = parts[..] else { unreachable!("three parts") };
    let header_text = |text: &str| mint_bytes(ED, text.as_bytes(), proof_claims(&token).to_string().as_bytes());
    let twice = format!(r#"{{"typ":"dpop+jwt","alg":"EdDSA","alg":"EdDSA","jwk":{}}}"#, public(ED));
    let mut cases = vec![
        ("twice", Sent { proofs: vec![good_proof.clone(); 2], ..good(ED) }),
        ("twice, joined", proved_by(format!("{good_proof}, {good_proof}"))),
        ("two different", Sent { proofs: vec![good_proof.clone(), "x".into()], ..good(ED) }),
        ("empty", proved_by("")),
        ("no JWT", proved_by("x")),
        ("two parts", proved_by(format!("{header}.{claims}"))),
        ("five parts", proved_by(format!("{good_proof}.a.b"))),
        ("padded", proved_by(format!("{header}=.{claims}.{signature}"))),
        ("a space inside", proved_by(format!("{header}. {claims}.{signature}"))),
        ("a member twice", proved_by(header_text(&twice))),
        ("no header", proved_by(header_text("[]"))),
        ("no claims", proved_by(mint_bytes(ED, proof_header(ED).to_string().as_bytes(), b"1"))),
        ("crit", proof_with_parameter("crit", json!(["x"]))),
        ("b64", proof_with_parameter("b64", json!(true))),
        ("cty", proof_with_parameter("cty", json!("JWT"))),
        ("no typ", proof_with_parameter("typ", None)),
        ("typ JWT", proof_with_parameter("typ", json!("JWT"))),
        ("typ at+jwt", proof_with_parameter("typ", json!("at+jwt"))),
        ("typ is a number", proof_with_parameter("typ", json!(1))),
        ("the token as proof", proved_by(token.clone())),
        ("too long", proof_with_claim("x", json!("x".repeat(8 * 1024)))),
        ("one bit of the signature", {
            let mut flipped = super::decode(signature);
            flipped[10] ^= 1;
            proved_by(format!("{header}.{claims}.{}", encode(flipped)))
        }),
        ("no signature", proved_by(format!("{header}.{claims}."))),
        ("signed by another key", {
            let input = format!("{header}.{claims}");
            proved_by(format!("{input}.{}", encode(Signer::P256.sign(input.as_bytes()))))
        }),
    ]
    .into_iter()
    .map(|(name, sent)| case("RFC9449-4.3-50", name, sent, "invalid_dpop_proof"))
    .collect::<Vec<_>>();
    cases.extend([
        case("RFC9449-4.3-50", "white space around", proved_by(format!(" {good_proof} ")), "accepted"),
        case("RFC9449-4.3-50", "typ in upper case", proof_with_parameter("typ", json!("DPOP+JWT")), "accepted"),
        case("RFC9449-4.3-50", "typ in full", proof_with_parameter("typ", json!("application/dpop+jwt")), "accepted"),
        case("RFC9449-4.3-50", "an unknown parameter", proof_with_parameter("x", json!(1)), "accepted"),
        case("RFC9449-4.3-50", "an unknown claim", proof_with_claim("x", json!(1)), "accepted"),
    ]);
    cases
}

fn keys() -> Vec<Case> {
    let jwk = |jwk: Value| proof_with_parameter("jwk", jwk);
    let member = |name, value: Value| jwk(with(public(ED), name, value));
    let mut cases: Vec<Case> = [
        ("no jwk", proof_with_parameter("jwk", None)),
        ("jwk is a text", jwk(json!(public(ED).to_string()))),
        ("jwk is empty", jwk(json!({}))),
        ("a symmetric key", jwk(json!({"kty": "oct", "k": "AAAA"}))),
        ("a private key", member("d", json!("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"))),
        ("a private member that is null", member("d", json!(null))),
        ("a key for encryption", member("use", json!("enc"))),
        ("a key for another algorithm", member("alg", json!("ES256"))),
        ("key operations without verify", member("key_ops", json!(["sign"]))),
        ("a point of small order", member("x", json!(encode([0; 32])))),
        ("a coordinate with padding", member("x", json!(format!("{}=", super::published_keys::ED25519_X)))),
        ("a key of another kind", jwk(public(Signer::P256))),
        ("alg none", proof_with_parameter("alg", json!("none"))),
        ("alg HS256", proof_with_parameter("alg", json!("HS256"))),
        ("alg absent", proof_with_parameter("alg", None)),
        ("alg of another kind", proof_with_parameter("alg", json!("ES256"))),
        ("alg in lower case", proof_with_parameter("alg", json!("eddsa"))),
    ]
    .into_iter()
    .map(|(name, sent)| case("RFC9449-4.3-50", name, sent, "invalid_dpop_proof"))
    .collect();
    let other = {
        let token = bound_to(ED);
        Sent { proofs: vec![proof(Signer::P256, &token)], token, ..good(ED) }
    };
    let cnf = |cnf: Value| {
        let token = bound(cnf);
        Sent { proofs: vec![proof(ED, &token)], token, ..good(ED) }
    };
    let jkt = thumbprint(ED);
    // One RSA key is for six algorithms, unless it names its own (RFC 7517 §4.4).
    let named = |name: &str| {
        let token = bound_to(Signer::Rsa);
        let header = with(proof_header(Signer::Rsa), "jwk", with(public(Signer::Rsa), "alg", json!(name)));
        Sent { proofs: vec![mint(Signer::Rsa, &header, &proof_claims(&token))], token, ..good(Signer::Rsa) }
    };
    cases.extend([
        case("RFC9449-4.3-50", "a key for RS256, as RS256", named("RS256"), "accepted"),
        case("RFC9449-4.3-50", "a key for PS256, as RS256", named("PS256"), "invalid_dpop_proof"),
        case("RFC9449-4.3-54", "another key", other, "bound_token_without_proof"),
        case(
            "RFC9449-4.3-54",
            "the thumbprint does not depend on other members",
            member("kid", json!("x")),
            "accepted",
        ),
        case("RFC9449-4.3-54", "jkt with padding", cnf(json!({"jkt": format!("{jkt}=")})), "claim_invalid"),
        case("RFC9449-4.3-54", "jkt too short", cnf(json!({"jkt": &jkt[..42]})), "claim_invalid"),
        case("RFC9449-4.3-54", "jkt is a list", cnf(json!({"jkt": [jkt]})), "claim_invalid"),
        case("RFC7800-3.1-10", "jkt and a member that nobody knows", cnf(json!({"jkt": jkt, "x": 1})), "accepted"),
        case("RFC7800-3.1-10", "jkt and jwk", cnf(json!({"jkt": jkt, "jwk": public(ED)})), "bound_token_without_proof"),
        case("RFC7800-3.1-10", "a key by value", cnf(json!({"jwk": public(ED)})), "bound_token_without_proof"),
        case("RFC7800-3.1-10", "an unknown member only", cnf(json!({"x": 1})), "bound_token_without_proof"),
        Case {
            policy: super::policy()
                .with_dpop(Dpop::default().with_algorithms([countersign_validator::Algorithm::Es256]).unwrap()),
            ..case("RFC9449-4.3-50", "an algorithm that is not allowed", good(ED), "invalid_dpop_proof")
        },
    ]);
    cases
}

fn claims() -> Vec<Case> {
    let other = super::good_token(ED);
    let hex: String = Sha256::digest(bound_to(ED)).iter().map(|byte| format!("{byte:02x}")).collect();
    let mut cases = Vec::new();
    for name in ["jti", "htm", "htu", "iat", "ath"] {
        let statement = if name == "ath" { "RFC9449-4.3-53" } else { "RFC9449-4.3-50" };
        cases.push(case(statement, format!("no {name}"), proof_with_claim(name, None), "invalid_dpop_proof"));
        for value in [json!(null), json!([1]), json!({}), json!(true)] {
            let title = format!("{name} is {value}");
            cases.push(case(statement, title, proof_with_claim(name, value), "invalid_dpop_proof"));
        }
    }
    let mut push = |statement, name: &str, sent, expected| cases.push(case(statement, name, sent, expected));
    push("RFC9449-11.1-11", "jti of 256 bytes", proof_with_claim("jti", json!("j".repeat(256))), "accepted");
    push("RFC9449-11.1-11", "jti of 257 bytes", proof_with_claim("jti", json!("j".repeat(257))), "invalid_dpop_proof");
    push("RFC9449-4.3-50", "jti empty", proof_with_claim("jti", json!("")), "invalid_dpop_proof");
    for method in ["get", "Get", "POST", "GET ", ""] {
        push("RFC9449-4.3-51", "another method", proof_with_claim("htm", json!(method)), "invalid_dpop_proof");
    }
    push("RFC9449-4.3-51", "a method of its own", Sent { method: "get", ..good(ED) }, "invalid_dpop_proof");
    for ath in [sha256(&other), format!("{}=", sha256(bound_to(ED))), hex, String::new()] {
        push("RFC9449-4.3-53", "another hash", proof_with_claim("ath", json!(ath)), "invalid_dpop_proof");
    }
    for uri in [
        "HTTPS://API.example.com:443/orders/7",
        "https://api.example.com/orders/7?a=b#c",
        "https://api.example.com/%6Frders/./x/../7",
    ] {
        push("RFC9449-4.3-52", uri, proof_with_claim("htu", json!(uri)), "accepted");
        push("RFC9449-4.3-52", "the request's own", Sent { uri: uri.into(), ..good(ED) }, "accepted");
    }
    for uri in [
        "http://api.example.com/orders/7",
        "https://api.example.com:8443/orders/7",
        "https://api.example.com.evil.example/orders/7",
        "https://api.example.com/orders/7/",
        "https://api.example.com/orders",
        "https://api.example.com/orders%2F7",
        "https://api.example.com/Orders/7",
        "https://u@api.example.com/orders/7",
        "/orders/7",
        "",
    ] {
        push("RFC9449-4.3-52", uri, proof_with_claim("htu", json!(uri)), "invalid_dpop_proof");
        push("RFC9449-4.3-52", "the request's own", Sent { uri: uri.into(), ..good(ED) }, "invalid_dpop_proof");
    }
    let nowhere = Sent { uri: "/x".into(), ..proof_with_claim("htu", json!("/x")) };
    push("RFC9449-4.3-52", "two texts that are no URI", nowhere, "invalid_dpop_proof");
    cases
}

fn times() -> Vec<Case> {
    let tolerant = dpop_policy().with_tolerance_seconds(5).unwrap();
    let longer = super::policy().with_dpop(Dpop::default().with_max_age_seconds(300).unwrap());
    let at = |iat: Value, policy: &Policy, expected| Case {
        policy: policy.clone(),
        ..case("RFC9449-11.1-10", format!("iat {iat}"), proof_with_claim("iat", iat), expected)
    };
    let strict = dpop_policy();
    vec![
        at(json!(NOW - 61), &strict, "invalid_dpop_proof"),
        at(json!(NOW - 60), &strict, "accepted"),
        at(json!(NOW - 59), &strict, "accepted"),
        at(json!(NOW), &strict, "accepted"),
        at(json!(NOW + 1), &strict, "invalid_dpop_proof"),
        at(json!(NOW as f64 + 0.5), &strict, "invalid_dpop_proof"),
        at(json!(NOW + 5), &tolerant, "accepted"),
        at(json!(NOW + 6), &tolerant, "invalid_dpop_proof"),
        at(json!(NOW - 61), &tolerant, "invalid_dpop_proof"),
        at(json!(NOW - 300), &longer, "accepted"),
        at(json!(NOW - 301), &longer, "invalid_dpop_proof"),
        at(json!(-1), &strict, "invalid_dpop_proof"),
        at(json!(NOW.to_string()), &strict, "invalid_dpop_proof"),
    ]
}

pub fn nonce_source() -> NonceSource {
    NonceSource::new(&[7; 32], 60).unwrap()
}

fn nonces() -> Vec<Case> {
    let policy = super::policy().with_dpop(Dpop::default().with_nonces(nonce_source()));
    let at = |seconds| nonce_source().current(UnixTime::from_seconds(NOW + seconds));
    let with_nonce = |statement, name: &str, nonce: Option<Value>, expected| Case {
        policy: policy.clone(),
        ..case(statement, name, proof_with_claim("nonce", nonce), expected)
    };
    vec![
        with_nonce("RFC9449-9-10", "the nonce of now", Some(json!(at(0))), "accepted"),
        with_nonce("RFC9449-9-10", "the nonce before", Some(json!(at(-60))), "accepted"),
        with_nonce("RFC9449-9-10", "an old nonce", Some(json!(at(-120))), "use_dpop_nonce"),
        with_nonce("RFC9449-9-10", "a nonce to come", Some(json!(at(60))), "use_dpop_nonce"),
        with_nonce("RFC9449-9-10", "an empty nonce", Some(json!("")), "use_dpop_nonce"),
        with_nonce("RFC9449-11.3-10", "no nonce", None, "use_dpop_nonce"),
        with_nonce("RFC9449-11.3-10", "a nonce that is a number", Some(json!(1)), "invalid_dpop_proof"),
        case("RFC9449-9-10", "a nonce that nobody asked for", proof_with_claim("nonce", json!("x")), "accepted"),
    ]
}

fn certificates() -> Vec<Case> {
    let x5t = sha256(CERTIFICATE);
    let sent = |x5t: Value, certificate| bearer(bound(json!({"x5t#S256": x5t})), certificate);
    let right = Some(CERTIFICATE);
    let hex: String = Sha256::digest(CERTIFICATE).iter().map(|byte| format!("{byte:02x}")).collect();
    let both = |certificate: Option<&[u8]>| {
        let token = bound(json!({"x5t#S256": x5t, "jkt": thumbprint(ED)}));
        let certificate = certificate.map(CertificateThumbprint::of_der);
        Sent { proofs: vec![proof(ED, &token)], token, certificate, ..good(ED) }
    };
    let mut digest: [u8; 32] = Sha256::digest(CERTIFICATE).into();
    let by_digest = Sent { certificate: Some(CertificateThumbprint::from_sha256(digest)), ..sent(json!(x5t), None) };
    digest[31] ^= 1;
    let by_other = Sent { certificate: Some(CertificateThumbprint::from_sha256(digest)), ..sent(json!(x5t), None) };
    vec![
        // No chain is there to be judged (RFC8705-6.2-10), and no header is read for it (RFC9700-4.13-10).
        case("RFC8705-6.2-10", "self-signed", sent(json!(x5t), right), "accepted"),
        case("RFC9700-4.13-10", "by its digest", by_digest, "accepted"),
        case("RFC8705-3-10", "a digest that differs in one bit", by_other, "certificate_mismatch"),
        case("RFC8705-3-10", "no certificate", sent(json!(x5t), None), "bound_token_without_proof"),
        case("RFC8705-3-10", "another certificate", sent(json!(x5t), Some(b"other")), "certificate_mismatch"),
        case(
            "RFC8705-3-10",
            "a certificate and a token that is not bound",
            bearer(super::good_token(Signer::P256), right),
            "accepted",
        ),
        case("RFC8705-3.1-10", "padded", sent(json!(format!("{x5t}=")), right), "certificate_mismatch"),
        case("RFC8705-3.1-10", "hexadecimal", sent(json!(hex), right), "certificate_mismatch"),
        case("RFC8705-3.1-10", "20 octets, as of SHA-1", sent(json!(encode([0; 20])), right), "certificate_mismatch"),
        case(
            "RFC8705-3.1-10",
            "of something else in it",
            sent(json!(sha256("the public key")), right),
            "certificate_mismatch",
        ),
        case("RFC8705-3.1-10", "a number", sent(json!(1), right), "certificate_mismatch"),
        case(
            "RFC8705-3.1-10",
            "x5t of SHA-1 only",
            bearer(bound(json!({"x5t": x5t})), right),
            "bound_token_without_proof",
        ),
        case("RFC7800-3.1-10", "no object", bearer(bound(json!(x5t)), right), "bound_token_without_proof"),
        case("RFC7800-3.1-10", "empty", bearer(bound(json!({})), right), "bound_token_without_proof"),
        case("RFC7800-3.1-10", "both bindings, both proofs", both(right), "accepted"),
        case("RFC7800-3.1-10", "both bindings, no certificate", both(None), "bound_token_without_proof"),
        case("RFC7800-3.1-10", "both bindings, another certificate", both(Some(b"other")), "certificate_mismatch"),
        case(
            "RFC7800-3.1-10",
            "both bindings, as Bearer",
            Sent { scheme: "Bearer", ..both(right) },
            "bound_token_without_proof",
        ),
        case(
            "RFC8705-3-10",
            "bound to a certificate, as DPoP",
            {
                let token = bound(json!({"x5t#S256": x5t}));
                let certificate = Some(CertificateThumbprint::of_der(CERTIFICATE));
                Sent { proofs: vec![proof(ED, &token)], token, certificate, ..good(ED) }
            },
            "claim_missing",
        ),
    ]
}

/// A token with these two claims (RFC 9470 §6.1), against this demand.
pub fn step_up(
    acr: Option<Value>,
    auth_time: Option<Value>,
    required: RequiredAuthentication,
) -> Result<VerifiedToken, Refusal> {
    let claims = with(with(good_claims(), "acr", acr), "auth_time", auth_time);
    let token = mint(Signer::P256, &good_header(Signer::P256), &claims);
    let required = Requirements::default().with_authentication(required);
    judge(&bearer(token, None), &super::policy(), &required, super::now(), &mut BTreeSet::new())
}
