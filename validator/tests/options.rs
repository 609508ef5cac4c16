//! The options of the npm package as JSON text: what is wrong is named, what is right does what it says.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use countersign_validator::{Presentation, RequiredScopes, Requirements, options, resource_server::Next};
use serde_json::{Value, json};
use support::{Signer, now, with};

fn good() -> Value {
    json!({"issuer": "https://as.example.com", "audience": "https://api.example.com", "jwks": JWKS})
}

const JWKS: &str = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
const SECRET: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn a_wrong_option_is_named() {
    let resource = |members: Value| ("resourceMetadata", members);
    let cases = [
        (("audiance", json!("x")), "audiance"),
        (("__proto__", json!({})), "__proto__"),
        (("issuer", json!(1)), "issuer"),
        (("issuer", json!("")), "issuer"),
        (("audience", json!(1)), "audience"),
        (("audience", json!([1])), "audience"),
        (("audience", json!([])), "audience"),
        (("algorithms", json!("ES256")), "algorithms"),
        (("algorithms", json!(["none"])), "algorithms"),
        (("profile", json!("x")), "profile"),
        (("clockToleranceSeconds", json!(1.5)), "clockToleranceSeconds"),
        (("clockToleranceSeconds", json!(null)), "clockToleranceSeconds"),
        (("maxAgeSeconds", json!(-1)), "maxAgeSeconds"),
        (("maxAgeSeconds", json!(4_294_967_296_u64)), "maxAgeSeconds"),
        (("maxTokenBytes", json!("1")), "maxTokenBytes"),
        (("allowInsecureLoopback", json!(1)), "allowInsecureLoopback"),
        (("jwksUri", json!("https://as.example.com/jwks")), "jwks"),
        (("realm", json!("a\"b")), "realm"),
        (("dpop", json!(null)), "dpop"),
        (("dpop", json!("yes")), "dpop"),
        (("dpop", json!([])), "dpop"),
        (("dpop", json!({"algorithm": ["ES256"]})), "algorithm"),
        (("dpop", json!({"algorithms": []})), "dpop"),
        (("dpop", json!({"algorithms": ["HS256"]})), "dpop"),
        (("dpop", json!({"algorithms": ["none"]})), "dpop"),
        (("dpop", json!({"maxAgeSeconds": 0})), "dpop"),
        (("dpop", json!({"maxAgeSeconds": 301})), "dpop"),
        (("dpop", json!({"required": "yes"})), "required"),
        (("dpop", json!({"nonceSecret": &SECRET[1..]})), "dpop"),
        (("dpop", json!({"nonceSecret": [1]})), "nonceSecret"),
        (("dpop", json!({"nonceSecret": SECRET, "nonceSeconds": 301})), "dpop"),
        (("dpop", json!({"nonceSeconds": 60})), "dpop"),
        (resource(json!(1)), "resourceMetadata"),
        (resource(json!({})), "resource"),
        (resource(json!("http://api.example.com")), "resource"),
        (resource(json!({"resource": "https://api.example.com", "scopes": []})), "scopes"),
        (resource(json!({"resource": "https://api.example.com", "scopesSupported": ["a b"]})), "scopesSupported"),
        (
            resource(json!({"resource": "https://api.example.com", "authorizationServers": ["x"]})),
            "authorizationServers",
        ),
        (
            resource(json!({"resource": "https://api.example.com", "certificateBoundTokens": 1})),
            "certificateBoundTokens",
        ),
    ];
    for ((name, value), named) in cases {
        let options = with(good(), name, value.clone()).to_string();
        let error = options::read(&options, now()).unwrap_err();
        assert_eq!(error.option(), named, "{name}: {value}: {error}");
        assert!(!error.to_string().contains(&SECRET[1..]), "{error}");
    }
    for name in ["issuer", "audience"] {
        assert_eq!(options::read(&with(good(), name, None).to_string(), now()).unwrap_err().option(), name);
    }
    for text in ["", "[]", "1", "{", r#"{"issuer":"a","issuer":"b"}"#, &"[".repeat(99)] {
        assert_eq!(options::read(text, now()).unwrap_err().option(), "options", "{text}");
    }
}

