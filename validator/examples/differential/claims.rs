//! Claims of every type, absent, of another value.

use serde_json::{Value, json};

use crate::{
    forge::{Forge, header},
    signer::QUICK,
    support::{AUDIENCE, ISSUER, good_claims, with},
};

fn values() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(""),
        json!("x"),
        json!([]),
        json!(["x"]),
        json!([1]),
        json!([[]]),
        json!({}),
        json!({"x": 1}),
    ]
}

const ISSUERS: [&str; 18] = [
    "",
    "https://as.example.com/",
    "https://AS.example.com",
    "HTTPS://as.example.com",
    "https://as.example.com:443",
    "as.example.com",
    "https://as.example.co",
    "https://as.example.comm",
    "http://as.example.com",
    " https://as.example.com",
    "https://as.example.com ",
    "https://as.example.com?x",
    "https://as.example.com#",
    "https://as%2Eexample.com",
    "https://as.example.com\0",
    "https://evil.example",
    "https://as.example.com.evil.example",
    "https://as.example.com@evil.example",
];

const AUDIENCES: [&str; 14] = [
    "",
    "*",
    "api",
    "https://api.example.com/",
    "https://API.example.com",
    "https://api.example.com:443",
    "https://api.example.co",
    "https://api.example.com https://other.example",
    "https://api.example.com,https://other.example",
    "https://api.example.com/v2",
    " https://api.example.com",
    "https://api.example.com\n",
    "https://other.example",
    "urn:example:api",
];

pub fn add(forge: &mut Forge) {
    for algorithm in QUICK {
        for name in ["iss", "aud", "sub", "client_id", "jti", "iat", "exp", "nbf", "scope", "cnf", "acr", "auth_time"] {
            let absent = forge.over(algorithm, &with(good_claims(), name, None));
            forge.add(&format!("claim-absent-{name}"), algorithm, absent);
            for value in values() {
                let token = forge.over(algorithm, &with(good_claims(), name, value.clone()));
                forge.add(&format!("claim-type-{name}"), format!("{algorithm} {value}"), token);
            }
        }
        for issuer in ISSUERS {
            let token = forge.over(algorithm, &with(good_claims(), "iss", json!(issuer)));
            forge.add("claim-iss", format!("{algorithm} {issuer:?}"), token);
        }
        for list in [json!([ISSUER]), json!([ISSUER, "https://evil.example"]), json!({"0": ISSUER})] {
            let token = forge.over(algorithm, &with(good_claims(), "iss", list.clone()));
            forge.add("claim-iss-list", format!("{algorithm} {list}"), token);
        }
        audiences(forge, algorithm);
        others(forge, algorithm);
    }
}

fn audiences(forge: &mut Forge, algorithm: &str) {
    let more = [
        json!(["urn:example:api"]),
        json!(["x", "y", "urn:example:api"]),
        json!(vec!["x"; 300]),
        json!(vec![AUDIENCE; 300]),
    ];
    for aud in AUDIENCES.iter().map(|aud| json!(aud)).chain(AUDIENCES.iter().map(|aud| json!([aud, "x"]))).chain(more) {
        let token = forge.over(algorithm, &with(good_claims(), "aud", aud.clone()));
        let shown: String = aud.to_string().chars().take(60).collect();
        forge.add("claim-aud", format!("{algorithm} {shown}"), token.clone());
        if algorithm == "ES256" {
            forge.add_under("several", "claim-aud-several", shown, token);
        }
    }
    for aud in [
        json!([1, AUDIENCE]),
        json!([AUDIENCE, null]),
        json!([AUDIENCE, {}]),
        json!([AUDIENCE, ["x"]]),
        json!([[AUDIENCE]]),
        json!({"x": AUDIENCE}),
        json!({"0": AUDIENCE, "length": 1}),
    ] {
        let token = forge.over(algorithm, &with(good_claims(), "aud", aud.clone()));
        forge.add("claim-aud-mixed", format!("{algorithm} {aud}"), token);
    }
}

/// What marks other kinds of tokens, binds a token to a key, or pollutes prototypes.
fn others(forge: &mut Forge, algorithm: &str) {
    for name in
        ["nonce", "at_hash", "c_hash", "s_hash", "events", "htm", "htu", "token_introspection", "code", "response_type"]
    {
        let claims = with(good_claims(), name, json!("x"));
        let token = forge.over(algorithm, &claims);
        forge.add("claim-mark-at-jwt", format!("{algorithm} {name}"), token);
        let token = forge.mint(algorithm, &with(header(algorithm), "typ", json!("JWT")), &claims);
        forge.add_under("jwt", "claim-mark-jwt", format!("{algorithm} {name}"), token);
    }
    for cnf in
        [json!({"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}), json!({"x5t#S256": "AA"}), json!({"jwk": {}})]
    {
        let token = forge.over(algorithm, &with(good_claims(), "cnf", cnf.clone()));
        forge.add("claim-cnf", format!("{algorithm} {cnf}"), token);
    }
    for scope in ["", "read", "read write", "read  write", " read", "read\t", "re\"ad", "ré", "read,write"] {
        let token = forge.over(algorithm, &with(good_claims(), "scope", json!(scope)));
        forge.add("claim-scope", format!("{algorithm} {scope:?}"), token);
    }
    for name in ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "length"] {
        for value in [json!({"iss": ISSUER, "exp": 9_999_999_999_u64}), json!("x"), json!(null)] {
            let token = forge.over(algorithm, &with(good_claims(), name, value.clone()));
            forge.add("claim-prototype", format!("{algorithm} {name} {value}"), token);
            // In place of what it would stand in for.
            let token = forge.over(algorithm, &with(with(good_claims(), "exp", None), name, value.clone()));
            forge.add("claim-prototype-for-exp", format!("{algorithm} {name} {value}"), token);
        }
    }
}
