//! Members of headers and claims that are wrong, in JWTs that are signed as they then stand.

use super::Edit;
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::sample::select;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// A value that stands where another one is right.
#[derive(Debug, Clone)]
pub enum Wrong {
    /// This one, whatever is right.
    Other(Value),
    /// A text that is one edit away.
    Edited(Edit),
    /// A number in the place of a text, and else the text of the value.
    Swapped,
    /// The right value in an array.
    InArray,
    /// The right value in an object.
    InObject,
}

impl Wrong {
    fn of(&self, right: Option<&Value>) -> Option<Value> {
        let wrong = match self {
            Self::Other(value) => value.clone(),
            Self::Edited(edit) => edit.apply(right?.as_str()?)?.into(),
            Self::Swapped => match right? {
                Value::String(_) => json!(1),
                other => json!(other.to_string()),
            },
            Self::InArray => json!([right?]),
            Self::InObject => json!({"value": right?}),
        };
        (Some(&wrong) != right).then_some(wrong)
    }
}

/// One member that is wrong: alone, or as the last of two. A reader may take the last of two members, and must not take
/// the first (RFC 7515 §4, RFC 7519 §4).
#[derive(Debug, Clone)]
pub struct Flaw {
    name: &'static str,
    wrong: Wrong,
    /// The right one stands before; then its name has this letter escaped here.
    last: Option<usize>,
}

impl Flaw {
    /// The member.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The object as JSON with this flaw, and what it then is called; none if that value is right there.
    pub fn apply(&self, object: &Map<String, Value>) -> Option<(String, String)> {
        let (name, right) = (self.name, object.get(self.name));
        let wrong = self.wrong.of(right)?.to_string();
        let says = if wrong.len() > LONGEST { "another value" } else { &wrong };
        Some(match self.last.filter(|_| right.is_some()) {
            Some(letter) => {
                (with_another(object, name, letter, &wrong), format!("with `{name}` twice, the last: {says}"))
            }
            None => (with_value(object, name, &wrong), format!("with `{name}`: {says}")),
        })
    }
}

/// The longest value that is told, octets.
const LONGEST: usize = 80;

/// The object as JSON, with this text for the value of this member.
pub fn with_value(object: &Map<String, Value>, name: &str, text: &str) -> String {
    let mut members: Vec<_> = members(object, |other| other != name).collect();
    members.push(format!("{}:{text}", json!(name)));
    format!("{{{}}}", members.join(","))
}

/// The object as JSON, with this member once more at the end; the letter at this place of its name is escaped.
fn with_another(object: &Map<String, Value>, name: &str, letter: usize, text: &str) -> String {
    let mut spelt = String::new();
    for (place, character) in name.chars().enumerate() {
        let escaped = place == letter;
        _ = if escaped { write!(spelt, "\\u{:04x}", u32::from(character)) } else { write!(spelt, "{character}") };
    }
    let members: Vec<_> = members(object, |_| true).chain([format!("\"{spelt}\":{text}")]).collect();
    format!("{{{}}}", members.join(","))
}

fn members(object: &Map<String, Value>, kept: impl Fn(&str) -> bool) -> impl Iterator<Item = String> {
    object.iter().filter(move |(name, _)| kept(name)).map(|(name, value)| format!("{}:{value}", json!(name)))
}

/// How many of them are tried: about as many as there are kinds.
pub const FLAWS: u32 = 8;

/// One of these members, wrong in one of these ways.
pub fn flaws(names: &'static [&'static str], wrong: impl Strategy<Value = Wrong>) -> impl Strategy<Value = Flaw> {
    (select(names), wrong).prop_map(|(name, wrong)| Flaw { name, wrong, last: None })
}

/// One of these members twice, the last time with another type, and with a letter of its name escaped, or none.
pub fn last_of_two(names: &'static [&'static str]) -> impl Strategy<Value = Flaw> {
    (select(names), other_types(), 0_usize..8).prop_map(|(name, wrong, letter)| Flaw {
        name,
        wrong,
        last: Some(letter),
    })
}

/// Values of another type than the right one.
pub fn other_types() -> impl Strategy<Value = Wrong> {
    prop_oneof![
        Just(Wrong::Other(Value::Null)),
        Just(Wrong::Other(json!(true))),
        Just(Wrong::Swapped),
        Just(Wrong::InArray),
        Just(Wrong::InObject),
    ]
}

