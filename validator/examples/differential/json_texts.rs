//! The same JSON in other spellings, and what only looks like JSON: in headers and in claims, rightly signed.

use serde_json::{Value, json};

use crate::{
    dice::Dice,
    forge::{Forge, header},
    signer::QUICK,
    support::{encode, good_claims},
};

const GRAMMAR: [&str; 40] = [
    "",
    " ",
    "null",
    "true",
    "0",
    "\"x\"",
    "[]",
    "[{}]",
    "{",
    "}",
    "{}x",
    "{}{}",
    "{},",
    "{\"x\":1,}",
    "{,\"x\":1}",
    "{'x':1}",
    "{x:1}",
    "{1:2}",
    "{\"x\"}",
    "{\"x\":}",
    "{\"x\":1",
    "{/**/}",
    "{}//",
    "{\"x\":NaN}",
    "{\"x\":Infinity}",
    "{\"x\":-}",
    "{\"x\":01}",
    "{\"x\":+1}",
    "{\"x\":.5}",
    "{\"x\":1.}",
    "{\"x\":1e}",
    "{\"x\":0x1}",
    "{\"x\":\"\u{1}\"}",
    "{\"x\":\"\n\"}",
    "{\"x\":\"\\x41\"}",
    "{\"x\":\"\\u00g0\"}",
    "{\"x\":\"\\\"}",
    "{\"x\":undefined}",
    "{\"x\":True}",
    "\u{c}{}",
];

pub fn add(forge: &mut Forge) {
    for algorithm in QUICK {
        for at in 0..120 {
            let header = respelt(&mut forge.dice, &header(algorithm));
            let claims = respelt(&mut forge.dice, &good_claims());
            let token = forge.mint_bytes(algorithm, header.as_bytes(), claims.as_bytes());
            forge.add("json-respelt", format!("{algorithm} {at}"), token);
        }
        for text in GRAMMAR {
            both(forge, algorithm, "json-grammar", text, text.as_bytes());
        }
        grafted(forge, algorithm);
        duplicates(forge, algorithm);
        unencodable(forge, algorithm);
        // Not the text that was signed, but the same JSON.
        let good = forge.good(algorithm);
        let [head, body, signature] = crate::forge::parts(&good);
        for at in 0..20 {
            let claims = encode(respelt(&mut forge.dice, &good_claims()) + " ");
            forge.add(
                "json-respelt-unsigned",
                format!("{algorithm} claims {at}"),
                format!("{head}.{claims}.{signature}"),
            );
            let header = encode(respelt(&mut forge.dice, &header(algorithm)) + " ");
            forge.add(
                "json-respelt-unsigned",
                format!("{algorithm} header {at}"),
                format!("{header}.{body}.{signature}"),
            );
        }
    }
}

/// These octets once as header, once as claims.
fn both(forge: &mut Forge, algorithm: &str, class: &str, detail: &str, octets: &[u8]) {
    let detail = format!("{algorithm} {}", detail.escape_debug().take(60).collect::<String>());
    let token = forge.mint_bytes(algorithm, octets, good_claims().to_string().as_bytes());
    forge.add(&format!("{class}-header"), &detail, token);
    let token = forge.mint_bytes(algorithm, header(algorithm).to_string().as_bytes(), octets);
    forge.add(&format!("{class}-claims"), &detail, token);
}

/// The good texts with one more member, whose value is what ordinary parsers do not mind.
fn grafted(forge: &mut Forge, algorithm: &str) {
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let wide = |count: usize| format!("[{}1]", "1,".repeat(count - 1));
    for (class, value) in [
        ("json-member", "1".to_owned()),
        ("json-member", deep(15)),
        ("json-member", wide(900)),
        ("json-member", "1e5000".to_owned()),
        ("json-member", "-0.0e-0".to_owned()),
        ("json-member", "9".repeat(400)),
        ("json-member", "\"\u{feff}\"".to_owned()),
        ("json-lone-surrogate", "\"\\ud800\"".to_owned()),
        ("json-lone-surrogate", "\"\\udc00\\ud800\"".to_owned()),
        ("json-lone-surrogate", "\"\\ud800\\u0041\"".to_owned()),
        ("json-too-deep", deep(16)),
        ("json-too-deep", deep(2000)),
        ("json-too-wide", wide(1100)),
    ] {
        let graft = |base: Value| base.to_string().replacen('{', &format!("{{\"graft\":{value},"), 1);
        let shown = format!("{algorithm} {} characters", value.len());
        let token =
            forge.mint_bytes(algorithm, graft(header(algorithm)).as_bytes(), good_claims().to_string().as_bytes());
        forge.add(&format!("{class}-header"), &shown, token);
        let token =
            forge.mint_bytes(algorithm, header(algorithm).to_string().as_bytes(), graft(good_claims()).as_bytes());
        forge.add(&format!("{class}-claims"), &shown, token);
    }
    let large = "x".repeat(13_000);
    let token = forge.over(algorithm, &crate::support::with(good_claims(), "x", json!(large)));
    forge.add("token-too-large", algorithm, token);
}

