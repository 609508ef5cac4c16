//! Octets that are no form, and fields that are no credentials.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::{Strategy, prop, prop_oneof};

/// The text of a value that no form can have: escapes that are cut or no numbers, octets that are no UTF-8.
pub fn malformed_values() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{0,8}%",
        "[a-z]{0,8}%[0-9a-f]",
        "[a-z]{0,8}%[g-z][0-9a-f][a-z]{0,8}",
        "[a-z]{0,8}%[89ab][0-9a-f][a-z]{0,8}",
        "[a-z]{0,8}%c[01]%[89ab][0-9a-f]",
        "[a-z]{0,8}%ed%[ab][0-9a-f]%[89ab][0-9a-f]",
        "[a-z]{0,8}%f[5-9a-f][a-z]{0,8}",
    ]
}

/// A value of `Authorization` that has the Basic scheme and no credentials (RFC 7617 §2): no base64, no colon, no text.
pub fn malformed_basic() -> impl Strategy<Value = String> {
    let encoded = |octets: Vec<u8>| format!("Basic {}", STANDARD.encode(octets));
    // 0xff stands in no text (RFC 3629 §3).
    let no_text =
        prop::collection::vec(0x80..=0xff_u8, 0..12).prop_map(|octets| [&b"\xff"[..], &octets, b":"].concat());
    prop_oneof![
        // One character more than whole groups of four is six bits, and no octet.
        "Basic ([A-Za-z0-9+/]{4}){1,4}[A-Za-z0-9+/]",
        "Basic [A-Za-z0-9+/]{2}=[A-Za-z0-9+/]{1,8}",
        "Basic [A-Za-z0-9]{0,8}[!@#$*]{1,4}",
        "[a-z ]{1,12}".prop_map(move |text| encoded(text.into_bytes())),
        no_text.prop_map(encoded),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert, proptest};

    proptest! {
        #[test]
        fn no_form_has_such_a_value(text in malformed_values()) {
            let mut octets = Vec::new();
            let mut rest = text.as_bytes();
            let mut sound = true;
            while let Some((first, more)) = rest.split_first() {
                let digits = more.get(..2).and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
                match (first, digits) {
                    (b'%', Some(octet)) => { octets.push(octet); rest = &more[2..]; }
                    (b'%', None) => { sound = false; rest = more; }
                    (octet, _) => { octets.push(*octet); rest = more; }
                }
            }
            prop_assert!(!sound || String::from_utf8(octets).is_err(), "{}", text);
        }

        #[test]
        fn no_credentials_are_like_that(value in malformed_basic()) {
            let decoded = STANDARD.decode(value.strip_prefix("Basic ").unwrap());
            let pair = decoded.ok().and_then(|octets| String::from_utf8(octets).ok());
            prop_assert!(pair.is_none_or(|pair| !pair.contains(':')), "{}", value);
        }
    }
}
