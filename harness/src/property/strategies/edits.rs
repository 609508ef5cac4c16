//! Texts that are one change away from one that is right.

use proptest::prelude::{Strategy, any, prop, prop_oneof};

/// One change of a text; a place is taken modulo its length.
#[derive(Debug, Clone)]
pub enum Edit {
    /// A character is taken away.
    Removed(usize),
    /// This one is put in, perhaps at the end.
    Inserted(usize, char),
    /// This one stands in the place of another.
    Replaced(usize, char),
    /// A letter has the other case.
    Recased(usize),
    /// A character of ASCII has the width of a Chinese one: compatibility forms of Unicode make it the same again.
    Widened(usize),
    /// The text ends here.
    Cut(usize),
}

impl Edit {
    /// The text with this change; none if it is the same.
    pub fn apply(&self, text: &str) -> Option<String> {
        let mut characters: Vec<char> = text.chars().collect();
        let at = |place: &usize| place.checked_rem(text.chars().count());
        match self {
            Self::Removed(place) => _ = characters.remove(at(place)?),
            Self::Inserted(place, character) => characters.insert(place % (characters.len() + 1), *character),
            Self::Replaced(place, character) => *characters.get_mut(at(place)?)? = *character,
            Self::Recased(place) => {
                let letter = characters.get_mut(at(place)?)?;
                *letter =
                    if letter.is_ascii_uppercase() { letter.to_ascii_lowercase() } else { letter.to_ascii_uppercase() };
            }
            Self::Widened(place) => {
                let character = characters.get_mut(at(place)?)?;
                *character = wide(*character).unwrap_or(*character);
            }
            Self::Cut(place) => characters.truncate(at(place)?),
        }
        let edited = characters.into_iter().collect::<String>();
        (edited != text).then_some(edited)
    }
}

/// The full-width form of a visible character of ASCII.
fn wide(character: char) -> Option<char> {
    character.is_ascii_graphic().then(|| char::from_u32(u32::from(character) + 0xfee0)).flatten()
}

/// Changes of a text by letters, so that what comes out is as legal as what went in.
pub fn edits() -> impl Strategy<Value = Edit> {
    let character = || proptest::char::range('a', 'z');
    prop_oneof![
        any::<usize>().prop_map(Edit::Removed),
        (any::<usize>(), character()).prop_map(|(place, character)| Edit::Inserted(place, character)),
        (any::<usize>(), character()).prop_map(|(place, character)| Edit::Replaced(place, character)),
        any::<usize>().prop_map(Edit::Recased),
    ]
}

/// Changes that some reader undoes: of case and of width, and characters that cannot be seen.
pub fn disguises() -> impl Strategy<Value = Edit> {
    let unseen = prop::sample::select(vec![' ', '\t', '\n', '\0', '\u{a0}', '\u{ad}', '\u{200b}', '\u{2003}']);
    prop_oneof![
        any::<usize>().prop_map(Edit::Recased),
        (any::<usize>(), unseen).prop_map(|(place, character)| Edit::Inserted(place, character)),
        any::<usize>().prop_map(Edit::Widened),
    ]
}

/// What a careless comparison takes for a secret: one letter is another, it is shorter, or in disguise.
pub fn wrong_secrets() -> impl Strategy<Value = Edit> {
    prop_oneof![1 => any::<usize>().prop_map(Edit::Cut), 2 => disguises(), 2 => edits()]
}

/// The texts that these changes make of one, which they never leave as it is.
pub fn applied(edits: impl Strategy<Value = Edit>, text: String) -> impl Strategy<Value = String> {
    edits.prop_filter_map("the text as it was", move |edit| edit.apply(&text))
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
            if !matches!(edit, Edit::Inserted(..)) {
                prop_assert_eq!(edit.apply(""), None);
            }
        }

        #[test]
        fn a_disguise_is_taken_off(disguised in applied(disguises(), "client_credentials".to_owned())) {
            let narrow = |c: char| char::from_u32(u32::from(c).wrapping_sub(0xfee0)).filter(char::is_ascii_graphic).unwrap_or(c);
            let seen = |c: &char| !c.is_whitespace() && !c.is_control() && !['\u{ad}', '\u{200b}'].contains(c);
            let undone: String = disguised.chars().map(narrow).filter(seen).collect();
            prop_assert_eq!(undone.to_ascii_lowercase(), "client_credentials");
        }

        #[test]
        fn a_wrong_secret_is_another(wrong in applied(wrong_secrets(), "s3cret +/=&?".to_owned())) {
            prop_assert_ne!(wrong, "s3cret +/=&?");
        }
    }
}