/// A member twice, the good one first or last, plain or escaped, at the top or inside.
fn duplicates(forge: &mut Forge, algorithm: &str) {
    let escaped = |name: &str| format!("\\u{:04x}{}", name.as_bytes()[0], &name[1..]);
    for (part, base) in [("header", header(algorithm)), ("claims", good_claims())] {
        for (name, value) in base.as_object().unwrap() {
            for other in [value.to_string(), "\"evil\"".to_owned(), "null".to_owned(), "1".to_owned()] {
                for name in [name.clone(), escaped(name)] {
                    let text = base.to_string();
                    let first = text.replacen('{', &format!("{{\"{name}\":{other},"), 1);
                    let last = format!("{},\"{name}\":{other}}}", &text[..text.len() - 1]);
                    for (place, text) in [("first", first), ("last", last)] {
                        let token = match part {
                            "header" => {
                                forge.mint_bytes(algorithm, text.as_bytes(), good_claims().to_string().as_bytes())
                            }
                            _ => forge.mint_bytes(algorithm, header(algorithm).to_string().as_bytes(), text.as_bytes()),
                        };
                        forge.add(
                            &format!("json-duplicate-{part}"),
                            format!("{algorithm} {name} {other} {place}"),
                            token,
                        );
                    }
                }
            }
        }
        for inner in ["{\"y\":1,\"y\":1}", "[{\"y\":1,\"\\u0079\":2}]", "{\"a\":{\"\":0,\"\":0}}"] {
            let text = base.to_string().replacen('{', &format!("{{\"x\":{inner},"), 1);
            let token = match part {
                "header" => forge.mint_bytes(algorithm, text.as_bytes(), good_claims().to_string().as_bytes()),
                _ => forge.mint_bytes(algorithm, header(algorithm).to_string().as_bytes(), text.as_bytes()),
            };
            forge.add(&format!("json-duplicate-inside-{part}"), format!("{algorithm} {inner}"), token);
        }
    }
}

/// Octets that are no UTF-8, or another encoding of text (RFC 8259 §8.1).
fn unencodable(forge: &mut Forge, algorithm: &str) {
    for (part, base) in [("header", header(algorithm)), ("claims", good_claims())] {
        let text = base.to_string();
        let graft = |octets: &[u8]| [b"{\"x\":\"", octets, b"\",", &text.as_bytes()[1..]].concat();
        let utf16 = |big: bool| -> Vec<u8> {
            text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
        };
        for (class, octets) in [
            ("json-bom", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
            ("json-no-utf8", graft(b"\xff")),
            ("json-no-utf8", graft(b"\xc0\x80")),
            ("json-no-utf8", graft(b"\xed\xa0\x80")),
            ("json-no-utf8", graft(b"\xf4\x90\x80\x80")),
            ("json-no-utf8", graft(b"\xe2\x82")),
            ("json-utf16", utf16(true)),
            ("json-utf16", utf16(false)),
            ("json-utf16", [b"\xfe\xff", &utf16(true)[..]].concat()),
        ] {
            let (head, body) = (header(algorithm).to_string(), good_claims().to_string());
            let token = match part {
                "header" => forge.mint_bytes(algorithm, &octets, body.as_bytes()),
                _ => forge.mint_bytes(algorithm, head.as_bytes(), &octets),
            };
            forge.add(&format!("{class}-{part}"), format!("{algorithm} {} octets", octets.len()), token);
        }
    }
}

/// The same value: other order, other white space, other escapes.
fn respelt(dice: &mut Dice, value: &Value) -> String {
    let space = |dice: &mut Dice| dice.pick(&["", "", " ", "\n", "\t\r\n  "]);
    let mut members: Vec<_> = value.as_object().unwrap().iter().collect();
    for at in (1..members.len()).rev() {
        members.swap(at, dice.below(at + 1));
    }
    let members: Vec<String> = members
        .into_iter()
        .map(|(name, value)| {
            let value = match value {
                Value::String(text) => quoted(dice, text),
                other => other.to_string(),
            };
            format!("{}{}{}:{}{value}{}", space(dice), quoted(dice, name), space(dice), space(dice), space(dice))
        })
        .collect();
    format!("{}{{{}}}{}", space(dice), members.join(","), space(dice))
}

fn quoted(dice: &mut Dice, text: &str) -> String {
    let inner: String = text
        .chars()
        .map(|character| match dice.below(4) {
            0 => format!("\\u{:04x}", u32::from(character)),
            1 if character == '/' => "\\/".to_owned(),
            _ => character.to_string(),
        })
        .collect();
    format!("\"{inner}\"")
}
