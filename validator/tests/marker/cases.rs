//! Requests with the marker in every place that comes from outside.

use countersign_validator::{
    CertificateThumbprint, Policy, Profile, RequiredAuthentication, RequiredScopes, Requirements,
    dpop::{Dpop, NonceSource},
    profile::JWT,
};
use serde_json::{Value, json};

use crate::{
    support::{
        self, ISSUER, NOW, Signer, encode, good_claims, good_header, mint, mint_bytes,
        sender::{self, Sent},
        with,
    },
    watch::MARKER,
};

const P256: Signer = Signer::P256;

/// A request under a policy.
pub struct Case {
    pub place: String,
    pub sent: Sent,
    pub policy: Policy,
    pub required: Requirements,
    /// What every fetch is answered with; keys that are given where it is `None`.
    pub fetched: Option<(u16, String)>,
    /// Whether anybody could check the signature.
    pub is_checked: bool,
    /// What the store says of every proof: whether it comes for the first time.
    pub is_first: Option<bool>,
}

pub fn case(place: impl Into<String>, token: String) -> Case {
    let (sent, policy, required) = (sender::bearer(token, None), support::policy(), Requirements::default());
    Case { place: place.into(), sent, policy, required, fetched: None, is_checked: true, is_first: Some(false) }
}

pub fn proof(place: impl Into<String>, sent: Sent) -> Case {
    Case { sent, policy: sender::dpop_policy(), ..case(place, String::new()) }
}

/// The marker in the values, the names and the wrong types that a member can have.
pub fn values() -> Vec<Value> {
    vec![json!(MARKER), json!([MARKER]), json!({MARKER: MARKER}), json!({"jkt": MARKER}), json!({"x5t#S256": MARKER})]
}

pub fn header_and_claims() -> Vec<Case> {
    let mut cases = Vec::new();
    let header_names =
        ["alg", "kid", "typ", "cty", "crit", "enc", "b64", "zip", "jwk", "jku", "x5u", "x5c", "x5t", MARKER];
    let claim_names = [
        "iss",
        "aud",
        "sub",
        "exp",
        "nbf",
        "iat",
        "jti",
        "client_id",
        "scope",
        "cnf",
        "acr",
        "auth_time",
        "nonce",
        "events",
        "token_use",
        "typ",
        "azp",
        "roles",
        "scp",
        "permissions",
        MARKER,
    ];
    for value in values() {
        for name in header_names {
            let token = mint(P256, &with(good_header(P256), name, value.clone()), &good_claims());
            cases.push(case(format!("header {name} = {value}"), token));
        }
        for name in claim_names {
            let token = mint(P256, &good_header(P256), &with(good_claims(), name, value.clone()));
            cases.push(case(format!("claim {name} = {value}"), token.clone()));
            for profile in Profile::ALL {
                let header = with(good_header(P256), "typ", json!("JWT"));
                let token = mint(P256, &header, &with(good_claims(), name, value.clone()));
                let policy = support::policy().with_profile(profile);
                cases.push(Case { policy, ..case(format!("claim {name} = {value}, {}", profile.name()), token) });
            }
        }
    }
    cases
}

/// Good but for one thing, with the marker in every claim and header parameter that may have any text.
pub fn marked(change: impl Fn(&mut Value, &mut Value)) -> String {
    let (mut header, mut claims) =
        (with(good_header(P256), "x", json!(MARKER)), with(good_claims(), "x", json!(MARKER)));
    for name in ["sub", "jti", "client_id"] {
        claims[name] = json!(MARKER);
    }
    claims["scope"] = json!(format!("read {MARKER}"));
    change(&mut header, &mut claims);
    mint(P256, &header, &claims)
}

