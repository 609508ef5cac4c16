//! What a fuzzer begins with: a few inputs for each of its targets, good and hostile.

use serde_json::json;

use super::{AUDIENCE, ISSUER, SIGNERS, Signer, corpus, decode, good_claims, good_header, sender, with};

/// Longer ones teach a fuzzer nothing and slow it down, in bytes.
const MAX_BYTES: usize = 4096;

/// By the name of the target; each input is as the target in `fuzz/src` reads it.
pub fn all() -> Vec<(&'static str, Vec<Vec<u8>>)> {
    let texts = |texts: &[&str]| texts.iter().map(|text| text.as_bytes().to_vec()).collect::<Vec<_>>();
    let tokens: Vec<Vec<u8>> = corpus::cases().into_iter().map(|case| case.token.into_bytes()).collect();
    let contents: Vec<[Vec<u8>; 2]> = tokens.iter().filter_map(|token| content(token)).collect();
    let signed = contents.iter().map(|[header, claims]| [header, &b"\n"[..], claims].concat()).collect();
    let jsons = contents.iter().flatten().cloned().collect();
    let key_set = super::key_set_json();
    let metadata = json!({"issuer": ISSUER, "jwks_uri": format!("{ISSUER}/jwks")}).to_string();
    let mut all = vec![
        ("token", tokens),
        ("signed_token", signed),
        ("json", jsons),
        ("key_set", key_sets(&key_set)),
        ("proof", proofs()),
        ("metadata", texts(&[&metadata, &key_set, &resource(), "{}", "[]"])),
    ];
    all.extend(TEXTS.iter().map(|(target, inputs)| (*target, texts(inputs))));
    for (_, inputs) in &mut all {
        inputs.retain(|input: &Vec<u8>| input.len() <= MAX_BYTES);
        inputs.sort_unstable();
        inputs.dedup();
    }
    all
}

const TEXTS: &[(&str, &[&str])] = &[
    (
        "authorization",
        &[
            "Bearer a.b.c",
            "bearer  x",
            "Bearer",
            "Basic eDp5",
            "DPoP a",
            "Bearer a, Bearer b",
            "Bearer a\nBearer b",
            "x",
            "",
        ],
    ),
    (
        "cache_control",
        &[
            "max-age=300\n",
            "public, max-age=600\n30",
            "no-store\n",
            "max-age=\"60\"\n",
            "max-age=99999999999\n-1",
            "x=\"a\\\", max-age=9\", max-age=300\n1, 2",
            "max-age=1, max-age=2\n",
        ],
    ),
    (
        "requirement",
        &[
            "[]",
            "[\"read\"]",
            "{\"allOf\":[\"read\",{\"not\":\"admin\"}]}",
            "{\"anyOf\":[\"a\",{\"allOf\":[]}]}",
            "\"x\"",
            "{\"not\":{\"anyOf\":[\"a\"]}}",
            "{\"anyOf\":[]}",
        ],
    ),
    (
        "answer",
        &[
            "api\n\n[\"read\",\"write\"]",
            "api\nhttps://api.example.com/.well-known/oauth-protected-resource\n[]",
            "my API!\nhttps://x\n{\"anyOf\":[\"a\",\"b\"]}",
            "\n\n",
        ],
    ),
];

/// Header and claims, if the token has so many parts that can be read.
fn content(token: &[u8]) -> Option<[Vec<u8>; 2]> {
    let text = core::str::from_utf8(token).ok()?;
    let parts: Vec<&str> = text.split('.').take(2).collect();
    let is_readable = |part: &&str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    let readable = parts.len() == 2 && parts.iter().all(is_readable) && parts.iter().all(|part| part.len() % 4 != 1);
    readable.then(|| [decode(parts[0]), decode(parts[1])])
}

fn key_sets(all: &str) -> Vec<Vec<u8>> {
    let alone = SIGNERS.map(|signer| json!({"keys": [signer.jwk()]}).to_string());
    let members = [json!({"use": "sig"}), json!({"key_ops": ["verify"]}), json!({"alg": "ES256"}), json!({"d": "AA"})];
    let with_member = members.map(|member| {
        let mut jwk = Signer::P256.jwk();
        jwk.as_object_mut().unwrap().extend(member.as_object().unwrap().clone());
        json!({"keys": [jwk, {"kty": "oct", "k": "AA"}]}).to_string()
    });
    alone.into_iter().chain(with_member).chain([all.to_owned()]).map(String::into_bytes).collect()
}

/// In the claims, `@ath` stands for the hash of the token.
fn proofs() -> Vec<Vec<u8>> {
    let proof = |signer: Signer, claims: serde_json::Value| {
        let header = json!({"typ": "dpop+jwt", "alg": signer.algorithm(), "jwk": with(signer.jwk(), "kid", None)});
        format!("{header}\n{claims}").into_bytes()
    };
    let claims = json!({"jti": "1", "htm": "GET", "htu": sender::URI, "iat": super::NOW, "ath": "@ath"});
    let mut all: Vec<Vec<u8>> = SIGNERS.iter().map(|signer| proof(*signer, claims.clone())).collect();
    all.push(proof(Signer::P256, with(claims.clone(), "nonce", json!("n"))));
    all.push(proof(Signer::P256, with(claims, "htu", json!("HTTPS://API.example.com:443/orders/./7?x#y"))));
    all.push(format!("{}\n{}", good_header(Signer::P256), good_claims()).into_bytes());
    all
}

fn resource() -> String {
    json!({"resource": AUDIENCE, "authorization_servers": [ISSUER], "scopes_supported": ["a"]}).to_string()
}
