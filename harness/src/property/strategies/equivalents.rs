//! The right address in another spelling.

use crate::wire::{Address, is_unreserved};
use proptest::prelude::{Just, Strategy, any, prop_oneof};

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
    use super::super::samples::{beside, normal, samples};
    use super::*;
    use proptest::prelude::{prop_assert_eq, prop_assert_ne, proptest};

    proptest! {
        #[test]
        fn an_equivalent_is_the_address_in_another_spelling((address, spelt) in beside(equivalents)) {
            prop_assert_ne!(&*spelt, address);
            prop_assert_eq!(normal(&spelt), normal(address));
        }
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
