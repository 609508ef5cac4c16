//! Changes of a form, of any kind.

use crate::checks::oracle::{INJECTED_FIELD, INJECTED_MARKUP};
use crate::wire::Form;
use proptest::prelude::{Just, Strategy, prop_oneof};

/// One change of a form.
#[derive(Debug, Clone)]
pub enum Mutation {
    /// Another value for the parameter at this place.
    Value(usize, String),
    /// It is taken away.
    Removed(usize),
    /// It stands twice.
    Repeated(usize),
    /// One more parameter.
    Added(String, String),
}

impl Mutation {
    /// Changes the form; a place is taken modulo the number of what there is.
    pub fn apply(&self, form: &mut Form) {
        let count = form.iter().count().max(1);
        let name = |place: &usize| form.iter().nth(place % count).map(|(name, _)| name.to_owned());
        match self {
            Self::Value(place, value) => {
                if let Some(name) = name(place) {
                    form.set(&name, value);
                }
            }
            Self::Removed(place) => {
                if let Some(name) = name(place) {
                    form.remove(&name);
                }
            }
            Self::Repeated(place) => {
                if let Some(name) = name(place) {
                    let value = form.get(&name).unwrap_or_default().to_owned();
                    form.append(&name, value);
                }
            }
            Self::Added(name, value) => form.append(name, value),
        }
    }
}

/// A few changes of the request that works: values of any characters, the usual ones of attacks among them.
pub fn mutations() -> impl Strategy<Value = Vec<Mutation>> {
    let value = || {
        prop_oneof![
            3 => "[ -~]{0,40}",
            3 => "\\PC{1,12}",
            2 => Just(format!("x\r\n{INJECTED_FIELD}: 1\r\n\r\n")),
            2 => Just(format!("x{INJECTED_MARKUP}")),
            1 => Just("%00\0".to_owned()),
            1 => Just("\u{feff}\u{202e}\u{1f512}".to_owned()),
            1 => Just("../../etc/passwd".to_owned()),
            1 => Just("' OR '1'='1".to_owned()),
            1 => Just("{\"$ne\":null}".to_owned()),
        ]
    };
    let mutation = prop_oneof![
        5 => (0_usize..6, value()).prop_map(|(place, value)| Mutation::Value(place, value)),
        1 => (0_usize..6).prop_map(Mutation::Removed),
        1 => (0_usize..6).prop_map(Mutation::Repeated),
        1 => ("x_[a-z\\[\\].]{1,12}", value()).prop_map(|(name, value)| Mutation::Added(name, value)),
    ];
    proptest::collection::vec(mutation, 1..4)
}
