//! Tokens and the code that each must get: one table for the native core, the wasm and every backend of signatures.

use jwt_compact::alg::Rsa;
use rsa::BigUint;
use serde_json::{Value, json};

use super::{AUDIENCE, ISSUER, NOW, Signer, encode, good_claims, good_header, good_token, mint, mint_bytes, with};

/// One token under one configuration. The options are those of the npm package.
pub struct Case {
    pub name: String,
    pub token: String,
    /// Beside issuer and audience.
    pub options: Value,
    pub scopes: Value,
    /// `"accepted"` or a code.
    pub expected: &'static str,
}

fn case(name: impl Into<String>, token: String, expected: &'static str) -> Case {
    Case { name: name.into(), token, options: json!({}), scopes: json!([]), expected }
}

/// The whole table as JSON: what a JavaScript test needs to run it.
pub fn as_json() -> Value {
    let cases: Vec<Value> = cases()
        .into_iter()
        .map(|case| {
            let mut options = json!({"issuer": ISSUER, "audience": AUDIENCE, "clockToleranceSeconds": 0});
            options.as_object_mut().unwrap().extend(case.options.as_object().unwrap().clone());
            json!({
                "name": case.name, "token": case.token, "options": options, "scopes": case.scopes,
                "expected": case.expected,
            })
        })
        .collect();
    json!({"now": NOW * 1000, "jwks": super::key_set_json(), "cases": cases})
}

pub fn cases() -> Vec<Case> {
    let groups = [good(), form(), header(), keys_and_signatures(), algorithms(), claims(), time(), scopes()];
    groups.into_iter().chain([requirements(), providers(), super::statement_rows::cases()]).flatten().collect()
}

const P256: Signer = Signer::P256;

/// A token of good claims under this header text.
fn under(header: &str) -> String {
    mint_bytes(P256, header.as_bytes(), good_claims().to_string().as_bytes())
}

/// A good header over this claims text.
fn over(claims: impl AsRef<[u8]>) -> String {
    mint_bytes(P256, good_header(P256).to_string().as_bytes(), claims.as_ref())
}

fn with_claim(name: &str, value: impl Into<Option<Value>>) -> String {
    mint(P256, &good_header(P256), &with(good_claims(), name, value))
}

fn with_parameter(name: &str, value: impl Into<Option<Value>>) -> String {
    mint(P256, &with(good_header(P256), name, value), &good_claims())
}

