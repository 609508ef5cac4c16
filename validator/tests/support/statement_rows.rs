//! Rows of the corpus that stand for single statements: what no group of [`super::corpus`] shows by itself.

use serde_json::{Value, json};

use super::{
    AUDIENCE, ISSUER, NOW, Signer, corpus::Case, encode, good_claims, good_header, good_token, mint, mint_bytes, with,
};

const P256: Signer = Signer::P256;

fn case(name: impl Into<String>, token: String, expected: &'static str) -> Case {
    Case { name: name.into(), token, options: json!({}), scopes: json!([]), expected }
}

fn under(header: impl AsRef<[u8]>) -> String {
    mint_bytes(P256, header.as_ref(), good_claims().to_string().as_bytes())
}

fn over(claims: impl AsRef<[u8]>) -> String {
    mint_bytes(P256, good_header(P256).to_string().as_bytes(), claims.as_ref())
}

/// The good claims as text, with this in place of the member `name`.
fn claims_with(name: &str, text: &str) -> String {
    let rest = with(good_claims(), name, None).to_string();
    format!("{{{text},{}", &rest[1..])
}

pub fn cases() -> Vec<Case> {
    let groups = [names(), received_bytes(), encodings(), limits(), duplicates(), unsecured(), signatures()];
    let more = [keys_in_the_header(), other_kinds(), identity(), scope_separators()];
    groups.into_iter().chain(more).flatten().collect()
}

