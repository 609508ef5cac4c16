//! Texts that are nearly a scope.

use super::edits::{Edit, edits};
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::sample::select;

/// White space that separates no scopes (RFC 6749 §3.3): what languages and engines of patterns call so.
const SPACES: &[char] = &[
    '\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{1f}', '\u{85}', '\u{a0}', '\u{1680}', '\u{180e}', '\u{2000}',
    '\u{2007}', '\u{200b}', '\u{2028}', '\u{2029}', '\u{202f}', '\u{205f}', '\u{2060}', '\u{3000}', '\u{feff}', '\t',
    '\n', '\r',
];

/// A character that no scope has, and where it stands.
#[derive(Debug, Clone)]
pub struct Blemish {
    character: char,
    place: Place,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    After,
    Before,
    Within(usize),
    /// In the place of a space, before a scope that nobody registered.
    Between,
}

impl Blemish {
    /// The scope with this character.
    pub fn apply(&self, scope: &str) -> String {
        let character = self.character;
        match self.place {
            Place::After => format!("{scope}{character}"),
            Place::Before => format!("{character}{scope}"),
            Place::Within(place) => {
                let inner: Vec<_> = scope.char_indices().map(|(start, _)| start).collect();
                let (before, after) = scope.split_at(inner.get(place % inner.len().max(1)).copied().unwrap_or(0));
                format!("{before}{character}{after}")
            }
            Place::Between => format!("{scope}{character}x_countersign"),
        }
    }
}

/// One character that the grammar of scopes does not have: quote and backslash, white space, control characters, letters
/// beyond ASCII. NUL is none of them, since what stands in front of a server may drop it.
pub fn blemishes() -> impl Strategy<Value = Blemish> {
    let character = prop_oneof![
        1 => select(vec!['"', '\\']),
        4 => select(SPACES.to_vec()),
        4 => proptest::char::range('\u{1}', '\u{1f}'),
        1 => proptest::char::range('\u{7f}', '\u{9f}'),
        2 => proptest::char::range('\u{a1}', '\u{24f}'),
        1 => proptest::char::range('\u{ff01}', '\u{ff5e}'),
    ];
    let place = prop_oneof![
        Just(Place::After),
        Just(Place::Before),
        Just(Place::Between),
        (0_usize..16).prop_map(Place::Within),
    ];
    (character, place).prop_map(|(character, place)| Blemish { character, place })
}

/// How a text comes near a scope.
#[derive(Debug, Clone)]
pub enum Likeness {
    /// One character is a sign that means any in some language of patterns.
    Pattern(usize, char),
    /// Something stands before the scope, as a name of its resource does.
    Qualified(String, char),
    /// Something stands behind it.
    Longer(String),
    /// It is joined to another scope by a sign that is no space.
    Joined(char),
    /// One letter is another, or too many, or missing.
    Edited(Edit),
}

impl Likeness {
    /// The text that is like the first of two scopes; none if it has nothing to change.
    pub fn apply(&self, first: &str, second: &str) -> Option<String> {
        match self {
            Self::Pattern(place, sign) => {
                let starts: Vec<_> = first.char_indices().collect();
                let (start, old) = *starts.get(place.checked_rem(starts.len())?)?;
                (old != *sign).then(|| format!("{}{sign}{}", &first[..start], &first[start + old.len_utf8()..]))
            }
            Self::Qualified(name, sign) => Some(format!("{name}{sign}{first}")),
            Self::Longer(more) => Some(format!("{first}{more}")),
            Self::Joined(sign) => Some(format!("{first}{sign}{second}")),
            Self::Edited(edit) => edit.apply(first),
        }
    }
}

/// Ways to be like a scope and another one.
pub fn likenesses() -> impl Strategy<Value = Likeness> {
    let name = || "x[a-z]{2,8}";
    prop_oneof![
        1 => name().prop_map(Likeness::Longer),
        2 => (0_usize..16, select(vec!['*', '?', '.', '%', '_'])).prop_map(|(place, sign)| Likeness::Pattern(place, sign)),
        2 => (name(), select(vec!['/', ':', '.', '#'])).prop_map(|(name, sign)| Likeness::Qualified(name, sign)),
        1 => select(vec!['|', '&', '/', ':', '.']).prop_map(Likeness::Joined),
        1 => edits().prop_map(Likeness::Edited),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::samples::samples;
    use super::*;
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};
    use std::collections::BTreeSet;

    /// RFC 6749 §3.3.
    fn is_legal(c: char) -> bool {
        matches!(c, '!' | '#'..='[' | ']'..='~')
    }

    proptest! {
        #[test]
        fn a_blemish_is_one_character_that_no_scope_has(blemish in blemishes()) {
            let blemished = blemish.apply("read");
            let illegal: Vec<_> = blemished.chars().filter(|c| !is_legal(*c)).collect();
            prop_assert_eq!(&illegal, &[blemish.character]);
            prop_assert!(blemish.character != ' ' && blemish.character != '\0');
            prop_assert!(blemished.replace(blemish.character, "").starts_with("read"));
            prop_assert!(blemish.apply("").contains(blemish.character));
        }

        #[test]
        fn a_likeness_is_one_legal_scope_and_another(likeness in likenesses()) {
            if let Some(like) = likeness.apply("read", "write") {
                prop_assert!(like != "read" && like != "write" && like.chars().all(is_legal), "{}", like);
            }
        }
    }

    #[test]
    fn every_blemish_occurs() {
        let blemished: BTreeSet<_> = samples(&blemishes()).iter().map(|blemish| blemish.apply("read")).collect();
        let found = |wanted: fn(&str, char) -> bool| {
            blemished.iter().any(|text| text.chars().find(|c| !is_legal(*c)).is_some_and(|c| wanted(text, c)))
        };
        assert!(found(|text, c| text.ends_with('"') && c == '"'));
        assert!(found(|text, c| text.starts_with('\\') && c == '\\'));
        assert!(found(|text, c| c == '\u{2028}' && text.ends_with("x_countersign")));
        assert!(found(|text, c| c == '\u{b}' && text.ends_with("d")));
        assert!(found(|text, c| c.is_ascii_control() && text.starts_with("re")));
        assert!(found(|_, c| c.is_alphabetic()));
    }

    #[test]
    fn every_likeness_occurs() {
        let like: BTreeSet<_> = samples(&likenesses()).iter().filter_map(|like| like.apply("read", "write")).collect();
        for text in ["re_d", "rea%", "*ead", "read|write", "read:write", "Read", "ead"] {
            assert!(like.contains(text), "{text}: {like:?}");
        }
        assert!(like.iter().any(|like| like.ends_with("/read")) && like.iter().any(|like| like.starts_with("readx")));
    }
}
