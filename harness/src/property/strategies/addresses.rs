//! Addresses that are nearly the right one.

use super::edits::{Edit, edits};
use crate::wire::Address;
use proptest::prelude::{Strategy, prop_oneof};

/// So many near misses are tried that most ways to be near occur; each is one request that logs nobody in.
pub const NEAR_MISSES: u32 = 12;

/// One way to be near: what a server takes for the right address that compares a part of it alone, or as a pattern.
#[derive(Debug, Clone)]
enum Nearness {
    /// A segment below.
    Below(String),
    /// The text goes on.
    Longer(String),
    /// Another last segment.
    Beside(String),
    /// Another port.
    Port(u16),
    /// A host below the host.
    Subdomain(String),
    /// The right address is only the user information before another host (RFC 3986 §7.6).
    User(String),
    /// The right address stands in the path of another host.
    Enclosed(String),
    /// A character stands for a dot of the host, as in a pattern.
    Dot(usize, char),
    /// One edit of host and path.
    Edited(Edit),
}

impl Nearness {
    /// The address with this change; none if it has nothing to change.
    fn apply(&self, text: &str) -> Option<String> {
        let Some(mut address) = Address::read(text) else {
            // A name that is no address, such as a URN.
            return match self {
                Self::Longer(more) => Some(format!("{text}{more}")),
                Self::Edited(edit) => edit.apply(text),
                _ => None,
            };
        };
        match self {
            Self::Below(segment) => address.path = format!("{}/{segment}", address.path.trim_end_matches('/')),
            Self::Longer(more) if address.path.is_empty() => address.host.push_str(more),
            Self::Longer(more) => address.path.push_str(more),
            Self::Beside(segment) => address.path = format!("{}/{segment}", address.path.rsplit_once('/')?.0),
            Self::Port(port) => address.port = Some(port.to_string()),
            Self::Subdomain(label) => address.host = format!("{label}.{}", address.host),
            Self::User(label) => {
                let port = address.port.take().map(|port| format!(":{port}")).unwrap_or_default();
                address.user = Some(format!("{}{port}", address.host));
                address.host = elsewhere(label);
            }
            Self::Enclosed(label) => return Some(format!("{}://{}/{text}", address.scheme, elsewhere(label))),
            Self::Dot(place, character) => {
                let dots: Vec<_> = address.host.match_indices('.').map(|(dot, _)| dot).collect();
                let dot = *dots.get(place.checked_rem(dots.len())?)?;
                address.host.replace_range(dot..=dot, &character.to_string());
            }
            Self::Edited(edit) => {
                let (scheme, rest) = text.split_once("://")?;
                return Some(format!("{scheme}://{}", edit.apply(rest)?));
            }
        }
        Some(address.to_string())
    }
}

/// A host that nobody has (RFC 2606 §2).
fn elsewhere(label: &str) -> String {
    format!("{label}.countersign.example")
}

/// What a server may rightly take for the same: the equivalents, and besides many forgive letters and a slash at the end.
fn alike(one: &str, other: &str) -> bool {
    let plain = |text: &str| {
        let text = Address::read(text).map_or_else(|| text.to_owned(), |address| address.normal().to_string());
        text.trim_end_matches('/').to_ascii_lowercase()
    };
    plain(one) == plain(other)
}

/// Texts that are nearly this address or name, and another one however forgiving the comparison is. The scheme stays: who
/// stands behind a proxy may know itself by both.
pub fn near_misses(address: &str) -> impl Strategy<Value = String> + use<> {
    let label = || "x[a-z]{2,8}";
    let nearness = prop_oneof![
        label().prop_map(Nearness::Below),
        label().prop_map(Nearness::Longer),
        label().prop_map(Nearness::Beside),
        (1024_u16..).prop_map(Nearness::Port),
        label().prop_map(Nearness::Subdomain),
        label().prop_map(Nearness::User),
        label().prop_map(Nearness::Enclosed),
        (0_usize..8, proptest::char::range('a', 'z')).prop_map(|(place, letter)| Nearness::Dot(place, letter)),
        edits().prop_map(Nearness::Edited),
    ];
    let address = address.to_owned();
    nearness.prop_filter_map("the same address", move |nearness| {
        nearness.apply(&address).filter(|miss| !alike(miss, &address))
    })
}

/// Issuers of the same host that are nearly this one: for each, the document has a place of its own (RFC 8414 §3.1).
pub fn neighbours(issuer: &str) -> impl Strategy<Value = String> + use<> {
    let segment = || "x[a-z]{2,8}";
    let nearness = prop_oneof![
        segment().prop_map(Nearness::Below),
        segment().prop_map(Nearness::Beside),
        (segment(), segment()).prop_map(|(one, other)| Nearness::Below(format!("{one}/{other}"))),
    ];
    let issuer = issuer.to_owned();
    nearness.prop_filter_map("no path", move |nearness| nearness.apply(&issuer))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{beside, normal, samples};
    use super::*;
    use proptest::prelude::{prop_assert, prop_assert_eq, prop_assert_ne, proptest};

    proptest! {
        #[test]
        fn no_near_miss_is_the_address((address, miss) in beside(near_misses)) {
            prop_assert_ne!(normal(&miss), normal(address));
            let plain = |text: &str| text.to_ascii_lowercase().trim_end_matches('/').to_owned();
            prop_assert_ne!(plain(&miss), plain(address));
        }

        #[test]
        fn a_name_that_is_no_address_has_near_misses_too(miss in near_misses("urn:example:as")) {
            prop_assert!(!miss.eq_ignore_ascii_case("urn:example:as") && miss.contains(":"), "{}", miss);
        }

        #[test]
        fn a_neighbour_has_the_same_host_and_another_path((issuer, near) in beside(neighbours)) {
            let (own, near) = (normal(issuer).unwrap(), normal(&near).unwrap());
            prop_assert_ne!(&own.path, &near.path);
            prop_assert_eq!(&own, &Address { path: own.path.clone(), ..near });
        }
    }

    /// What servers accept that are wrong in one way each.
    #[test]
    fn every_way_to_be_near_occurs() {
        let misses = samples(&near_misses("https://as.example/a/token"));
        let found = |wrong: fn(&str, &Address) -> bool| {
            misses.iter().any(|miss| Address::read(miss).is_some_and(|address| wrong(miss, &address)))
        };
        assert!(found(|miss, _| miss.starts_with("https://as.example/a/token/x")));
        assert!(found(|miss, _| miss.starts_with("https://as.example/a/tokenx")));
        assert!(found(|miss, _| miss.ends_with("/https://as.example/a/token")));
        assert!(found(|_, address| address.path.starts_with("/a/x")));
        assert!(found(|_, address| address.host == "as.example" && address.port.is_some()));
        assert!(found(|_, address| address.host.ends_with(".as.example")));
        assert!(found(|_, address| address.user.as_deref() == Some("as.example")));
        assert!(found(|_, address| address.host.len() == 10
            && address.host.ends_with("example")
            && !address.host.contains('.')));
        assert!(found(|_, address| address.path.len() == "/a/toke".len()));
    }
}
