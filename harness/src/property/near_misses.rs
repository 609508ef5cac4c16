//! What is nearly right: one step away from a text, a token, a time or a form that is.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::{Strategy, any, prop_oneof};

/// One change of a text; a place is taken modulo its length.
#[derive(Debug, Clone)]
pub enum Edit {
    /// A character is taken away.
    Removed(usize),
    /// This one is put in.
    Inserted(usize, char),
    /// This one stands in the place of another.
    Replaced(usize, char),
    /// A letter has the other case.
    Recased(usize),
}

impl Edit {
    /// The text with this change; none if it is the same.
    pub fn apply(&self, text: &str) -> Option<String> {
        let mut characters: Vec<char> = text.chars().collect();
        let at = |place: &usize| place.checked_rem(text.chars().count());
        match self {
            Self::Removed(place) => _ = characters.remove(at(place)?),
            Self::Inserted(place, character) => characters.insert(at(place)?, *character),
            Self::Replaced(place, character) => *characters.get_mut(at(place)?)? = *character,
            Self::Recased(place) => {
                let letter = characters.get_mut(at(place)?)?;
                *letter =
                    if letter.is_ascii_uppercase() { letter.to_ascii_lowercase() } else { letter.to_ascii_uppercase() };
            }
        }
        let edited = characters.into_iter().collect::<String>();
        (edited != text).then_some(edited)
    }
}

/// Changes of a text by letters and digits, so that what comes out is as legal as what went in.
pub fn edits() -> impl Strategy<Value = Edit> {
    let character = || proptest::char::range('a', 'z');
    prop_oneof![
        any::<usize>().prop_map(Edit::Removed),
        (any::<usize>(), character()).prop_map(|(place, character)| Edit::Inserted(place, character)),
        (any::<usize>(), character()).prop_map(|(place, character)| Edit::Replaced(place, character)),
        any::<usize>().prop_map(Edit::Recased),
    ]
}

/// One bit of a JWS that is another: of header, payload or signature, decoded, so that its text is canonical again.
#[derive(Debug, Clone)]
pub struct Alteration {
    part: usize,
    octet: usize,
    bit: u32,
}

impl Alteration {
    /// The token with another bit; none if that part has no octets.
    pub fn apply(&self, token: &str) -> Option<String> {
        let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
        let part = parts.get_mut(self.part)?;
        let mut octets = URL_SAFE_NO_PAD.decode(part.as_bytes()).ok()?;
        let place = self.octet.checked_rem(octets.len())?;
        *octets.get_mut(place)? ^= 1_u8.checked_shl(self.bit)?;
        *part = URL_SAFE_NO_PAD.encode(octets);
        Some(parts.join("."))
    }
}

/// A bit somewhere.
pub fn alterations() -> impl Strategy<Value = Alteration> {
    (0_usize..3, any::<usize>(), 0_u32..8).prop_map(|(part, octet, bit)| Alteration { part, octet, bit })
}

/// How long ago something ended, seconds: an hour, which is beyond the skew that clocks are granted, to some years.
pub fn long_ago() -> impl Strategy<Value = i64> {
    (0_u32..16, 0_i64..3600).prop_map(|(doublings, more)| 3600_i64.saturating_mul(1 << doublings).saturating_add(more))
}

/// A parameter that stands twice: the other value, whether it is the first, and how many others stand between.
pub fn twins() -> impl Strategy<Value = (String, bool, usize)> {
    ("x_[a-z]{1,12}", any::<bool>(), 0_usize..4)
}

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

/// Places in a list of so many: each occurs, in any order, some more than once.
pub fn arrangements(count: usize) -> impl Strategy<Value = Vec<usize>> {
    let more = proptest::collection::vec(0..count.max(1), 0..=count);
    more.prop_flat_map(move |more| {
        use proptest::prelude::Just;
        Just((0..count).chain(more.into_iter().filter(|place| *place < count)).collect::<Vec<_>>()).prop_shuffle()
    })
}

/// Methods that nobody has (RFC 9110 §16.1.1: a method is a token): one that some server knows might change something there.
pub fn other_methods() -> impl Strategy<Value = String> {
    "X-[A-Z]{1,12}"
}

/// Sizes on a logarithmic scale, octets.
pub fn sizes(largest: usize) -> impl Strategy<Value = usize> {
    let doublings = largest.max(1).ilog2();
    (0..=doublings, any::<usize>())
        .prop_map(move |(doublings, more)| (1_usize << doublings).saturating_add(more % (1 << doublings)).min(largest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert, prop_assert_eq, prop_assert_ne, proptest};

    proptest! {
        #[test]
        fn an_edit_is_one_step_away(edit in edits()) {
            let text = "client_credentials";
            if let Some(edited) = edit.apply(text) {
                prop_assert_ne!(&edited, text);
                prop_assert!(edited.len().abs_diff(text.len()) <= 1);
                let same = text.chars().zip(edited.chars()).take_while(|(one, other)| one == other).count();
                let rest = |text: &str| text.chars().rev().take(text.len() - same).collect::<String>();
                let alike = rest(text).chars().zip(rest(&edited).chars()).take_while(|(one, other)| one == other).count();
                prop_assert!(same + alike + 1 >= text.len().min(edited.len()), "{}", edited);
            }
            prop_assert_eq!(edit.apply(""), None);
        }

        #[test]
        fn an_alteration_changes_one_bit(alteration in alterations()) {
            let token = "e30.eyJhIjoxfQ.AAECAwQF";
            let altered = alteration.apply(token).unwrap();
            let octets = |token: &str| -> Vec<u8> {
                token.split('.').flat_map(|part| URL_SAFE_NO_PAD.decode(part).unwrap()).collect()
            };
            let bits: u32 = octets(token).iter().zip(octets(&altered)).map(|(one, other)| (one ^ other).count_ones()).sum();
            prop_assert_eq!(bits, 1);
            prop_assert_eq!(alteration.apply("opaque"), None);
        }

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
        fn an_arrangement_has_each(places in arrangements(4)) {
            prop_assert!((0..4).all(|place| places.contains(&place)) && places.len() <= 8);
        }

        #[test]
        fn a_size_is_within_its_bounds(size in sizes(65_536)) {
            prop_assert!((1..=65_536).contains(&size));
        }

        #[test]
        fn other_methods_are_of_nobody(method in other_methods()) {
            prop_assert!(method.starts_with("X-"), "{}", method);
        }

        #[test]
        fn long_ago_is_beyond_the_skew(seconds in long_ago()) {
            prop_assert!((3600..20 * 365 * 86_400).contains(&seconds));
        }
    }
}
