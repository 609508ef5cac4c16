//! Times at the boundaries, one before and one after, in every spelling of a number.

use serde_json::json;

use crate::{
    forge::{Forge, STRICT, header},
    signer::QUICK,
    support::{NOW, good_claims, with},
};

/// Spellings that are no time of ours, whatever they mean to others.
const NUMBERS: [&str; 26] = [
    "-0",
    "-0.0",
    "-1",
    "-1e5",
    "0",
    "0e0",
    "0.0",
    "1e400",
    "-1e400",
    "1e-400",
    "1e99999999999",
    "9007199254740991",
    "9007199254740992",
    "9007199254740993",
    "18446744073709551615",
    "18446744073709551616",
    "9223372036854775807",
    "9223372036854775808",
    "1e17",
    "1e15",
    "4102444800",
    "253402300800",
    "1800000300000",
    "1.8e9",
    "1800000001.9999999999",
    "2e9",
];

/// Good claims under a good header, one claim in this spelling.
fn spelt(forge: &mut Forge, algorithm: &str, name: &str, text: &str) -> String {
    let claims = with(good_claims(), name, json!("@")).to_string().replace("\"@\"", text);
    forge.mint_bytes(algorithm, header(algorithm).to_string().as_bytes(), claims.as_bytes())
}

pub fn add(forge: &mut Forge) {
    for algorithm in QUICK {
        for name in ["exp", "nbf", "iat"] {
            for offset in -7..=7_i64 {
                let at = NOW + offset;
                for text in
                    [format!("{at}"), format!("{at}.0"), format!("{at}.5"), format!("{at}0e-1"), format!("{at}.000001")]
                {
                    let token = spelt(forge, algorithm, name, &text);
                    for policy in [STRICT, "tolerant"] {
                        forge.add_under(
                            policy,
                            &format!("time-{name}"),
                            format!("{algorithm} {text} {policy}"),
                            token.clone(),
                        );
                    }
                }
            }
            for text in NUMBERS {
                let token = spelt(forge, algorithm, name, text);
                forge.add(&format!("time-number-{name}"), format!("{algorithm} {text}"), token);
            }
            // Less than what a float of this size can tell.
            for text in
                [format!("{NOW}.00000001"), format!("{}.99999999", NOW - 1), format!("{NOW}.{}1", "0".repeat(300))]
            {
                let token = spelt(forge, algorithm, name, &text);
                let shown: String = text.chars().take(24).collect();
                forge.add(&format!("time-finer-{name}"), format!("{algorithm} {shown}"), token);
            }
            for text in [
                "\"1800000300\"",
                "\"soon\"",
                "\"2030-01-01T00:00:00Z\"",
                "[1800000300]",
                "{\"$date\":1}",
                "true",
                "null",
            ] {
                let token = spelt(forge, algorithm, name, text);
                forge.add(&format!("time-no-number-{name}"), format!("{algorithm} {text}"), token);
            }
        }
        for offset in [-62, -61, -60, -59, -58, 0, 1] {
            let token = spelt(forge, algorithm, "iat", &format!("{}", NOW + offset));
            let class = if offset == -60 { "time-age-at-its-end" } else { "time-age" };
            forge.add_under("aged", class, format!("{algorithm} {offset}"), token);
        }
    }
}