/// RFC7515-4-11, RFC7519-4-21, RFC9068-4-30, RFC7519-4.1.3-20, HARNESS-R3.
fn good() -> Vec<Case> {
    let mut cases: Vec<Case> =
        super::SIGNERS.iter().map(|signer| case(signer.algorithm(), good_token(*signer), "accepted")).collect();
    for signer in super::SIGNERS {
        let header = with(good_header(signer), "kid", None);
        cases.push(case(
            format!("{} without kid", signer.algorithm()),
            mint(signer, &header, &good_claims()),
            "accepted",
        ));
    }
    cases.extend([
        case(
            "white space in the header",
            under(" {\n\"typ\":\"at+jwt\",\"alg\":\"ES256\",\"kid\":\"ec\"}\t"),
            "accepted",
        ),
        case("escapes in the header", under(r#"{"typ":"at\u002bjwt","\u0061lg":"ES256","kid":"e\u0063"}"#), "accepted"),
        case("unknown header members", with_parameter("x", json!({"y": [1, null, true]})), "accepted"),
        case("unknown claims", with_claim("x", json!({"y": [1.5, {}, "\u{1F600}"]})), "accepted"),
        case("a key in the header is not read", with_parameter("jwk", json!({"kty": "oct", "k": "AA"})), "accepted"),
        case(
            "a location in the header is not followed",
            with_parameter("jku", json!("https://evil.example")),
            "accepted",
        ),
        case("typ in upper case", with_parameter("typ", json!("AT+JWT")), "accepted"),
        case("typ as a full media type", with_parameter("typ", json!("application/at+jwt")), "accepted"),
        case("several audiences", with_claim("aud", json!(["https://other.example", AUDIENCE])), "accepted"),
        case("no scope and none needed", with_claim("scope", None), "accepted"),
    ]);
    cases
}

/// RFC7515-7.1-10, RFC7515-5.2-10, RFC4648-3.5-10, RFC7515-5.2-11, RFC7515-10.12-10, RFC7519-7.2-20,
/// RFC8725-3.7-20, RFC8259-9-20, HARNESS-R1, RFC7515-3.2-10, RFC8725BIS-3-20.
fn form() -> Vec<Case> {
    let good = good_token(P256);
    let parts: Vec<&str> = good.split('.').collect();
    let [header, payload, signature] = parts[..] else { unreachable!("three parts") };
    let insert = |part: &str, extra: &str| format!("{}{extra}{}", &part[..4], &part[4..]);
    let mut cases = vec![
        case("empty", String::new(), "malformed_token"),
        case("one part", "abc".into(), "malformed_token"),
        case("two parts", format!("{header}.{payload}"), "malformed_token"),
        case("four parts", format!("{good}."), "malformed_token"),
        case("a dot before", format!(".{good}"), "malformed_token"),
        case("an empty payload", format!("{header}..{signature}"), "malformed_token"),
        case("an empty header", format!(".{payload}.{signature}"), "malformed_token"),
        case("five parts", format!("{good}.a.b"), "encrypted_token"),
        case("six parts", format!("{good}.a.b.c"), "malformed_token"),
        case(
            "JSON serialization",
            format!(r#"{{"payload":"{payload}","protected":"{header}","signature":"{signature}"}}"#),
            "malformed_token",
        ),
        case(
            "a length of 1 modulo 4",
            format!("{header}.{payload}.{}", &signature[..signature.len() - 1]),
            "malformed_token",
        ),
        case(
            "another spelling of the last octet",
            format!("{header}.{payload}.{}", other_spelling(signature)),
            "malformed_token",
        ),
        case(
            "longer than 16 KiB",
            over(with(good_claims(), "x", json!("x".repeat(16 * 1024))).to_string()),
            "token_too_large",
        ),
        Case { options: json!({"maxTokenBytes": good.len()}), ..case("exactly the limit", good.clone(), "accepted") },
        Case {
            options: json!({"maxTokenBytes": good.len() - 1}),
            ..case("one over the limit", good.clone(), "token_too_large")
        },
    ];
    for (name, character) in [
        ("padding", "="),
        ("plus", "+"),
        ("slash", "/"),
        ("space", " "),
        ("line feed", "\n"),
        ("percent", "%41"),
        ("umlaut", "ä"),
        ("nul", "\0"),
    ] {
        for (part, token) in [
            ("header", format!("{}.{payload}.{signature}", insert(header, character))),
            ("payload", format!("{header}.{}.{signature}", insert(payload, character))),
            ("signature", format!("{header}.{payload}.{}", insert(signature, character))),
        ] {
            cases.push(case(format!("{name} in the {part}"), token, "malformed_token"));
        }
    }
    for (name, text) in [
        ("no object", "[]"),
        ("a string", "\"x\""),
        ("null", "null"),
        ("nothing", ""),
        ("something after", "{}x"),
        ("two objects", "{}{}"),
        ("a comma before the end", r#"{"typ":"at+jwt",}"#),
        ("single quotes", "{'typ':1}"),
        ("a comment", "{/**/}"),
        ("NaN", r#"{"x":NaN}"#),
        ("a leading zero", r#"{"x":01}"#),
        ("a lone point", r#"{"x":1.}"#),
        ("a control character", "{\"x\":\"\u{1}\"}"),
        ("a byte order mark", "\u{feff}{}"),
        ("a lone surrogate", r#"{"x":"\ud800"}"#),
        ("surrogates in the wrong order", r#"{"x":"\udc00\ud800"}"#),
        ("an unknown escape", r#"{"x":"\x41"}"#),
        ("a member without a value", r#"{"x"}"#),
        ("a name that is no string", "{1:2}"),
        ("no closing brace", r#"{"x":1"#),
    ] {
        cases.push(case(format!("header: {name}"), under(text), "malformed_token"));
        cases.push(case(format!("claims: {name}"), over(text), "malformed_token"));
    }
    let utf16: Vec<u8> = good_claims().to_string().encode_utf16().flat_map(u16::to_be_bytes).collect();
    let deep = format!(r#"{{"x":{}{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    let wide = format!(r#"{{"x":[{}1]}}"#, "1,".repeat(2_000));
    cases.extend([
        case("claims: UTF-16", over(utf16), "malformed_token"),
        case("claims: invalid UTF-8", over([b"{\"x\":\"", &[0xff][..], b"\"}"].concat()), "malformed_token"),
        Case { options: json!({"maxTokenBytes": 65536}), ..case("claims: 10000 deep", over(deep), "malformed_token") },
        case("claims: 2000 elements", over(wide), "malformed_token"),
    ]);
    cases
}

/// Another last character that differs in bits that encode nothing.
fn other_spelling(part: &str) -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (start, last) = part.split_at(part.len() - 1);
    let at = ALPHABET.find(last).unwrap();
    format!("{start}{}", &ALPHABET[at + 1..at + 2])
}

/// RFC7515-4-10, RFC7515-4.1.1-10, RFC7515-4.1.11-10, RFC7515-4.1.11-11, RFC7516-9-10, RFC7519-5.2-10,
/// RFC7518-3.6-10, RFC9068-4-30, RFC8725-3.11-20.
fn header() -> Vec<Case> {
    let duplicate = |text: &str| under(text);
    let mut cases = vec![
        case("alg twice", duplicate(r#"{"typ":"at+jwt","alg":"none","alg":"ES256","kid":"ec"}"#), "malformed_token"),
        case(
            "alg twice, once escaped",
            duplicate(r#"{"typ":"at+jwt","alg":"ES256","\u0061lg":"none","kid":"ec"}"#),
            "malformed_token",
        ),
        case(
            "a member twice, deep",
            duplicate(r#"{"typ":"at+jwt","alg":"ES256","kid":"ec","x":[{"y":1,"y":1}]}"#),
            "malformed_token",
        ),
        case("enc", with_parameter("enc", json!("A256GCM")), "encrypted_token"),
        case("cty JWT", with_parameter("cty", json!("JWT")), "encrypted_token"),
        case("cty as a full media type", with_parameter("cty", json!("application/jwt")), "encrypted_token"),
        case("b64 false", with_parameter("b64", json!(false)), "unsupported_critical"),
        case("b64 true", with_parameter("b64", json!(true)), "unsupported_critical"),
        case("zip", with_parameter("zip", json!("DEF")), "unsupported_critical"),
        case("no alg", with_parameter("alg", None), "unsupported_algorithm"),
        case("typ absent", with_parameter("typ", None), "invalid_type"),
        case("kid is a number", with_parameter("kid", json!(1)), "malformed_token"),
        case("alg is null", with_parameter("alg", json!(null)), "malformed_token"),
        case("alg is a list", with_parameter("alg", json!(["ES256"])), "malformed_token"),
        case("typ is a number", with_parameter("typ", json!(1)), "malformed_token"),
    ];
    for crit in [
        json!([]),
        json!(["exp"]),
        json!(["x"]),
        json!(["b64"]),
        json!("x"),
        json!(null),
        json!({}),
        json!(["alg", "alg"]),
    ] {
        cases.push(case(format!("crit {crit}"), with_parameter("crit", crit), "unsupported_critical"));
    }
    for alg in
        ["none", "None", "nOnE", "", "es256", "ES256 ", "HS256", "HS512", "RS1", "constructor", "__proto__", "A128KW"]
    {
        cases.push(case(format!("alg {alg:?}"), with_parameter("alg", json!(alg)), "unsupported_algorithm"));
    }
    for typ in ["JWT", "", "at-jwt", "dpop+jwt", "logout+jwt", "at+jwt ", "application/jwt", "x/at+jwt"] {
        cases.push(case(format!("typ {typ:?}"), with_parameter("typ", json!(typ)), "invalid_type"));
    }
    let unsigned = format!("{}.{}.", encode(r#"{"typ":"at+jwt","alg":"none"}"#), encode(good_claims().to_string()));
    cases.push(case("unsecured", unsigned, "unsupported_algorithm"));
    cases.extend(jwt_profile());
    cases
}

/// Plain JWTs under the profile for them, and the other kinds of JWT that it must still refuse.
/// RFC8725-3.12-20, RFC9068-5-20.
fn jwt_profile() -> Vec<Case> {
    let jwt = |name: &str, typ: Option<Value>, claims: Value, expected| Case {
        options: json!({"profile": "jwt"}),
        ..case(format!("profile jwt: {name}"), mint(P256, &with(good_header(P256), "typ", typ), &claims), expected)
    };
    let mut cases = vec![
        jwt("typ JWT", Some(json!("JWT")), good_claims(), "accepted"),
        jwt("typ absent", None, good_claims(), "accepted"),
        jwt("fewer claims", Some(json!("JWT")), json!({"iss": ISSUER, "aud": AUDIENCE, "exp": NOW + 1}), "accepted"),
        jwt("typ at+jwt", Some(json!("at+jwt")), good_claims(), "invalid_type"),
        jwt("a DPoP proof by typ", Some(json!("dpop+jwt")), good_claims(), "invalid_type"),
    ];
    for mark in
        ["nonce", "at_hash", "c_hash", "s_hash", "events", "htm", "htu", "token_introspection", "code", "response_type"]
    {
        cases.push(jwt(mark, Some(json!("JWT")), with(good_claims(), mark, json!("x")), "invalid_type"));
    }
    cases
}

/// RFC7518-3.4-10, RFC7515-5.2-13, RFC7515-6-10, RFC7517-4.5-10, RFC9068-4-33, RFC8725-3.1-11.
fn keys_and_signatures() -> Vec<Case> {
    let good = good_token(P256);
    let (input, signature) = good.rsplit_once('.').unwrap();
    let signed_as = |algorithm: &str, kid: Option<&str>, signer: Signer| {
        let header = with(good_header(signer), "alg", json!(algorithm));
        mint(signer, &with(header, "kid", kid.map(Value::from)), &good_claims())
    };
    let mut flipped = super::decode(signature);
    flipped[10] ^= 1;
    let raw = super::decode(signature);
    let half = |bytes: &[u8]| [&[0; 32][..], bytes].concat();
    vec![
        case("one bit of the signature", format!("{input}.{}", encode(&flipped)), "invalid_signature"),
        case("no signature", format!("{input}."), "invalid_signature"),
        case("a short signature", format!("{input}.{}", encode(&raw[..63])), "invalid_signature"),
        case("a long signature", format!("{input}.{}", encode([&raw[..], &[0]].concat())), "invalid_signature"),
        case("r and s are zero", format!("{input}.{}", encode([0; 64])), "invalid_signature"),
        case("r is zero", format!("{input}.{}", encode(half(&raw[32..]))), "invalid_signature"),
        case("r and s are the order", format!("{input}.{}", encode(P256_ORDER.repeat(2))), "invalid_signature"),
        case("a signature over other bytes", format!("{input}.{}", encode(P256.sign(b"other"))), "invalid_signature"),
        case(
            "claims of another token",
            {
                let other = encode(with(good_claims(), "scope", json!("admin")).to_string());
                let header = input.split('.').next().unwrap();
                format!("{header}.{other}.{signature}")
            },
            "invalid_signature",
        ),
        case("unknown kid", signed_as("ES256", Some("unknown"), P256), "key_not_found"),
        case("kid of other case", signed_as("ES256", Some("EC"), P256), "key_not_found"),
        case("a very long kid", signed_as("ES256", Some(&*"k".repeat(300).leak()), P256), "key_not_found"),
        case("kid with a path", signed_as("ES256", Some("../../etc/passwd"), P256), "key_not_found"),
        case("RS256 by a P-256 key", signed_as("RS256", Some("ec"), P256), "unsuitable_key"),
        case("ES256 by an RSA key", signed_as("ES256", Some("rsa"), Signer::Rsa), "unsuitable_key"),
        case("EdDSA by a P-256 key", signed_as("EdDSA", Some("ec"), P256), "unsuitable_key"),
        case("ES256 by an Ed25519 key", signed_as("ES256", Some("ed"), Signer::Ed25519), "unsuitable_key"),
        case("RS256 in name, signed by another key", signed_as("RS256", Some("rsa"), P256), "invalid_signature"),
        Case {
            options: json!({"algorithms": ["RS256"]}),
            ..case("an algorithm that is not allowed", good_token(P256), "unsupported_algorithm")
        },
    ]
}

/// The algorithms that every backend has; ES384 and ES512, which only some have, are in tests of their own.
/// RFC7518-3.5-10, RFC8725-3.1-10.
fn algorithms() -> Vec<Case> {
    let rsa = |alg: &str, signed_as: &Rsa| {
        let header = with(good_header(Signer::Rsa), "alg", json!(alg));
        let input = format!("{}.{}", encode(header.to_string()), encode(good_claims().to_string()));
        format!("{input}.{}", encode(super::sign_rsa(signed_as, input.as_bytes())))
    };
    let all = json!({"algorithms": ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]});
    let allowed = |case: Case| Case { options: all.clone(), ..case };
    let by_rsa = [
        ("RS256", Rsa::rs256()),
        ("RS384", Rsa::rs384()),
        ("RS512", Rsa::rs512()),
        ("PS256", Rsa::ps256()),
        ("PS384", Rsa::ps384()),
        ("PS512", Rsa::ps512()),
    ];
    let mut cases = Vec::new();
    for (alg, _) in &by_rsa {
        for (made_by, algorithm) in &by_rsa {
            let expected = if alg == made_by { "accepted" } else { "invalid_signature" };
            cases.push(allowed(case(
                format!("{alg}, the signature is one of {made_by}"),
                rsa(alg, algorithm),
                expected,
            )));
        }
        let by_default = if alg.ends_with("256") { "accepted" } else { "unsupported_algorithm" };
        let algorithm = &by_rsa.iter().find(|(name, _)| name == alg).unwrap().1;
        cases.push(case(format!("{alg} by default"), rsa(alg, algorithm), by_default));
    }
    for (alg, algorithm) in &by_rsa {
        let token = plus_modulus(alg, algorithm);
        cases.push(allowed(case(format!("{alg}, the modulus added to the signature"), token, "invalid_signature")));
    }
    let ed25519 = with(good_header(Signer::Ed25519), "alg", json!("Ed25519"));
    let ed25519 = mint(Signer::Ed25519, &ed25519, &good_claims());
    let only = |name: &str, case: Case| Case { options: json!({"algorithms": [name]}), ..case };
    cases.extend([
        case("Ed25519 by its own name", ed25519.clone(), "accepted"),
        only("EdDSA", case("Ed25519 by its own name, EdDSA allowed", ed25519, "accepted")),
        only("Ed25519", case("EdDSA, Ed25519 allowed", good_token(Signer::Ed25519), "accepted")),
        allowed(case("ES384 by a P-256 key", with_parameter("alg", json!("ES384")), "unsuitable_key")),
        allowed(case("HS256 where much is allowed", with_parameter("alg", json!("HS256")), "unsupported_algorithm")),
    ]);
    cases
}

/// A signature s as s + n, for a token whose sum has as many octets as n: the same number to arithmetic that reduces it.
fn plus_modulus(alg: &str, signed_as: &Rsa) -> String {
    let header = encode(with(good_header(Signer::Rsa), "alg", json!(alg)).to_string());
    let modulus = BigUint::from_bytes_be(&super::decode(super::published_keys::RSA_N));
    let mut ids = 0_u32..;
    loop {
        let claims = with(good_claims(), "jti", json!(ids.next().unwrap().to_string()));
        let input = format!("{header}.{}", encode(claims.to_string()));
        let signature = BigUint::from_bytes_be(&super::sign_rsa(signed_as, input.as_bytes()));
        let sum = (signature + &modulus).to_bytes_be();
        if sum.len() == 256 {
            return format!("{input}.{}", encode(sum));
        }
    }
}

/// FIPS 186-5, the order of P-256.
const P256_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7,
    0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// RFC7519-4-20, RFC9068-2.2-20, RFC9068-2.2-21, RFC9068-4-31, RFC9068-4-32, RFC7519-2-21, RFC7519-4.1.3-20,
/// RFC9449-7.2-10.
fn claims() -> Vec<Case> {
    let mut cases = vec![
        case("exp twice", over(r#"{"exp":1,"exp":9999999999}"#), "malformed_token"),
        case("aud twice, once escaped", over(r#"{"aud":"me","\u0061ud":"other"}"#), "malformed_token"),
        case("iss absent", with_claim("iss", None), "claim_missing"),
        case("aud absent", with_claim("aud", None), "claim_missing"),
        case("exp absent", with_claim("exp", None), "claim_missing"),
        case("iss is a list", with_claim("iss", json!([ISSUER])), "claim_invalid"),
        case("cnf", with_claim("cnf", json!({"jkt": "x"})), "bound_token_without_proof"),
        case("cnf of nothing known", with_claim("cnf", json!({})), "bound_token_without_proof"),
        case("cnf null", with_claim("cnf", json!(null)), "bound_token_without_proof"),
        Case {
            options: json!({"audience": null}),
            ..case("audience waived", with_claim("aud", json!("x")), "accepted")
        },
        Case {
            options: json!({"audience": null}),
            ..case("audience waived, required by the profile", with_claim("aud", None), "claim_missing")
        },
        Case {
            options: json!({"audience": ["x", AUDIENCE]}),
            ..case("one of two own identifiers", with_claim("aud", json!("x")), "accepted")
        },
    ];
    for name in ["sub", "client_id", "jti", "iat"] {
        cases.push(case(format!("{name} absent"), with_claim(name, None), "claim_missing"));
        cases.push(case(format!("{name} is an object"), with_claim(name, json!({})), "claim_invalid"));
        cases.push(case(format!("{name} is null"), with_claim(name, json!(null)), "claim_invalid"));
    }
    for iss in [
        "https://as.example.com/",
        "https://AS.example.com",
        "https://as.example.com:443",
        "https://as.example.co",
        "http://as.example.com",
        "",
    ] {
        cases.push(case(format!("iss {iss:?}"), with_claim("iss", json!(iss)), "invalid_issuer"));
    }
    for aud in [
        json!("https://api.example.com/"),
        json!("https://API.example.com"),
        json!([]),
        json!(["x"]),
        json!(""),
        json!("https://api.example.com https://x"),
    ] {
        cases.push(case(format!("aud {aud}"), with_claim("aud", aud), "invalid_audience"));
    }
    for aud in [json!([1, AUDIENCE]), json!({"a": AUDIENCE}), json!(null), json!(true), json!([[AUDIENCE]])] {
        cases.push(case(format!("aud {aud}"), with_claim("aud", aud), "claim_invalid"));
    }
    cases
}

/// Good claims with the text of one member replaced, so that numbers keep their spelling.
fn with_text(name: &str, text: &str) -> String {
    let claims = with(good_claims(), name, json!("@")).to_string().replace("\"@\"", text);
    over(claims)
}

/// RFC7519-2-20, RFC7519-4.1.4-20, RFC7519-4.1.5-20, RFC7519-4.1.6-20, RFC9068-4-34.
fn time() -> Vec<Case> {
    let mut cases = Vec::new();
    for name in ["exp", "nbf", "iat"] {
        for text in [
            "\"1800000300\"",
            "true",
            "null",
            "[]",
            "{}",
            "-1",
            "-0",
            "1e400",
            "9007199254740992",
            "1e17",
            &"9".repeat(308),
            "1e99999999999",
        ] {
            cases.push(case(format!("{name} is {text}"), with_text(name, text), "claim_invalid"));
        }
    }
    for (name, text, expected) in [
        ("exp", "1800000000", "token_expired"),
        ("exp", "1800000000.000001", "accepted"),
        ("exp", "1.800000001e9", "accepted"),
        ("exp", "18000000010e-1", "accepted"),
        ("exp", "1800000001", "accepted"),
        ("exp", "1799999999.999999", "token_expired"),
        ("exp", "0", "token_expired"),
        ("exp", "0e5", "token_expired"),
        ("exp", "9007199254740991", "accepted"),
        ("nbf", "1800000000", "accepted"),
        ("nbf", "1800000000.5", "token_not_yet_valid"),
        ("nbf", "1800000001", "token_not_yet_valid"),
        ("iat", "1800000000", "accepted"),
        ("iat", "1800000001", "issued_in_future"),
    ] {
        cases.push(case(format!("{name} {text} at 1800000000"), with_text(name, text), expected));
    }
    let tolerant = |name, text, expected| Case {
        options: json!({"clockToleranceSeconds": 5}),
        ..case(format!("{name} {text} with 5 s"), with_text(name, text), expected)
    };
    let aged = |text, expected| Case {
        options: json!({"maxAgeSeconds": 60}),
        ..case(format!("iat {text} with a maximum age of 60 s"), with_text("iat", text), expected)
    };
    cases.extend([
        tolerant("exp", "1799999996", "accepted"),
        tolerant("exp", "1799999995", "token_expired"),
        tolerant("nbf", "1800000005", "accepted"),
        tolerant("nbf", "1800000006", "token_not_yet_valid"),
        tolerant("iat", "1800000005", "accepted"),
        tolerant("iat", "1800000006", "issued_in_future"),
        aged("1799999941", "accepted"),
        aged("1799999940", "token_too_old"),
    ]);
    cases
}

/// RFC6749-3.3-30, RFC6749-3.3-31, RFC9068-2.2.3-20, RFC6749-7-30.
fn scopes() -> Vec<Case> {
    let scoped = |name: &str, scope: Option<Value>, scopes: &[&str], expected| Case {
        scopes: json!(scopes),
        ..case(format!("scope: {name}"), with_claim("scope", scope), expected)
    };
    vec![
        scoped("one of two", Some(json!("read write")), &["write"], "accepted"),
        scoped("both, in another order", Some(json!("write read")), &["read", "write"], "accepted"),
        scoped("repeated", Some(json!("read read")), &["read"], "accepted"),
        scoped("one is missing", Some(json!("read")), &["read", "write"], "insufficient_scope"),
        scoped("of other case", Some(json!("Read")), &["read"], "insufficient_scope"),
        scoped("a prefix", Some(json!("read:all")), &["read"], "insufficient_scope"),
        scoped("a longer one is needed", Some(json!("read")), &["read:all"], "insufficient_scope"),
        scoped("absent", None, &["read"], "insufficient_scope"),
        scoped("empty", Some(json!("")), &["read"], "insufficient_scope"),
        scoped("a list", Some(json!(["read"])), &["read"], "claim_invalid"),
        scoped("a tab between", Some(json!("read\twrite")), &["read"], "claim_invalid"),
        scoped("a no-break space between", Some(json!("read\u{a0}write")), &["read"], "claim_invalid"),
        scoped("a comma between", Some(json!("read,write")), &["read"], "insufficient_scope"),
        scoped("two spaces", Some(json!("read  write")), &["read"], "claim_invalid"),
        scoped("a space before", Some(json!(" read")), &["read"], "claim_invalid"),
        scoped("a quote", Some(json!("re\"ad")), &[], "claim_invalid"),
    ]
}

/// Requirements that are more than a list, over the scopes `read write`.
/// RFC6749-7-30.
fn requirements() -> Vec<Case> {
    let needs = |scopes: Value, expected| Case {
        name: format!("scopes {scopes}"),
        scopes,
        ..case("", good_token(P256), expected)
    };
    vec![
        needs(json!({"allOf": ["read", "write"]}), "accepted"),
        needs(json!({"allOf": []}), "accepted"),
        needs(json!({"anyOf": ["admin", "write"]}), "accepted"),
        needs(json!({"anyOf": ["admin", "audit"]}), "insufficient_scope"),
        needs(json!({"not": "admin"}), "accepted"),
        needs(json!({"not": "read"}), "insufficient_scope"),
        needs(json!(["read", {"anyOf": ["admin", {"allOf": ["write", {"not": "admin"}]}]}]), "accepted"),
        needs(json!({"not": {"anyOf": ["admin", "read"]}}), "insufficient_scope"),
    ]
}

/// Tokens in the form of named servers, and what they must not be taken for.
/// RFC9068-5-20, RFC8725-3.12-20, RFC9068-4-36.
fn providers() -> Vec<Case> {
    let of = |profile: &str, name: &str, typ: Option<&str>, claims: Value, scopes: &[&str], expected| Case {
        options: json!({"profile": profile}),
        scopes: json!(scopes),
        ..case(
            format!("profile {profile}: {name}"),
            mint(P256, &with(good_header(P256), "typ", typ.map(Value::from)), &claims),
            expected,
        )
    };
    let base = json!({"iss": ISSUER, "aud": AUDIENCE, "sub": "s", "iat": NOW - 1, "exp": NOW + 1, "jti": "j"});
    let plus = |more: Value| {
        let mut claims = base.clone();
        claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        claims
    };
    let cognito = with(plus(json!({"client_id": AUDIENCE, "token_use": "access", "scope": "a b"})), "aud", None);
    let entra = with(plus(json!({"azp": "c", "scp": "a b"})), "jti", None);
    vec![
        of(
            "auth0",
            "permissions",
            Some("JWT"),
            plus(json!({"azp": "c", "scope": "a", "permissions": ["b", "c d"]})),
            &["a", "b"],
            "accepted",
        ),
        of("auth0", "typ at+jwt", Some("at+jwt"), plus(json!({"client_id": "c", "scope": "a"})), &["a"], "accepted"),
        of("auth0", "an ID token", Some("JWT"), plus(json!({"azp": "c", "nonce": "n"})), &[], "invalid_type"),
        of("auth0", "an ID token without a mark", Some("JWT"), base.clone(), &[], "claim_missing"),
        of("entra", "an ID token", Some("JWT"), base.clone(), &[], "claim_missing"),
        of("okta", "an ID token", None, base.clone(), &[], "claim_missing"),
        of(
            "keycloak",
            "an access token with a nonce",
            Some("JWT"),
            plus(json!({"typ": "Bearer", "azp": "c", "nonce": "n"})),
            &[],
            "accepted",
        ),
        of("keycloak", "typ at+jwt", Some("at+jwt"), plus(json!({"typ": "Bearer", "azp": "c"})), &[], "accepted"),
        of("jwt", "token_use id", Some("JWT"), plus(json!({"token_use": "id"})), &[], "invalid_type"),
        of("jwt", "token_use access", Some("JWT"), plus(json!({"token_use": "access"})), &[], "accepted"),
        of("jwt", "a claim typ Refresh", Some("JWT"), plus(json!({"typ": "Refresh"})), &[], "invalid_type"),
        of("jwt", "a claim typ that is no string", Some("JWT"), plus(json!({"typ": ["Bearer"]})), &[], "invalid_type"),
        of("cognito", "good", None, cognito.clone(), &["a", "b"], "accepted"),
        of(
            "cognito",
            "an ID token by token_use",
            None,
            with(cognito.clone(), "token_use", json!("id")),
            &[],
            "invalid_type",
        ),
        of("cognito", "no token_use", None, with(cognito.clone(), "token_use", None), &[], "invalid_type"),
        of("cognito", "another client", None, with(cognito.clone(), "client_id", json!("x")), &[], "invalid_audience"),
        of("cognito", "no client", None, with(cognito, "client_id", None), &[], "claim_missing"),
        of("entra", "delegated", Some("JWT"), entra.clone(), &["a", "b"], "accepted"),
        of(
            "entra",
            "an application's roles",
            Some("JWT"),
            with(with(entra.clone(), "scp", None), "roles", json!(["a"])),
            &["a"],
            "accepted",
        ),
        of(
            "entra",
            "roles that are no list",
            Some("JWT"),
            with(entra.clone(), "roles", json!("a")),
            &[],
            "claim_invalid",
        ),
        of("entra", "no typ", None, entra, &[], "invalid_type"),
        of(
            "keycloak",
            "good",
            Some("JWT"),
            plus(json!({"typ": "Bearer", "azp": "c", "scope": "a"})),
            &["a"],
            "accepted",
        ),
        of("keycloak", "an ID token", Some("JWT"), plus(json!({"typ": "ID", "azp": "c"})), &[], "invalid_type"),
        of("keycloak", "a refresh token", Some("JWT"), plus(json!({"typ": "Refresh"})), &[], "invalid_type"),
        of("okta", "good", None, plus(json!({"cid": "c", "scp": ["a", "b"]})), &["a", "b"], "accepted"),
        of("okta", "scp with a number", None, plus(json!({"cid": "c", "scp": ["a", 1]})), &[], "claim_invalid"),
        of("okta", "cid is a number", None, plus(json!({"cid": 1})), &[], "claim_invalid"),
        Case {
            options: json!({"scopeClaims": ["realm_access.roles", "scope"]}),
            scopes: json!(["a", "read"]),
            ..case("scopeClaims: two, one inside", with_claim("realm_access", json!({"roles": ["a"]})), "accepted")
        },
        Case {
            options: json!({"scopeClaims": ["https://example.com/roles"]}),
            scopes: json!({"not": "suspended"}),
            ..case(
                "scopeClaims: a name with dots",
                with_claim("https://example.com/roles", json!(["suspended"])),
                "insufficient_scope",
            )
        },
        Case {
            options: json!({"scopeClaims": ["scope"]}),
            scopes: json!(["a", "b"]),
            ..case("scopeClaims: scope as a list", with_claim("scope", json!(["a", "b"])), "accepted")
        },
        Case {
            options: json!({"scopeClaims": ["realm_access.roles"]}),
            scopes: json!(["read"]),
            ..case("scopeClaims: scope is not looked at", good_token(P256), "insufficient_scope")
        },
        Case {
            options: json!({"scopeClaims": ["realm_access.roles"]}),
            ..case("scopeClaims: no object on the way", with_claim("realm_access", json!("roles")), "claim_invalid")
        },
        Case {
            options: json!({"maxLifetimeSeconds": 310}),
            ..case("exactly the maximum lifetime", good_token(P256), "accepted")
        },
        Case {
            options: json!({"maxLifetimeSeconds": 309}),
            ..case("one second more than it", good_token(P256), "claim_invalid")
        },
        Case {
            options: json!({"maxLifetimeSeconds": 311}),
            ..case("one second less than it", good_token(P256), "accepted")
        },
    ]
}
