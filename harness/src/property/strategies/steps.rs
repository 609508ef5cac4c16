//! Sequences of steps in the life of tokens.

use proptest::prelude::{Strategy, prop_oneof};

/// One step in the life of tokens; a place is taken modulo the number of what there is.
#[derive(Debug, Clone)]
pub enum Step {
    /// A token is issued to the client at this place.
    Issue(usize),
    /// The token at this place is introspected.
    Introspect(usize),
    /// It is revoked.
    Revoke(usize),
}

/// Sequences of steps, for so many clients; the first issues a token, because nothing else can be done.
pub fn lives(clients: usize) -> impl Strategy<Value = Vec<Step>> {
    let issue = move || (0..clients.max(1)).prop_map(Step::Issue);
    let step = prop_oneof![
        3 => issue(),
        3 => (0_usize..4).prop_map(Step::Introspect),
        3 => (0_usize..4).prop_map(Step::Revoke),
    ];
    (issue(), proptest::collection::vec(step, 1..9))
        .prop_map(|(first, rest)| std::iter::once(first).chain(rest).collect())
}
