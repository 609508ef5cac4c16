//! Header parameters that bring or name keys, change the meaning of the token, or say that it is something else.

use serde_json::{Value, json};

use crate::{
    forge::{Forge, header},
    signer::QUICK,
    support::{encode, good_claims, with},
};

const TYPES: [&str; 30] = [
    "JWT",
    "jwt",
    "",
    " ",
    "at-jwt",
    "at+jwt ",
    " at+jwt",
    "at+jwt\0",
    "at+jwt;v=1",
    "at+jwt, jwt",
    "dpop+jwt",
    "logout+jwt",
    "secevent+jwt",
    "token-introspection+jwt",
    "oauth-authz-req+jwt",
    "application/jwt",
    "application/at+jwt+x",
    "text/at+jwt",
    "application/application/at+jwt",
    "application/",
    "application/at-jwt",
    "at+JWS",
    "JOSE",
    "JOSE+JSON",
    "at",
    "jwt+at",
    "at+jw",
    "AT\u{ff0b}JWT",
    "at+\u{fdfa}",
    "at+jwt\u{200b}",
];

pub fn add(forge: &mut Forge) {
    for algorithm in QUICK {
        keys(forge, algorithm);
        extensions(forge, algorithm);
        types(forge, algorithm);
    }
}

/// What brings or names a key is never read (RFC 8725 §3.10): with the right signature it changes nothing, with another
/// it helps nobody.
fn keys(forge: &mut Forge, algorithm: &str) {
    let (stranger, jwk) = if algorithm == "EdDSA" { ("ES256", "ec") } else { ("EdDSA", "ed") };
    let jwk = forge.keys.jwk(jwk);
    let values = [
        ("jwk", jwk.clone()),
        ("jwk", with(jwk.clone(), "kid", json!("x"))),
        ("jwk", json!({"kty": "oct", "k": "AA"})),
        ("jwk", json!({})),
        ("jwk", json!("x")),
        ("jwk", Value::Null),
        ("jku", json!("https://evil.example/jwks.json")),
        ("jku", json!("file:///etc/passwd")),
        ("jku", json!("http://127.0.0.1:1/")),
        ("jku", json!([])),
        ("jku", json!(1)),
        ("x5u", json!("https://evil.example/cert.pem")),
        ("x5u", json!("ldap://127.0.0.1/x")),
        ("x5c", json!(["MIIB"])),
        ("x5c", json!([])),
        ("x5c", json!("MIIB")),
        ("x5c", json!([1])),
        ("x5t", json!("AAAA")),
        ("x5t#S256", json!("AAAA")),
        ("x5t#S256", json!(1)),
        ("keys", json!({"keys": [jwk]})),
        ("iss", json!("https://evil.example")),
        ("aud", json!("https://evil.example")),
        ("exp", json!(0)),
        ("sub", json!("root")),
        ("url", json!("https://evil.example")),
        ("nonce", json!("x")),
        ("ppt", json!("x")),
        ("svt", json!(["x"])),
        ("", json!("")),
    ];
    for (at, (name, value)) in values.into_iter().enumerate() {
        let with_value = with(header(algorithm), name, value);
        let token = forge.under(algorithm, &with_value);
        forge.add("header-unread", format!("{algorithm} {name} {at}"), token);
        // Under the name that the key in the header has.
        for (what, alg, kid) in
            [("our kid", algorithm, header(algorithm)["kid"].clone()), ("its kid", stranger, json!("x"))]
        {
            let header = with(with(with_value.clone(), "alg", json!(alg)), "kid", kid);
            let input = [encode(header.to_string()), encode(good_claims().to_string())];
            let token = forge.seal(stranger, &input[0], &input[1]);
            forge.add("header-key-of-a-stranger", format!("{algorithm} {name} {at}, {what}"), token);
        }
    }
}

