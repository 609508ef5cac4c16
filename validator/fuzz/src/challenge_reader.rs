//! Challenges, read by RFC 9110 §11.6.1 and by nothing of how they are written.

use std::collections::BTreeMap;

/// By name in lower case.
pub(crate) type Parameters = BTreeMap<String, String>;

fn is_tchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Takes a token off the front (RFC 9110 §5.6.2).
fn token<'a>(text: &mut &'a str) -> Option<&'a str> {
    let end = text.bytes().position(|byte| !is_tchar(byte)).unwrap_or(text.len());
    let (taken, rest) = text.split_at(end);
    *text = rest;
    (!taken.is_empty()).then_some(taken)
}

/// Takes a quoted string off the front (RFC 9110 §5.6.4).
fn quoted_string(text: &mut &str) -> Option<String> {
    let mut value = String::new();
    let mut characters = text.strip_prefix('"')?.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => {
                *text = &text[at + 2..];
                return Some(value);
            }
            '\\' => value.push(characters.next()?.1),
            '\t' | ' '..='~' => value.push(character),
            _ => return None,
        }
    }
    None
}

/// A list of challenges as one field value: scheme, space, parameters with commas between them; a token without an equals
/// sign after a comma begins the next challenge. `None` if it is none, or names a parameter twice.
pub(crate) fn parse(mut text: &str) -> Option<Vec<(String, Parameters)>> {
    let mut challenges: Vec<(String, Parameters)> = Vec::new();
    loop {
        let mut name = token(&mut text)?;
        if let Some(rest) = text.strip_prefix(' ') {
            challenges.push((name.to_owned(), Parameters::new()));
            text = rest;
            name = token(&mut text)?;
        }
        text = text.strip_prefix('=')?;
        let value = quoted_string(&mut text)?;
        let (_, parameters) = challenges.last_mut()?;
        if parameters.insert(name.to_ascii_lowercase(), value).is_some() {
            return None;
        }
        if text.is_empty() {
            return Some(challenges);
        }
        text = text.strip_prefix(", ")?;
    }
}
