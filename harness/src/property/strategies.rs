//! What is generated.

use crate::checks::oracle::{INJECTED_FIELD, INJECTED_MARKUP};
use crate::wire::{Form, Spelling};
use proptest::prelude::{Just, Strategy, prop_oneof};

/// Names that have a meaning to some server: an unknown parameter is none of these.
const MEANINGFUL: &[&str] = &[
    "acr_values",
    "api_version",
    "assertion",
    "audience",
    "authorization_details",
    "claims",
    "client",
    "code",
    "dpop",
    "expires",
    "format",
    "grant",
    "id",
    "lang",
    "locale",
    "nonce",
    "organization",
    "password",
    "redirect_uri",
    "refresh_token",
    "requested",
    "resource",
    "response",
    "scope",
    "secret",
    "state",
    "subject",
    "tenant",
    "token",
    "ttl",
    "ui_locales",
    "user",
    "version",
];

/// A parameter that no server knows: a name of name-chars (RFC 6749 appendix A.10) and a harmless value.
pub fn unknown_parameters() -> impl Strategy<Value = (String, String)> {
    let harmless = |name: &String| !MEANINGFUL.iter().any(|known| name.to_ascii_lowercase().contains(known));
    ("x_[a-z0-9_.-]{1,20}".prop_filter("a name with a meaning", harmless), "[A-Za-z0-9 ._~-]{0,24}")
}

/// Grant types that no server has: names and URIs (RFC 6749 §4.5), all marked as ours.
pub fn unsupported_grant_types() -> impl Strategy<Value = String> {
    prop_oneof![
        "x_[A-Za-z0-9_.-]{1,24}",
        "urn:example:[a-z0-9]{1,16}:[a-z0-9-]{1,16}",
        "https://grant\\.example/[a-z0-9/]{1,16}",
    ]
}

/// For each octet of a form, how it is written.
pub fn spellings() -> impl Strategy<Value = Vec<Spelling>> {
    proptest::collection::vec(prop_oneof![Just(Spelling::Plain), Just(Spelling::Upper), Just(Spelling::Lower)], 24..64)
}

/// Places for parameters, to sort them by.
pub fn permutations() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(proptest::num::u8::ANY, 6)
}

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

/// One step in the life of tokens; a place is taken modulo the number of what there is.
#[derive(Debug, Clone)]
pub enum Step {
    /// A token is issued to the client at this place.
    Issue(usize),
    /// The token at this place is introspected.
    Introspect(usize),
    /// It is revoked.
    Revoke(usize),
    /// The end of all that were issued is waited for.
    Wait,
}

/// Sequences of steps, for so many clients; the first issues a token, because nothing else can be done.
pub fn lives(clients: usize) -> impl Strategy<Value = Vec<Step>> {
    let issue = move || (0..clients.max(1)).prop_map(Step::Issue);
    let step = prop_oneof![
        3 => issue(),
        2 => (0_usize..4).prop_map(Step::Introspect),
        3 => (0_usize..4).prop_map(Step::Revoke),
        1 => Just(Step::Wait),
    ];
    (issue(), proptest::collection::vec(step, 1..9))
        .prop_map(|(first, rest)| std::iter::once(first).chain(rest).collect())
}