fn extensions(forge: &mut Forge, algorithm: &str) {
    let lists = [
        json!([]),
        json!(["exp"]),
        json!(["x"]),
        json!([""]),
        json!(["alg"]),
        json!(["kid", "typ"]),
        json!(["crit"]),
        json!("x"),
        json!(null),
        json!(1),
        json!({}),
        json!([1]),
        json!([null]),
        json!(["x", "x"]),
        json!(["x", "y"]),
        json!([["x"]]),
        json!(["http://example.invalid/UNDEFINED"]),
        json!(["__proto__"]),
        json!(["constructor"]),
        json!(["toString"]),
    ];
    for crit in lists {
        for extra in [json!({}), json!({"x": 1, "exp": 1, "y": 1, "http://example.invalid/UNDEFINED": true, "": 1})] {
            let mut header = with(header(algorithm), "crit", crit.clone());
            header.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            let token = forge.under(algorithm, &header);
            forge.add("header-crit", format!("{algorithm} {crit} with {extra}"), token);
        }
    }
    for (class, b64, crit) in [
        ("header-b64", json!(true), None),
        ("header-b64", json!(false), None),
        ("header-b64", json!("false"), None),
        ("header-b64", json!(null), None),
        ("header-b64", json!(0), None),
        ("header-b64-critical-true", json!(true), Some(json!(["b64"]))),
        ("header-b64-critical-false", json!(false), Some(json!(["b64"]))),
        ("header-b64-critical-other", json!("true"), Some(json!(["b64"]))),
        ("header-b64-critical-other", json!(null), Some(json!(["b64"]))),
        ("header-b64-critical-other", json!(true), Some(json!(["b64", "b64"]))),
    ] {
        let token = forge.under(algorithm, &with(with(header(algorithm), "b64", b64.clone()), "crit", crit.clone()));
        forge.add(class, format!("{algorithm} {b64} {crit:?}"), token);
    }
    // RFC 7797 §3: the payload as it is, without encoding.
    let unencoded = encode(with(with(header(algorithm), "b64", json!(false)), "crit", json!(["b64"])).to_string());
    let token = forge.seal(algorithm, &unencoded, "payload");
    forge.add("header-b64-unencoded", algorithm, token);
    for (class, name, value) in [
        ("header-zip", "zip", json!("DEF")),
        ("header-zip", "zip", json!("")),
        ("header-zip", "zip", json!(null)),
        ("header-enc", "enc", json!("A256GCM")),
        ("header-enc", "enc", json!("")),
        ("header-enc", "enc", json!(null)),
        ("header-cty", "cty", json!("JWT")),
        ("header-cty", "cty", json!("jwt")),
        ("header-cty", "cty", json!("json")),
        ("header-cty", "cty", json!("application/at+jwt")),
        ("header-cty", "cty", json!("")),
        ("header-cty-of-another-type", "cty", json!(1)),
        ("header-cty-of-another-type", "cty", json!(null)),
    ] {
        let token = forge.under(algorithm, &with(header(algorithm), name, value.clone()));
        forge.add(class, format!("{algorithm} {value}"), token);
    }
}

fn types(forge: &mut Forge, algorithm: &str) {
    let values = TYPES.iter().map(|typ| Some(json!(typ)));
    let others = [json!(null), json!(1), json!(true), json!(["at+jwt"]), json!({"typ": "at+jwt"})].map(Some);
    for typ in values.chain(others).chain([None]) {
        let token = forge.under(algorithm, &with(header(algorithm), "typ", typ.clone()));
        let shown = typ.map_or("absent".to_owned(), |typ| typ.to_string());
        forge.add("header-typ", format!("{algorithm} {shown}"), token.clone());
        forge.add_under("jwt", "header-typ-jwt", format!("{algorithm} {shown}"), token);
    }
    for name in ["ALG", "Alg", "TYP", "KID", " alg", "alg "] {
        let token = forge.under(algorithm, &with(header(algorithm), name, json!("none")));
        forge.add("header-name-in-another-case", format!("{algorithm} {name:?}"), token);
    }
}
