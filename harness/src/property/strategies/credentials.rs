//! Credentials of the characters that encodings tell apart.

use proptest::prelude::{Strategy, prop, prop_oneof};

/// An id and a secret of visible characters and spaces (RFC 6749 appendix A.1 and A.2), many of them reserved; the id is
/// nobody's.
pub fn reserved_credentials() -> impl Strategy<Value = (String, String)> {
    let reserved = prop::sample::select(b" +%&=:/\\\"'?#".to_vec());
    let character = prop_oneof![2 => reserved, 1 => 0x20..0x7f_u8].prop_map(char::from);
    let text = prop::collection::vec(character, 1..16).prop_map(String::from_iter);
    (text.clone().prop_map(|id| format!("countersign-{id}-nobody")), text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{BasicEncoding, basic_authorization};
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    proptest! {
        /// RFC 6749 §2.3.1: whatever they are made of, what is encoded can be told apart and decoded.
        #[test]
        fn the_encoding_is_undone((id, secret) in reserved_credentials()) {
            let value = basic_authorization(&id, &secret, BasicEncoding::Form);
            let pair = STANDARD.decode(value.strip_prefix("Basic ").unwrap()).unwrap();
            let pair = String::from_utf8(pair).unwrap();
            prop_assert_eq!(pair.matches(':').count(), 1, "{}", pair);
            let (left, right) = pair.split_once(':').unwrap();
            let decode = |text: &str| crate::wire::Form::parse(format!("v={text}").as_bytes()).get("v").map(str::to_owned);
            prop_assert_eq!(decode(left), Some(id));
            prop_assert_eq!(decode(right), Some(secret.clone()));
            prop_assert!(secret.bytes().all(|octet| (0x20..0x7f).contains(&octet)));
        }
    }
}
