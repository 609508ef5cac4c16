//! Parameters that no server knows.

use crate::wire::Form;
use proptest::prelude::{Strategy, any, prop, prop_oneof};

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

/// Parameters that no server knows.
#[derive(Debug, Clone)]
pub struct Unknown {
    place: usize,
    parameters: Vec<(String, String)>,
}

impl Unknown {
    /// Puts them into a form, all in one place, which is taken modulo the number of places.
    pub fn apply(&self, form: &mut Form) {
        let mut pairs: Vec<_> = form.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let place = self.place % (pairs.len() + 1);
        pairs.splice(place..place, self.parameters.iter().cloned());
        *form = Form::default();
        pairs.into_iter().for_each(|(name, value)| form.append(&name, value));
    }
}

/// One parameter or a few, at any place: names of name-chars (RFC 6749 appendix A) that mean nothing to anybody, and
/// values of any characters.
pub fn unknown_parameters() -> impl Strategy<Value = Unknown> {
    let harmless = |name: &String| !MEANINGFUL.iter().any(|known| name.to_ascii_lowercase().contains(known));
    let name = "x_[a-z0-9_.-]{1,20}".prop_filter("a name with a meaning", harmless);
    // What attacks are made of is another matter: a firewall may stop it.
    let value = prop_oneof![2 => "[A-Za-z0-9 ._~-]{0,24}", 1 => "[\\p{L}\\p{N} ,;:@!$()*+-]{0,24}"];
    (any::<usize>(), prop::collection::btree_map(name, value, 1..4))
        .prop_map(|(place, parameters)| Unknown { place, parameters: parameters.into_iter().collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    proptest! {
        #[test]
        fn what_is_known_stays_as_it_is(unknown in unknown_parameters()) {
            let mut form = Form::default();
            form.append("grant_type", "client_credentials");
            form.append("scope", "read");
            unknown.apply(&mut form);
            let known: Vec<_> = form.iter().filter(|(name, _)| !name.starts_with("x_")).collect();
            prop_assert_eq!(known, [("grant_type", "client_credentials"), ("scope", "read")]);
            prop_assert!(form.iter().count() > 2);
            prop_assert!(form.iter().all(|(name, _)| form.count(name) == 1));
        }
    }
}
