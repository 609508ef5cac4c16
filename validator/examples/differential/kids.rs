//! Names of keys, and keys that must not be used.

use serde_json::json;

use crate::{
    forge::{Forge, header},
    judge::ODD_KEYS,
    keys::ODD,
    signer::{ALGORITHMS, QUICK, kid_of},
    support::with,
};

pub fn add(forge: &mut Forge) {
    let long = "k".repeat(300);
    for algorithm in QUICK {
        let own = kid_of(algorithm);
        let others = [
            "",
            " ",
            "0",
            "null",
            "../../../etc/passwd",
            "' OR '1'='1",
            "https://evil.example/jwks",
            "__proto__",
            "constructor",
            "toString",
            "\0",
            "\u{202e}ce",
            &own.to_uppercase(),
            &format!("{own} "),
            &format!(" {own}"),
            &format!("{own}\0"),
            &own[..1],
            &format!("{own}{own}"),
            &long,
        ]
        .map(str::to_owned);
        for kid in others {
            let token = forge.under(algorithm, &with(header(algorithm), "kid", json!(kid)));
            forge.add("kid-unknown", format!("{algorithm} {}", kid.escape_debug().take(40).collect::<String>()), token);
        }
        for kid in [json!(null), json!(0), json!(true), json!([own]), json!({"kid": own}), json!([])] {
            let token = forge.under(algorithm, &with(header(algorithm), "kid", kid.clone()));
            forge.add("kid-of-another-type", format!("{algorithm} {kid}"), token);
        }
    }
    // One RSA key is for six algorithms: two of them will do.
    let of_each_key = |name: &str| !matches!(name, "RS384" | "RS512" | "PS384" | "PS512");
    for (algorithm, own) in ALGORITHMS.into_iter().filter(|(name, _)| of_each_key(name)) {
        for (_, kid) in ALGORITHMS.iter().filter(|(_, kid)| *kid != own) {
            let token = forge.under(algorithm, &with(header(algorithm), "kid", json!(kid)));
            forge.add("kid-of-another-key", format!("{algorithm} {kid}"), token);
        }
        let token = forge.under(algorithm, &with(header(algorithm), "kid", None));
        forge.add("kid-absent", algorithm, token);
    }
    for (kid, algorithm, oddity) in ODD {
        let token = forge.under(algorithm, &with(header(algorithm), "kid", json!(kid)));
        let class = if *kid == "twins" { "key-of-a-kid-that-two-have" } else { "key-odd" };
        forge.add_under(ODD_KEYS, class, format!("{kid}, {algorithm}: {oddity}"), token);
    }
    for algorithm in ["ES256", "EdDSA", "RS256"] {
        let token = forge.under(algorithm, &with(header(algorithm), "kid", None));
        forge.add_under(ODD_KEYS, "key-odd-kid-absent", algorithm, token);
    }
}
