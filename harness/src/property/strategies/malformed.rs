//! Octets that are no form.

use proptest::prelude::{Strategy, prop_oneof};

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
    }
}
