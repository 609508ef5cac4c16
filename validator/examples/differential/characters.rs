//! One bit, one character, one length changed: in every part, for every algorithm. And the same octets in another spelling.

use serde_json::json;

use crate::{
    forge::{Forge, header, parts},
    signer::{ALGORITHMS, QUICK},
    support::{decode, encode, good_claims, with},
};

const PARTS: [&str; 3] = ["header", "claims", "signature"];
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const FOREIGN: [&str; 16] =
    ["=", "+", "/", " ", "\n", "\t", "\r\n", "\0", "%2D", "ä", "\u{a0}", "\u{200b}", "~", ",", "\"", "\u{1F600}"];

pub fn add(forge: &mut Forge) {
    for (algorithm, _) in ALGORITHMS {
        let token = forge.good(algorithm);
        bits(forge, algorithm, &token);
        characters(forge, algorithm, &token);
        lengths(forge, algorithm, &token);
    }
    for algorithm in QUICK {
        spellings(forge, algorithm);
    }
}

/// The token with this part replaced.
fn replaced(token: &str, at: usize, part: &str) -> String {
    let mut all = parts(token);
    all[at] = part;
    all.join(".")
}

fn bits(forge: &mut Forge, algorithm: &str, token: &str) {
    for (at, part) in PARTS.iter().enumerate() {
        for _ in 0..80 {
            let mut octets = decode(parts(token)[at]);
            let bit = forge.dice.below(octets.len() * 8);
            octets[bit / 8] ^= 1 << (bit % 8);
            let token = replaced(token, at, &encode(octets));
            forge.add(&format!("bit-{part}"), format!("{algorithm} bit {bit}"), token);
        }
    }
}

fn characters(forge: &mut Forge, algorithm: &str, token: &str) {
    for (at, part) in PARTS.iter().enumerate() {
        let text = parts(token)[at];
        for _ in 0..25 {
            // Not the last one, some of whose bits say nothing.
            let place = forge.dice.below(text.len() - 1);
            let (start, rest) = text.split_at(place);
            let other = char::from(*forge.dice.pick(&ALPHABET.iter().collect::<Vec<_>>()));
            let changes = [
                ("replaced", format!("{start}{other}{}", &rest[1..])),
                ("inserted", format!("{start}{other}{rest}")),
                ("removed", format!("{start}{}", &rest[1..])),
            ];
            for (change, text) in changes {
                // What is the same text again was not changed.
                if text != parts(token)[at] {
                    let token = replaced(token, at, &text);
                    forge.add(&format!("character-{change}-{part}"), format!("{algorithm} at {place}"), token);
                }
            }
        }
        let place = forge.dice.below(text.len());
        for foreign in FOREIGN {
            let text = format!("{}{foreign}{}", &text[..place], &text[place..]);
            let token = replaced(token, at, &text);
            forge.add(&format!("character-foreign-{part}"), format!("{algorithm} {foreign:?} at {place}"), token);
        }
    }
}

fn lengths(forge: &mut Forge, algorithm: &str, token: &str) {
    let [_, _, signature] = parts(token);
    let octets = decode(signature);
    for count in [0, 1, 2, octets.len() / 2, octets.len() - 2, octets.len() - 1] {
        for (end, kept) in [("end", &octets[..count]), ("beginning", &octets[octets.len() - count..])] {
            let token = replaced(token, 2, &encode(kept));
            forge.add("signature-cut", format!("{algorithm} {count} octets from its {end}"), token);
        }
    }
    for extra in [&[0][..], &[1], &[0, 0], &[0; 64], &octets] {
        for (place, longer) in [("after", [&octets[..], extra].concat()), ("before", [extra, &octets].concat())] {
            let token = replaced(token, 2, &encode(longer));
            forge.add("signature-longer", format!("{algorithm} {} octets {place}", extra.len()), token);
        }
    }
    for _ in 0..10 {
        let place = 1 + forge.dice.below(token.len() - 1);
        forge.add("token-cut", format!("{algorithm} at {place}"), token[..place].to_owned());
        let dot = forge.dice.below(token.len());
        forge.add("dot-inserted", format!("{algorithm} at {dot}"), format!("{}.{}", &token[..dot], &token[dot..]));
    }
    let around = [" ", "\t", "\n", "\u{feff}", "\0", "Bearer ", "=", "."];
    for text in around {
        forge.add("text-before", format!("{algorithm} {text:?}"), format!("{text}{token}"));
        forge.add("text-after", format!("{algorithm} {text:?}"), format!("{token}{text}"));
    }
}

/// Texts that sloppy decoders take for the same octets, signed as they stand.
fn spellings(forge: &mut Forge, algorithm: &str) {
    // A claim that makes every residue of the length, and octets whose encoding has both special characters.
    for fill in 0..9 {
        let filling = json!("~\u{3ff}?".repeat(2) + &"x".repeat(fill));
        let header = with(header(algorithm), "x", filling.clone()).to_string();
        let claims = with(good_claims(), "x", filling).to_string();
        let (header, claims) = (encode(header), encode(claims));
        let control = forge.seal(algorithm, &header, &claims);
        forge.add("valid", format!("{algorithm} before other spellings, {fill}"), control);
        for (at, part) in PARTS.iter().enumerate() {
            for (spelling, spell) in SPELLINGS {
                let (mut texts, detail) = ([header.clone(), claims.clone()], format!("{algorithm} {fill}"));
                let token = if at < 2 {
                    let Some(text) = spell(&texts[at]) else { continue };
                    texts[at] = text;
                    forge.seal(algorithm, &texts[0], &texts[1])
                } else {
                    let good = forge.seal(algorithm, &header, &claims);
                    let Some(text) = spell(parts(&good)[2]) else { continue };
                    replaced(&good, 2, &text)
                };
                forge.add(&format!("spelling-{spelling}-{part}"), detail, token);
            }
        }
    }
}

type Spell = fn(&str) -> Option<String>;

/// Another text for the same octets; `None` where there is none.
const SPELLINGS: [(&str, Spell); 6] = [
    ("unused-bits", |text| {
        let (start, last) = text.split_at(text.len() - 1);
        let place = ALPHABET.iter().position(|character| last.as_bytes() == [*character]).unwrap();
        (text.len() % 4 != 0).then(|| format!("{start}{}", char::from(ALPHABET[place ^ 1])))
    }),
    ("padding", |text| (text.len() % 4 != 0).then(|| format!("{text}{}", "=".repeat(4 - text.len() % 4)))),
    ("too-much-padding", |text| Some(format!("{text}{}", "=".repeat(4)))),
    ("standard-alphabet", |text| text.contains(['-', '_']).then(|| text.replace('-', "+").replace('_', "/"))),
    ("line-feed", |text| Some(format!("{}\n{}", &text[..4], &text[4..]))),
    ("space", |text| Some(format!("{}  {}", &text[..8], &text[8..]))),
];