pub fn faults() -> Vec<Case> {
    let claim = |name: &'static str, value: Value| marked(move |_, claims| claims[name] = value.clone());
    let parameter = |name: &'static str, value: Value| marked(move |header, _| header[name] = value.clone());
    let good = marked(|_, _| ());
    let (input, _) = good.rsplit_once('.').unwrap();
    let required = |scopes: RequiredScopes| Requirements::from(scopes);
    let strong = RequiredAuthentication::new(["gold"], Some(5)).unwrap();
    let header_text = |text: &str| mint_bytes(P256, text.as_bytes(), good_claims().to_string().as_bytes());
    let claims_text = |text: &str| mint_bytes(P256, good_header(P256).to_string().as_bytes(), text.as_bytes());
    vec![
        case("good", good.clone()),
        case("signature text", format!("{input}.{MARKER}")),
        case("a foreign character", format!("{MARKER}~{good}")),
        case("other parts", format!("{MARKER}.{MARKER}")),
        case("five parts", format!("{MARKER}.{MARKER}.{MARKER}.{MARKER}.{MARKER}")),
        case("not canonical", format!("{input}.{MARKER}x")),
        case("too large", format!("{input}{}.x", MARKER.repeat(4000))),
        case("header no JSON", header_text(MARKER)),
        case("header twice", header_text(&format!(r#"{{"{MARKER}":1,"{MARKER}":2}}"#))),
        case("claims no JSON", claims_text(MARKER)),
        case("claims twice", claims_text(&format!(r#"{{"{MARKER}":1,"{MARKER}":2}}"#))),
        case("alg", parameter("alg", json!("HS256"))),
        case("crit", parameter("crit", json!([MARKER]))),
        case("b64", parameter("b64", json!(MARKER))),
        case("cty", parameter("cty", json!(MARKER))),
        case("typ that fits elsewhere", parameter("typ", json!("JWT"))),
        case("kid", parameter("kid", json!(MARKER))),
        case("kid of another kind", parameter("kid", json!("ed"))),
        case("signature", format!("{input}.{}", encode([MARKER.as_bytes(), &[0; 44]].concat()))),
        Case { is_checked: false, ..case("a signature that nobody can check", good.clone()) },
        case("expired", claim("exp", json!(NOW - 1))),
        case("not yet valid", claim("nbf", json!(NOW + 1))),
        case("in the future", claim("iat", json!(NOW + 1))),
        case("no iat", marked(|_, claims| drop(claims.as_object_mut().unwrap().remove("iat")))),
        case("wrong audience", claim("aud", json!([MARKER]))),
        case("wrong type", claim("exp", json!(MARKER))),
        case("bound", claim("cnf", json!({"jkt": MARKER, MARKER: MARKER}))),
        Case { policy: support::policy().with_max_age_seconds(5), ..case("too old", good.clone()) },
        Case { policy: support::policy().with_max_lifetime_seconds(5), ..case("lives too long", good.clone()) },
        Case {
            policy: support::policy().with_profile(JWT),
            ..case(
                "another kind",
                marked(|header, claims| {
                    header["typ"] = json!("JWT");
                    claims["nonce"] = json!(MARKER);
                }),
            )
        },
        Case { required: required(RequiredScopes::all_of(["admin"]).unwrap()), ..case("missing scope", good.clone()) },
        Case {
            required: required(RequiredScopes::from_json(r#"{"not":"read"}"#).unwrap()),
            ..case("forbidden scope", good.clone())
        },
        Case {
            required: Requirements::default().with_authentication(strong),
            ..case("too weak", claim("acr", json!(MARKER)))
        },
        Case { fetched: Some((500, MARKER.into())), ..case("an outage", good.clone()) },
        Case { fetched: Some((200, MARKER.into())), ..case("no metadata", good.clone()) },
        Case {
            fetched: Some((200, json!({"issuer": MARKER, "jwks_uri": MARKER}).to_string())),
            ..case("metadata of another", good.clone())
        },
        Case {
            fetched: Some((200, json!({"issuer": ISSUER, "jwks_uri": format!("http://{MARKER}/")}).to_string())),
            ..case("metadata with a place without TLS", good.clone())
        },
        Case {
            fetched: Some((
                200,
                json!({"issuer": ISSUER, "jwks_uri": format!("https://{MARKER}.example/")}).to_string(),
            )),
            ..case("metadata with a place elsewhere", good.clone())
        },
        Case {
            fetched: Some((200, json!({"keys": [{"kty": "oct", "k": MARKER}]}).to_string())),
            ..case("a secret key set", good)
        },
    ]
}

pub fn credentials() -> Vec<(&'static str, Vec<String>)> {
    vec![
        ("none", vec![]),
        ("another scheme", vec![format!("Basic {MARKER}")]),
        ("an unknown scheme", vec![format!("{MARKER} x")]),
        ("no syntax", vec![format!("Bearer {MARKER} {MARKER}")]),
        ("quotes", vec![format!("Bearer \"{MARKER}\"")]),
        ("joined", vec![format!("Bearer {MARKER}, Bearer {MARKER}")]),
        ("two fields", vec![format!("Bearer {MARKER}"), format!("DPoP {MARKER}")]),
        ("endless", vec![format!("Bearer {}", MARKER.repeat(5000))]),
        ("a line break", vec![format!("Bearer {MARKER}\r\nX: {MARKER}")]),
        ("no text", vec![format!("Bearer \u{fffd}{MARKER}")]),
    ]
}

pub fn proofs() -> Vec<Case> {
    let good = sender::good(Signer::Ed25519);
    let mut cases: Vec<Case> = Vec::new();
    for value in values() {
        for name in ["jti", "htm", "htu", "iat", "ath", "nonce", MARKER] {
            cases.push(proof(format!("proof {name} = {value}"), sender::proof_with_claim(name, value.clone())));
        }
        for name in ["alg", "typ", "jwk", "kid", "crit", MARKER] {
            let header = with(sender::proof_header(Signer::Ed25519), name, value.clone());
            let text = mint(Signer::Ed25519, &header, &sender::proof_claims(&good.token));
            cases.push(proof(format!("proof header {name} = {value}"), Sent { proofs: vec![text], ..good.clone() }));
        }
    }
    let other = Sent { proofs: vec![sender::proof(P256, &good.token)], ..good.clone() };
    let certificate = Some(CertificateThumbprint::of_der(MARKER.as_bytes()));
    let bound = sender::bound(json!({"x5t#S256": sender::sha256("another")}));
    let nonces = Dpop::default().with_nonces(NonceSource::new(&[7; 32], 60).unwrap());
    cases.extend([
        proof("the proof is no JWT", Sent { proofs: vec![MARKER.into()], ..good.clone() }),
        proof("two proofs", Sent { proofs: vec![MARKER.into(), MARKER.into()], ..good.clone() }),
        proof("no proof", Sent { proofs: vec![], ..good.clone() }),
        proof("the method", Sent { method: MARKER, ..good.clone() }),
        proof("the URI", Sent { uri: format!("https://{MARKER}/{MARKER}"), ..good.clone() }),
        proof("another key", other),
        proof("as Bearer", Sent { scheme: "Bearer", ..good.clone() }),
        Case {
            policy: support::policy().with_dpop(nonces),
            ..proof("no nonce", sender::proof_with_claim("nonce", json!(MARKER)))
        },
        Case {
            policy: support::policy().with_dpop(Dpop::default().with_memory()),
            ..proof("seen before", sender::proof_with_claim("jti", json!(MARKER)))
        },
        Case {
            policy: support::policy().with_dpop(Dpop::default().with_memory()),
            is_first: None,
            ..proof("a silent store", sender::proof_with_claim("jti", json!(MARKER)))
        },
        proof("another certificate", Sent { certificate, ..sender::bearer(bound, None) }),
    ]);
    cases
}