/// RFC7515-10.13-10, RFC7519-2-21.
fn names() -> Vec<Case> {
    vec![
        case(
            "ALG is another name than alg",
            under(r#"{"typ":"at+jwt","alg":"ES256","ALG":"none","kid":"ec"}"#),
            "accepted",
        ),
        case("ALG is no alg", under(r#"{"typ":"at+jwt","ALG":"ES256","kid":"ec"}"#), "unsupported_algorithm"),
        case("KID is no kid", under(r#"{"typ":"at+jwt","alg":"ES256","KID":"nobody","kid":"ec"}"#), "accepted"),
        case("Crit is not crit", under(r#"{"typ":"at+jwt","alg":"ES256","kid":"ec","Crit":["x"]}"#), "accepted"),
        case(
            "an escaped crit is crit",
            under(r#"{"typ":"at+jwt","alg":"ES256","kid":"ec","\u0063rit":["x"]}"#),
            "unsupported_critical",
        ),
        case(
            "an escaped alg decides",
            under(r#"{"typ":"at+jwt","\u0061lg":"none","kid":"ec"}"#),
            "unsupported_algorithm",
        ),
        case("EXP is no exp", over(claims_with("exp", r#""EXP":1800000300"#)), "claim_missing"),
        case("an escaped exp decides", over(claims_with("exp", r#""\u0065xp":1"#)), "token_expired"),
        case(
            "an escaped aud decides",
            over(claims_with("aud", r#""a\u0075d":"https://x.example""#)),
            "invalid_audience",
        ),
        case("an escape in iss is undone", over(claims_with("iss", r#""iss":"https:\/\/as.example.com""#)), "accepted"),
    ]
}

/// RFC7515-5.2-12: what came is what was signed, not what it means.
fn received_bytes() -> Vec<Case> {
    let spaced = "{ \"typ\": \"at+jwt\", \"alg\": \"ES256\", \"kid\": \"ec\" }";
    let signed = under(spaced);
    let parts: Vec<&str> = signed.split('.').collect();
    let rewritten: Value = serde_json::from_str(spaced).unwrap();
    let header = encode(rewritten.to_string());
    let claims: Value = serde_json::from_slice(&super::decode(parts[1])).unwrap();
    let spaced_claims = encode(serde_json::to_string_pretty(&claims).unwrap());
    vec![
        case("the header as it was signed", signed.clone(), "accepted"),
        case("the header written anew", format!("{header}.{}.{}", parts[1], parts[2]), "invalid_signature"),
        case("the claims written anew", format!("{}.{spaced_claims}.{}", parts[0], parts[2]), "invalid_signature"),
    ]
}

/// RFC8725-3.7-20, RFC7515-5.2-11, RFC7515-3.2-10.
fn encodings() -> Vec<Case> {
    let good = good_token(P256);
    let parts: Vec<&str> = good.split('.').collect();
    let header = good_header(P256).to_string();
    let utf16 = |to: fn(u16) -> [u8; 2]| header.encode_utf16().flat_map(to).collect::<Vec<u8>>();
    let utf32: Vec<u8> = header.chars().flat_map(|character| u32::from(character).to_be_bytes()).collect();
    let general = format!(
        r#"{{"payload":"{}","signatures":[{{"protected":"{}","signature":"{}"}}]}}"#,
        parts[1], parts[0], parts[2]
    );
    vec![
        case("header: UTF-16, big end first", under(utf16(u16::to_be_bytes)), "malformed_token"),
        case("header: UTF-16, little end first", under(utf16(u16::to_le_bytes)), "malformed_token"),
        case("header: UTF-32", under(utf32), "malformed_token"),
        case("header: an overlong octet sequence", under(b"{\"x\":\"\xc0\xaf\"}"), "malformed_token"),
        case("header: an encoded surrogate", under(b"{\"x\":\"\xed\xa0\x80\"}"), "malformed_token"),
        case("general JSON serialization", general.clone(), "malformed_token"),
        case(
            "JSON serialization in place of the header",
            format!("{}.{}.{}", encode(general), parts[1], parts[2]),
            "invalid_type",
        ),
    ]
}

/// RFC8259-9-20: at the limit, and one beyond it.
fn limits() -> Vec<Case> {
    // The object of the claims is the first of sixteen levels, and has nine members with this one.
    let deep = |levels: usize| over(claims_with("x", &format!(r#""x":{}{}"#, "[".repeat(levels), "]".repeat(levels))));
    let wide = |elements: usize| over(claims_with("x", &format!(r#""x":[{}1]"#, "1,".repeat(elements - 1))));
    let long = |bytes: usize| Case {
        options: json!({"maxTokenBytes": 65536}),
        ..case(
            format!("a claim of {bytes} bytes"),
            over(claims_with("x", &format!(r#""x":"{}""#, "x".repeat(bytes)))),
            "accepted",
        )
    };
    vec![
        case("claims: 16 deep", deep(15), "accepted"),
        case("claims: 17 deep", deep(16), "malformed_token"),
        case("claims: 1024 members and elements", wide(1024 - 9), "accepted"),
        case("claims: 1025 members and elements", wide(1025 - 9), "malformed_token"),
        long(40_000),
    ]
}

/// RFC7519-4-20, RFC7515-4-10: each twice, the good value first and last, once escaped.
fn duplicates() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, escaped) in [
        ("iss", r"\u0069ss"),
        ("aud", r"au\u0064"),
        ("exp", r"e\u0078p"),
        ("sub", r"\u0073ub"),
        ("scope", r"scop\u0065"),
        ("client_id", r"client\u005fid"),
    ] {
        let good = good_claims()[name].to_string();
        for (title, text) in [
            ("last", format!(r#""{name}":"evil","{name}":{good}"#)),
            ("first", format!(r#""{name}":{good},"{name}":"evil""#)),
            ("and the same", format!(r#""{name}":{good},"{name}":{good}"#)),
            ("once escaped", format!(r#""{escaped}":"evil","{name}":{good}"#)),
        ] {
            cases.push(case(format!("{name} twice, {title}"), over(claims_with(name, &text)), "malformed_token"));
        }
    }
    cases.push(case("a claim inside twice", over(claims_with("x", r#""x":{"a":1,"a":2}"#)), "malformed_token"));
    for name in ["alg", "kid", "typ"] {
        let header = good_header(P256).to_string();
        let twice = format!(r#"{{"{name}":"x",{}"#, &header[1..]);
        cases.push(case(format!("{name} twice in the header"), under(twice), "malformed_token"));
    }
    cases
}

/// RFC7518-3.6-10, RFC7515-4.1.1-10, RFC9068-4-33.
fn unsecured() -> Vec<Case> {
    let mut cases = Vec::new();
    for name in ["none", "None", "NONE", "nOnE", "none ", "\u{FF4E}one"] {
        let input = format!(
            "{}.{}",
            encode(with(good_header(P256), "alg", json!(name)).to_string()),
            encode(good_claims().to_string())
        );
        for (title, signature) in
            [("no signature", String::new()), ("a signature", encode(P256.sign(input.as_bytes())))]
        {
            cases.push(case(format!("{name:?} with {title}"), format!("{input}.{signature}"), "unsupported_algorithm"));
        }
    }
    cases
}

/// FIPS 186-5, the order of P-256.
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7,
    0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// RFC7518-3.4-10, RFC8037-3.1-10.
fn signatures() -> Vec<Case> {
    let good = good_token(P256);
    let (input, signature) = good.rsplit_once('.').unwrap();
    let raw = super::decode(signature);
    let (r, s) = raw.split_at(32);
    let es256 = |name: &str, signature: Vec<u8>, expected| {
        case(format!("ES256: {name}"), format!("{input}.{}", encode(signature)), expected)
    };
    let parsed = p256::ecdsa::Signature::from_slice(&raw).unwrap();
    let negated = p256::ecdsa::Signature::from_scalars(*parsed.r(), -*parsed.s()).unwrap();
    let ed = good_token(Signer::Ed25519);
    let (ed_input, ed_signature) = ed.rsplit_once('.').unwrap();
    let ed_raw = super::decode(ed_signature);
    let eddsa = |name: &str, signature: Vec<u8>| {
        case(format!("EdDSA: {name}"), format!("{ed_input}.{}", encode(signature)), "invalid_signature")
    };
    vec![
        es256("DER", parsed.to_der().as_bytes().to_vec(), "invalid_signature"),
        es256("r alone", r.to_vec(), "invalid_signature"),
        es256("s is zero", [r, &[0; 32]].concat(), "invalid_signature"),
        es256("r is the order", [&ORDER[..], s].concat(), "invalid_signature"),
        es256("s is the order", [r, &ORDER[..]].concat(), "invalid_signature"),
        es256("r and s change places", [s, r].concat(), "invalid_signature"),
        es256("96 octets", [&raw[..], &[0; 32]].concat(), "invalid_signature"),
        // By its nature: s and the order less s are both right (RFC 7518 §3.4 says nothing of a low one).
        es256("the other s", negated.to_bytes().to_vec(), "accepted"),
        eddsa("63 octets", ed_raw[..63].to_vec()),
        eddsa("65 octets", [&ed_raw[..], &[0]].concat()),
        eddsa("S and the order of the group", [&ed_raw[..32], &plus_ed25519_order(&ed_raw[32..])].concat()),
        eddsa("R is the identity", [&[1][..], &[0; 31], &ed_raw[32..]].concat()),
        eddsa("all zeros", vec![0; 64]),
    ]
}

/// The other number below 2^256 that is the same modulo the group's order (RFC 8032 §5.1.7 wants it refused).
fn plus_ed25519_order(s: &[u8]) -> Vec<u8> {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut carry = 0_u16;
    let digits = s.iter().zip(ORDER).map(|(digit, other)| {
        let sum = u16::from(*digit) + u16::from(other) + carry;
        carry = sum >> 8;
        (sum & 0xff) as u8
    });
    digits.collect()
}

/// RFC9068-4-21, RFC8725-3.10-10: a key that comes with the token, or a place of one, adds none and takes none away.
fn keys_in_the_header() -> Vec<Case> {
    use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
    let attacker = SigningKey::from_slice(&[9; 32]).unwrap();
    let point = attacker.verifying_key().to_encoded_point(false);
    let jwk = json!({"kty": "EC", "crv": "P-256", "kid": "ec", "x": encode(point.x().unwrap()), "y": encode(point.y().unwrap())});
    let mut cases = Vec::new();
    for (name, value) in [
        ("jwk", jwk),
        ("jku", json!("https://evil.example/jwks")),
        ("x5u", json!("https://evil.example/chain.pem")),
        ("x5c", json!(["MIIBhTCCASugAwIBAgIBATAKBggqhkjOPQQDAjAVMRMwEQYDVQQDDApldmls"])),
        ("x5t", json!(encode([7; 20]))),
        ("x5t#S256", json!(encode([7; 32]))),
    ] {
        let header = with(good_header(P256), name, value);
        for (title, header) in [("", header.clone()), (" and no kid", with(header, "kid", None))] {
            cases.push(case(
                format!("{name}{title}, signed by the issuer"),
                mint(P256, &header, &good_claims()),
                "accepted",
            ));
            let input = format!("{}.{}", encode(header.to_string()), encode(good_claims().to_string()));
            let signature: Signature = attacker.sign(input.as_bytes());
            cases.push(case(
                format!("{name}{title}, signed by its key"),
                format!("{input}.{}", encode(signature.to_bytes())),
                "invalid_signature",
            ));
        }
    }
    cases
}

/// RFC8725-3.12-20, RFC9068-5-20: what else the same issuer signs with the same key.
fn other_kinds() -> Vec<Case> {
    let id_token = json!({
        "iss": ISSUER, "sub": "248289761001", "aud": "s6BhdRkqt3", "nonce": "n-0S6_WzA2Mj", "exp": NOW + 300,
        "iat": NOW - 1, "auth_time": NOW - 2, "acr": "urn:mace:incommon:iap:silver",
    });
    let logout = json!({
        "iss": ISSUER, "sub": "248289761001", "aud": AUDIENCE, "iat": NOW - 1, "exp": NOW + 120, "jti": "bWJq",
        "sid": "08a5019c", "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    });
    let proof = json!({"iss": ISSUER, "jti": "-BwC3", "htm": "POST", "htu": AUDIENCE, "aud": AUDIENCE, "iat": NOW - 1, "exp": NOW + 60});
    let assertion =
        json!({"iss": "reports-job", "sub": "reports-job", "aud": ISSUER, "jti": "a", "iat": NOW - 1, "exp": NOW + 60});
    let introspection = json!({
        "iss": ISSUER, "aud": AUDIENCE, "iat": NOW - 1,
        "token_introspection": {"active": true, "iss": ISSUER, "aud": AUDIENCE, "exp": NOW + 60, "scope": "read write"},
    });
    let request = json!({"iss": "s6BhdRkqt3", "aud": ISSUER, "response_type": "code", "client_id": "s6BhdRkqt3", "exp": NOW + 60});
    let kinds = [
        ("an ID token", "JWT", id_token.clone(), "invalid_type", "invalid_audience"),
        ("an ID token for us", "JWT", with(id_token, "aud", json!(AUDIENCE)), "invalid_type", "invalid_type"),
        ("a logout token", "logout+jwt", logout.clone(), "invalid_type", "invalid_type"),
        ("a logout token without its typ", "JWT", logout.clone(), "invalid_type", "invalid_type"),
        ("a security event token", "secevent+jwt", logout, "invalid_type", "invalid_type"),
        ("a DPoP proof", "dpop+jwt", proof.clone(), "invalid_type", "invalid_type"),
        ("a DPoP proof without its typ", "JWT", proof, "invalid_type", "invalid_type"),
        ("an introspection response", "token-introspection+jwt", introspection.clone(), "invalid_type", "invalid_type"),
        ("an introspection response without its typ", "JWT", introspection, "invalid_type", "claim_missing"),
        ("a client's assertion", "JWT", assertion, "invalid_issuer", "invalid_issuer"),
        ("a request object", "oauth-authz-req+jwt", request, "invalid_issuer", "invalid_issuer"),
    ];
    let mut cases = Vec::new();
    for (name, typ, claims, strict, plain) in kinds {
        let token = mint(P256, &with(good_header(P256), "typ", json!(typ)), &claims);
        cases.push(case(format!("{name}, profile at+jwt"), token.clone(), strict));
        let options = json!({"profile": "jwt"});
        cases.push(Case { options, ..case(format!("{name}, profile jwt"), token, plain) });
    }
    cases
}

/// RFC9068-4-31, RFC9068-4-32, RFC7519-2-21, RFC9068-6-20: no normal form, and any text is only data.
fn identity() -> Vec<Case> {
    let composed = "https://api.example.com/caf\u{e9}";
    let decomposed = "https://api.example.com/cafe\u{301}";
    let claim = |name: &str, value: Value| mint(P256, &good_header(P256), &with(good_claims(), name, value));
    let ours = |name: &str, token: String, expected| Case {
        options: json!({"audience": composed}),
        ..case(name, token, expected)
    };
    let mut cases = vec![
        ours("aud composed", claim("aud", json!(composed)), "accepted"),
        ours("aud decomposed", claim("aud", json!(decomposed)), "invalid_audience"),
        ours("aud in percent", claim("aud", json!("https://api.example.com/caf%C3%A9")), "invalid_audience"),
        case("iss in percent", claim("iss", json!("https://as.example.co%6D")), "invalid_issuer"),
        case("iss with a space after", claim("iss", json!("https://as.example.com ")), "invalid_issuer"),
        case("iss with a nul after", claim("iss", json!("https://as.example.com\0")), "invalid_issuer"),
        case("aud with a nul after", claim("aud", json!("https://api.example.com\0")), "invalid_audience"),
        case("aud without scheme", claim("aud", json!("api.example.com")), "invalid_audience"),
        case("aud is a part", claim("aud", json!("https://api.example")), "invalid_audience"),
    ];
    for text in super::HOSTILE_TEXTS {
        for name in ["sub", "jti", "client_id"] {
            cases.push(case(format!("{name} is {text:?}"), claim(name, json!(text)), "accepted"));
        }
        let kid = mint(P256, &with(good_header(P256), "kid", json!(text)), &good_claims());
        cases.push(case(format!("kid is {text:?}"), kid, "key_not_found"));
    }
    cases
}

/// RFC6749-3.3-31, RFC6749-3.3-30: one space divides, and nothing else; names are compared whole.
fn scope_separators() -> Vec<Case> {
    let scoped = |scope: String, expected| Case {
        scopes: json!(["read"]),
        ..case(
            format!("scope {scope:?}"),
            mint(P256, &good_header(P256), &with(good_claims(), "scope", json!(scope))),
            expected,
        )
    };
    let spaces =
        ['\t', '\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{a0}', '\u{2003}', '\u{2028}', '\u{3000}', '\u{feff}'];
    let mut cases: Vec<Case> =
        spaces.iter().map(|space| scoped(format!("read{space}write"), "claim_invalid")).collect();
    for (scope, expected) in [
        ("read", "accepted"),
        ("write read", "accepted"),
        ("read+write", "insufficient_scope"),
        ("read;write", "insufficient_scope"),
        ("READ", "insufficient_scope"),
        ("rea", "insufficient_scope"),
        ("reads", "insufficient_scope"),
        ("*", "insufficient_scope"),
        ("read:*", "insufficient_scope"),
        ("read ", "claim_invalid"),
        ("re\u{e9}d", "claim_invalid"),
        ("read\\", "claim_invalid"),
    ] {
        cases.push(scoped(scope.to_owned(), expected));
    }
    cases
}