/// Each of several issuers by its place in the list; what is said of one issuer stands there and nowhere else.
#[test]
fn a_wrong_option_of_an_issuer_is_named_with_its_place() {
    let one = |number: usize| with(good(), "issuer", json!(format!("https://as-{number}.example.com")));
    let second = |name, value: Option<Value>| json!({"issuers": [one(0), with(one(1), name, value), one(2)]});
    for (options, named, words) in [
        (second("audiance", Some(json!("x"))), "issuers[1].audiance", "is `audience` meant?"),
        (second("issuer", None), "issuers[1].issuer", "is missing"),
        (second("audience", None), "issuers[1].audience", "must be said"),
        (second("algorithms", Some(json!(["none"]))), "issuers[1].algorithms", "is not supported"),
        (second("jwks", Some(json!("{}"))), "issuers[1].jwks", "not a JWK Set"),
        (second("jwksUri", Some(json!("https://as.example.com/jwks"))), "issuers[1].jwks", "exclude each other"),
        (second("clockToleranceSeconds", Some(json!(301))), "issuers[1].clockToleranceSeconds", "is over 300"),
        // What is said of the whole is not said of one.
        (second("cacheBytes", Some(json!(0))), "issuers[1].cacheBytes", "is not known"),
        (second("dpop", Some(json!(true))), "issuers[1].dpop", "is not known"),
        (second("issuers", Some(json!([]))), "issuers[1].issuers", "is `issuer` meant?"),
        (second("issuer", Some(json!("https://as-0.example.com"))), "issuers", "more than once"),
        (json!({"issuers": []}), "issuers", "is empty"),
        (json!({"issuers": one(0)}), "issuers", "must be an array of objects"),
        (json!({"issuers": ["https://as.example.com"]}), "issuers", "must be an array of objects"),
        (with(second("jwks", Some(json!(JWKS))), "issuer", json!("https://as.example.com")), "issuer", "issuers"),
        (with(second("jwks", Some(json!(JWKS))), "audience", json!(null)), "audience", "exclude each other"),
        (with(second("jwks", Some(json!(JWKS))), "maxTokenBytes", json!(1)), "maxTokenBytes", "exclude each other"),
        (with(second("jwks", Some(json!(JWKS))), "isuers", json!(1)), "isuers", "meant?"),
    ] {
        let error = options::read(&options.to_string(), now()).unwrap_err();
        assert_eq!(error.option(), named, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

/// The metadata name them all, and what is one for all counts for each.
#[test]
fn several_issuers_are_one_resource_server() {
    let one = |number: usize| with(good(), "issuer", json!(format!("https://as-{number}.example.com")));
    let options = json!({
        "issuers": (0..1000).map(one).collect::<Vec<_>>(),
        "dpop": {"nonceSecret": SECRET},
        "resourceMetadata": "https://api.example.com",
    });
    let configured = options::read(&options.to_string(), now()).unwrap();
    let document: Value = serde_json::from_str(&configured.resource.unwrap().json()).unwrap();
    let servers = document["authorization_servers"].as_array().unwrap();
    assert_eq!((servers.len(), &servers[999]), (1000, &json!("https://as-999.example.com")));
    assert!(document.get("dpop_signing_alg_values_supported").is_some());
    assert!(configured.server.dpop_nonce(now()).is_some());
}

#[test]
fn a_near_miss_is_asked_about() {
    let error = |name| options::read(&with(good(), name, json!(1)).to_string(), now()).unwrap_err().to_string();
    assert!(error("jwksUrl").contains("is `jwksUri` meant?"), "{}", error("jwksUrl"));
    assert!(error("Issuer").contains("is `issuer` meant?"), "{}", error("Issuer"));
    assert!(error("x").contains("known are issuer, audience"), "{}", error("x"));
}

/// What DPoP takes stands in the challenges and in the metadata, and the metadata in the challenges.
#[test]
fn what_is_configured_is_said() {
    let read = |dpop: Value, resource: Value| {
        let options = with(with(good(), "dpop", dpop), "resourceMetadata", resource).to_string();
        options::read(&options, now()).unwrap()
    };
    let url = "https://api.example.com/.well-known/oauth-protected-resource/orders";
    for (dpop, schemes) in [
        (json!(false), &["Bearer"][..]),
        (json!({"algorithms": ["ES256"]}), &["Bearer", "DPoP"]),
        (json!({"algorithms": ["ES256"], "required": true}), &["DPoP"]),
    ] {
        let mut configured = read(dpop.clone(), json!("https://api.example.com/orders"));
        let resource = configured.resource.unwrap();
        assert_eq!(resource.url(), url);
        let document: Value = serde_json::from_str(&resource.json()).unwrap();
        assert_eq!(document["authorization_servers"], json!(["https://as.example.com"]));
        assert_eq!(document.get("dpop_bound_access_tokens_required").is_some(), schemes == ["DPoP"]);
        assert_eq!(document.get("dpop_signing_alg_values_supported").is_some(), dpop != json!(false));
        assert_eq!(document["bearer_methods_supported"] == json!([]), schemes == ["DPoP"]);
        let Next::Verdict(Err(refusal)) = configured.server.begin_request(&[], &RequiredScopes::none(), now()) else {
            panic!("accepted")
        };
        let answer = configured.server.answer_to(&[], &refusal, &RequiredScopes::none());
        let names: Vec<&str> = answer.challenges.iter().filter_map(|one| one.split(' ').next()).collect();
        assert_eq!(names, schemes);
        for challenge in &answer.challenges {
            assert!(challenge.ends_with(&format!("resource_metadata=\"{url}\"")), "{challenge}");
            assert_eq!(challenge.contains("algs=\"ES256\""), challenge.starts_with("DPoP"), "{challenge}");
        }
    }
    let full = json!({
        "resource": "https://api.example.com",
        "authorizationServers": ["https://one.example.com", "https://two.example.com"],
        "scopesSupported": ["orders:read"],
        "certificateBoundTokens": true,
    });
    let document: Value = serde_json::from_str(&read(json!(true), full).resource.unwrap().json()).unwrap();
    assert_eq!(document["authorization_servers"], json!(["https://one.example.com", "https://two.example.com"]));
    assert_eq!(document["scopes_supported"], json!(["orders:read"]));
    assert_eq!(document["tls_client_certificate_bound_access_tokens"], json!(true));
    assert!(options::read(&good().to_string(), now()).unwrap().resource.is_none());
}

/// The nonce of any answer is one that the next proof may carry.
#[test]
fn nonces_come_with_a_secret_only() {
    let nonce =
        |dpop: Value| options::read(&with(good(), "dpop", dpop).to_string(), now()).unwrap().server.dpop_nonce(now());
    assert_eq!(nonce(json!(true)), None);
    assert_eq!(nonce(json!({"required": true})), None);
    let one = nonce(json!({"nonceSecret": SECRET})).unwrap();
    assert_eq!(one.len(), 43);
    assert_eq!(nonce(json!({"nonceSecret": SECRET, "nonceSeconds": 60})).unwrap(), one, "a minute is the default");
    assert_ne!(nonce(json!({"nonceSecret": format!("{SECRET}x")})).unwrap(), one);
}

#[test]
fn requirements_are_read_whole_or_not_at_all() {
    for (text, named) in [
        (r#"{"scope":["a"]}"#, "scope"),
        (r#"{"scopes":null}"#, "scopes"),
        (r#"{"scopes":"a b"}"#, "scopes"),
        (r#"{"authentication":{}}"#, "authentication"),
        (r#"{"authentication":true}"#, "authentication"),
        (r#"{"authentication":{"acrValues":[]}}"#, "authentication"),
        (r#"{"authentication":{"acr":["a"]}}"#, "acr"),
        (r#"{"authentication":{"acrValues":"a"}}"#, "acrValues"),
        (r#"{"authentication":{"acrValues":["a b"]}}"#, "acrValues"),
        (r#"{"authentication":{"acrValues":[null]}}"#, "acrValues"),
        (r#"{"authentication":{"maxAgeSeconds":-1}}"#, "maxAgeSeconds"),
        (r#"{"authentication":{"maxAgeSeconds":"1"}}"#, "maxAgeSeconds"),
        ("[]", "options"),
        (r#"{"scopes":["\ud800"]}"#, "scopes"),
    ] {
        assert_eq!(Requirements::from_json(text).unwrap_err().option(), named, "{text}");
    }
    assert_eq!(Requirements::from_json("{}"), Ok(Requirements::default()));
    let both = r#"{"scopes":["a"],"authentication":{"acrValues":["x","y"],"maxAgeSeconds":0}}"#;
    let both = Requirements::from_json(both).unwrap();
    assert_eq!(both.scopes(), &RequiredScopes::all_of(["a"]).unwrap());
    assert!(both.authentication().is_some());
    // As deep as a requirement of its own may be.
    let deep = format!("{}\"a\"{}", r#"{"not":"#.repeat(7), "}".repeat(7));
    assert!(Requirements::from_json(&format!(r#"{{"scopes":{deep}}}"#)).is_ok());
    assert_eq!(Requirements::from_json(&format!(r#"{{"scopes":{{"not":{deep}}}}}"#)).unwrap_err().option(), "scopes");
}

/// A bare token may come with its certificate: the same verdict at once and step by step.
#[test]
fn a_bare_token_may_come_with_a_certificate() {
    use countersign_validator::CertificateThumbprint;
    use support::sender::{CERTIFICATE, bound, sha256};

    let jwks = json!({"keys": [Signer::P256.jwk()]}).to_string();
    let mut configured = options::read(&with(good(), "jwks", json!(jwks)).to_string(), now()).unwrap();
    let token = bound(json!({"x5t#S256": sha256(CERTIFICATE)}));
    let mut code = |presentation: Presentation| {
        let server = &mut configured.server;
        let required = Requirements::default();
        let verdict = server.verify_at_hand_with(token.as_bytes(), &required, &presentation, now());
        support::sender::code(verdict)
    };
    let with = |der: &[u8]| Presentation::bearer().with_certificate(CertificateThumbprint::of_der(der));
    assert_eq!(code(with(CERTIFICATE)), "accepted");
    assert_eq!(code(with(b"another")), "certificate_mismatch");
    assert_eq!(code(Presentation::bearer()), "bound_token_without_proof");
}
