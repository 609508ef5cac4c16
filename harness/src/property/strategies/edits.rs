//! Texts that are one change away from one that is right.

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
    }
}
