//! Addresses that are nearly the right one, and others that are the right one in another spelling.

use super::edits::{Edit, edits};
use crate::wire::{Address, is_unreserved};
use proptest::prelude::{Just, Strategy, any, prop_oneof};

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

/// Differences in spelling that mean nothing (RFC 3986 §6.2.2 and §6.2.3); most often several at once. A place is taken
/// modulo the number of what there is.
#[derive(Debug, Clone)]
struct Respelling {
    /// Letters of scheme and host that have the other case.
    recased: Vec<usize>,
    /// Characters of the path that are escaped and need not be.
    escaped: Vec<usize>,
    /// The letters in escapes are small.
    small_digits: bool,
    port: Port,
    /// Segments that come to nothing, and the slash before which they stand.
    dots: Option<(usize, &'static str)>,
}

/// How the default port is written.
#[derive(Debug, Clone, Copy)]
enum Port {
    AsItIs,
    /// With its number if it has none, and without if it has.
    TheOtherWay,
    /// With a colon alone.
    Empty,
}

impl Respelling {
    fn apply(&self, text: &str) -> Option<String> {
        let mut address = Address::read(text)?;
        let default = address.default_port().filter(|port| address.port.as_deref().is_none_or(|own| own == *port));
        match (self.port, default) {
            (Port::TheOtherWay, Some(port)) => {
                address.port = if address.port.is_some() { None } else { Some(port.to_owned()) };
            }
            (Port::Empty, Some(_)) => address.port = Some(String::new()),
            (Port::AsItIs, _) | (_, None) => {}
        }
        let letters = address.scheme.len() + address.host.len();
        let other = |index: usize, c: char| if chosen(&self.recased, letters, index) { recased(c) } else { c };
        let start = address.scheme.len();
        address.scheme = address.scheme.char_indices().map(|(index, c)| other(index, c)).collect();
        address.host = address.host.char_indices().map(|(index, c)| other(start + index, c)).collect();
        address.path = escaped(&address.path, &self.escaped, self.small_digits);
        if let Some((place, segments)) = self.dots {
            let slashes: Vec<_> = address.path.match_indices('/').map(|(slash, _)| slash).collect();
            if let Some(slash) = place.checked_rem(slashes.len()).and_then(|place| slashes.get(place)) {
                address.path.insert_str(*slash, segments);
            }
        }
        Some(address.to_string())
    }
}

/// Whether one of the places, among so many, is this one.
fn chosen(places: &[usize], count: usize, index: usize) -> bool {
    places.iter().any(|place| place.checked_rem(count) == Some(index))
}

fn recased(c: char) -> char {
    if c.is_ascii_uppercase() { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() }
}

/// The path with escapes for the unreserved characters at these places; what is an escape stays one.
fn escaped(path: &str, places: &[usize], small: bool) -> String {
    let mut spelt = String::new();
    let mut digits = 0;
    for (index, c) in path.char_indices() {
        let octet = u8::try_from(c).ok().filter(|octet| digits == 0 && is_unreserved(*octet));
        match octet.filter(|_| chosen(places, path.len(), index)) {
            Some(octet) if small => spelt.push_str(&format!("%{octet:02x}")),
            Some(octet) => spelt.push_str(&format!("%{octet:02X}")),
            None if digits > 0 && small => spelt.push(c.to_ascii_lowercase()),
            None => spelt.push(c),
        }
        digits = if c == '%' { 2 } else { digits.max(1) - 1 };
    }
    spelt
}

/// The address in other spellings that every URI library takes for the same (RFC 3986 §6.2.2 and §6.2.3). The host is
/// never escaped, which few of them undo.
pub fn equivalents(address: &str) -> impl Strategy<Value = String> + use<> {
    let some = || proptest::collection::vec(0_usize..64, 0..4);
    let port = prop_oneof![1 => Just(Port::AsItIs), 2 => Just(Port::TheOtherWay), 1 => Just(Port::Empty)];
    let dots = prop_oneof![Just(None), (0_usize..8, prop_oneof![Just("/."), Just("/x/..")]).prop_map(Some)];
    let respelling =
        (some(), some(), any::<bool>(), port, dots).prop_map(|(recased, escaped, small_digits, port, dots)| {
            Respelling { recased, escaped, small_digits, port, dots }
        });
    let address = address.to_owned();
    respelling.prop_filter_map("the same spelling", move |respelling| {
        respelling.apply(&address).filter(|spelt| *spelt != address)
    })
}

#[cfg(test)]
mod tests {
    use super::super::samples::samples;
    use super::*;
    use proptest::prelude::{prop_assert, prop_assert_eq, prop_assert_ne, proptest};

    fn addresses() -> impl Strategy<Value = &'static str> {
        proptest::sample::select(vec![
            "https://as.example",
            "https://as.example/",
            "https://as.example:8443/realms/a%c3%a9/token",
            "http://127.0.0.1:80/token",
            "http://[::1]:9000",
            "https://login.example/tenant.one/oauth2",
        ])
    }

    /// An address and a value that is made of it.
    fn beside<S: Strategy<Value = String>>(make: fn(&str) -> S) -> impl Strategy<Value = (&'static str, String)> {
        addresses().prop_flat_map(move |address| (Just(address), make(address)))
    }

    fn normal(text: &str) -> Option<Address> {
        Some(Address::read(text)?.normal())
    }

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

        #[test]
        fn an_equivalent_is_the_address_in_another_spelling((address, spelt) in beside(equivalents)) {
            prop_assert_ne!(&*spelt, address);
            prop_assert_eq!(normal(&spelt), normal(address));
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

    #[test]
    fn every_spelling_occurs() {
        let spelt = samples(&equivalents("https://as.example/token"));
        let found = |text: &str| spelt.iter().any(|spelt| spelt.contains(text));
        let texts = ["S", "E", ":443/", "example:/", "/./", "/x/../", "%6f", "%6F", "%74"];
        assert!(texts.iter().all(|text| found(text)), "{spelt:?}");
        let spelt = samples(&equivalents("http://as.example:80/a%2Fb"));
        let found = |text: &str| spelt.iter().any(|spelt| spelt.contains(text));
        assert!(["example/a", "%2f", "%62"].iter().all(|text| found(text)), "{spelt:?}");
    }
}