/// What is no `alg` of a key that signs with ECDSA or RSA: what is no name, unknown ones, the right one in other letters,
/// those without a key, and those with a shared one (RFC 7518 §3.1; names have case, RFC 7515 §4.1.1).
pub fn other_algorithms() -> impl Strategy<Value = Wrong> {
    let of_none = select(&["none", "None", "NONE", "nOnE", "HS256", "HS384", "HS512", ""][..]);
    prop_oneof![
        "x_[a-z0-9]{1,12}".prop_map(|name| Wrong::Other(name.into())),
        super::edits().prop_map(Wrong::Edited),
        of_none.prop_map(|name| Wrong::Other(name.into())),
        other_types(),
    ]
}

/// Values of `crit` that nobody can understand: names that nobody knows, and what is no array of names (RFC 7515
/// §4.1.11). An empty array, which no producer may write and a recipient may take, is none of them, nor is `null`.
pub fn critical() -> impl Strategy<Value = Wrong> {
    let name = || "x_[a-z]{1,12}";
    prop_oneof![
        proptest::collection::vec(name(), 1..4).prop_map(|names| Wrong::Other(names.into())),
        name().prop_map(|name| Wrong::Other(name.into())),
        name().prop_map(|name| Wrong::Other(json!({name: true}))),
        select(&[1_i64, 0][..]).prop_map(|number| Wrong::Other(json!(number))),
        Just(Wrong::Other(json!([1]))),
        Just(Wrong::Other(json!([["alg"]]))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::property::edits;
    use countersign_validator::Algorithm;
    use countersign_validator::json as strict;
    use proptest::prelude::{prop_assert, prop_assert_eq, prop_assert_ne, proptest};

    fn claims() -> Map<String, Value> {
        json!({"iss": "job", "exp": 60, "jwk": {"kty": "EC"}}).as_object().unwrap().clone()
    }

    /// What a reader makes of it that takes the last of two members.
    fn last(text: &str) -> Map<String, Value> {
        serde_json::from_str(text).unwrap()
    }

    proptest! {
        #[test]
        fn the_last_member_is_of_another_type(flaw in prop_oneof![flaws(&["iss", "exp"], other_types()), last_of_two(&["iss", "exp"])]) {
            let (text, _) = flaw.apply(&claims()).unwrap();
            let kind = |value: &Value| std::mem::discriminant(value);
            prop_assert_ne!(kind(&last(&text)[flaw.name()]), kind(&claims()[flaw.name()]));
            let document = strict::parse(text.as_bytes(), strict::TOKEN_LIMITS).unwrap();
            prop_assert_eq!(document.has_duplicate_members, flaw.last.is_some());
            let others = |object: Map<String, Value>| object.into_iter().filter(|(name, _)| name != flaw.name()).collect::<Map<_, _>>();
            prop_assert_eq!(others(last(&text)), others(claims()));
        }

        #[test]
        fn a_key_in_an_object_is_none(flaw in flaws(&["jwk"], other_types())) {
            let (text, _) = flaw.apply(&claims()).unwrap();
            prop_assert!(last(&text)["jwk"].get("kty").is_none(), "{}", text);
        }

        #[test]
        fn an_edit_of_a_member_is_another_value(flaw in flaws(&["iss"], edits().prop_map(Wrong::Edited))) {
            if let Some((text, _)) = flaw.apply(&claims()) {
                prop_assert_ne!(&last(&text)["iss"], &json!("job"));
            }
        }

        #[test]
        fn no_key_pair_has_such_an_algorithm(wrong in other_algorithms(), own in select(&["ES256", "RS256"][..])) {
            if let Some(name) = wrong.of(Some(&json!(own))) {
                let known = name.as_str().filter(|name| !name.starts_with("HS")).and_then(Algorithm::from_name);
                prop_assert!(known.is_none(), "{}", name);
            }
        }

        #[test]
        fn nobody_understands_what_is_critical(flaw in flaws(&["crit"], critical())) {
            let (text, _) = flaw.apply(&claims()).unwrap();
            let known = |name: &Value| name.as_str().is_some_and(|name| !name.starts_with("x_"));
            match &last(&text)["crit"] {
                Value::Array(names) => prop_assert!(!names.is_empty() && !names.iter().any(known)),
                Value::Null => prop_assert!(false),
                _ => {}
            }
        }
    }
}
