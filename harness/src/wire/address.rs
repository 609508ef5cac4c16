//! Addresses in their parts, and the form in which equal ones are equal (RFC 3986 §6.2.2 and §6.2.3).

use std::fmt::{self, Write as _};

/// An absolute URI with an authority, in its parts as they were written (RFC 3986 §3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// Without its colon.
    pub(crate) scheme: String,
    /// The user information before the host, without the `@`.
    pub(crate) user: Option<String>,
    /// A name, or an address in its brackets.
    pub(crate) host: String,
    /// Without its colon; it may be empty.
    pub(crate) port: Option<String>,
    /// Empty, or with a slash at its beginning.
    pub(crate) path: String,
    /// Query and fragment, with the signs before them.
    pub(crate) rest: String,
}

impl Address {
    /// Takes a text apart; none if it has no scheme or no authority.
    pub(crate) fn read(uri: &str) -> Option<Self> {
        let (scheme, rest) = uri.split_once("://")?;
        let (rest, after) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (user, place) = authority.rsplit_once('@').map_or((None, authority), |(user, place)| (Some(user), place));
        let colon = place.rfind(':').filter(|colon| place.rfind(']').is_none_or(|end| end < *colon));
        let (host, port) = colon.map_or((place, None), |colon| (&place[..colon], Some(&place[colon + 1..])));
        Some(Self {
            scheme: scheme.to_owned(),
            user: user.map(str::to_owned),
            host: host.to_owned(),
            port: port.map(str::to_owned),
            path: path.to_owned(),
            rest: after.to_owned(),
        })
    }

    /// The port that the scheme has anyway.
    pub(crate) fn default_port(&self) -> Option<&'static str> {
        match self.scheme.to_ascii_lowercase().as_str() {
            "https" => Some("443"),
            "http" => Some("80"),
            _ => None,
        }
    }

    /// The form that all equivalents have in common; query and fragment stay as they are.
    #[must_use]
    pub(crate) fn normal(&self) -> Self {
        let port = self.port.as_deref().filter(|port| !port.is_empty() && Some(*port) != self.default_port());
        Self {
            scheme: self.scheme.to_ascii_lowercase(),
            user: self.user.clone(),
            host: unescaped(&unescaped(&self.host).to_ascii_lowercase()),
            port: port.map(str::to_owned),
            path: without_dots(&unescaped(&self.path)),
            rest: self.rest.clone(),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.scheme)?;
        self.user.iter().try_for_each(|user| write!(f, "{user}@"))?;
        write!(f, "{}", self.host)?;
        self.port.iter().try_for_each(|port| write!(f, ":{port}"))?;
        write!(f, "{}{}", self.path, self.rest)
    }
}

/// What needs no escape (RFC 3986 §2.3).
pub(crate) fn is_unreserved(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"-._~".contains(&octet)
}

/// Unreserved characters without escapes, all other escapes in capital letters (§6.2.2.1 and §6.2.2.2): `%2F` stays, for
/// it is no slash.
fn unescaped(text: &str) -> String {
    let mut parts = text.split('%');
    let mut normal = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.get(..2).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let octet = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let after = if octet.is_some() { &part[2..] } else { part };
        match octet {
            Some(octet) if is_unreserved(octet) => normal.push(char::from(octet)),
            Some(octet) => _ = write!(normal, "%{octet:02X}"),
            None => normal.push('%'),
        }
        normal.push_str(after);
    }
    normal
}

/// Without the segments `.` and `..` (§5.2.4); the empty path is `/` (§6.2.3).
fn without_dots(path: &str) -> String {
    let segments: Vec<_> = path.split('/').skip(1).collect();
    let mut kept = Vec::new();
    for segment in &segments {
        match *segment {
            "." => {}
            ".." => _ = kept.pop(),
            other => kept.push(other),
        }
    }
    // A dot at the end leaves its slash.
    let open = matches!(segments.last(), Some(&("." | "..")));
    format!("/{}{}", kept.join("/"), if open && !kept.is_empty() { "/" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(uri: &str) -> String {
        Address::read(uri).unwrap().normal().to_string()
    }

    #[test]
    fn an_address_has_its_parts() {
        let address = Address::read("https://u:p@as.example:8443/a/token?x=/y#z").unwrap();
        let parts = (address.user.as_deref(), &*address.host, address.port.as_deref(), &*address.path, &*address.rest);
        assert_eq!(parts, (Some("u:p"), "as.example", Some("8443"), "/a/token", "?x=/y#z"));
        for uri in ["https://as.example", "http://[::1]:80/", "https://[::1]", "https://as.example:/?x", "urn://a#b"] {
            assert_eq!(Address::read(uri).unwrap().to_string(), uri);
        }
        assert_eq!(Address::read("https://[::1]").unwrap().port, None);
        assert_eq!(Address::read("urn:example:as"), None);
    }

    /// The examples of RFC 3986 §6.2.2 and §6.2.3, and of §5.2.4.
    #[test]
    fn equivalents_have_one_form() {
        for (uri, one) in [
            ("HTTPS://AS.Example/a", "https://as.example/a"),
            ("https://as.example", "https://as.example/"),
            ("https://as.example:443/a", "https://as.example/a"),
            ("http://as.example:80/a", "http://as.example/a"),
            ("https://as.example:/a", "https://as.example/a"),
            ("https://as.example/%7euser/%74oken", "https://as.example/~user/token"),
            ("https://as.example/a%2fb%c3%a9", "https://as.example/a%2Fb%C3%A9"),
            ("https://as%2dx.example/a", "https://as-x.example/a"),
            ("https://as.example/./a/x/../token", "https://as.example/a/token"),
            ("https://as.example/a/b/c/./../../g", "https://as.example/a/g"),
            ("https://as.example/%2e%2E/token", "https://as.example/token"),
            ("https://as.example/a/..", "https://as.example/"),
            ("https://as.example/a/b/.", "https://as.example/a/b/"),
        ] {
            assert_eq!(normal(uri), one, "{uri}");
        }
    }

    #[test]
    fn what_differs_keeps_its_form() {
        for uri in [
            "https://as.example/Token",
            "https://as.example/a/",
            "https://as.example//a",
            "https://as.example:80/a",
            "https://as.example/a%2Fb",
            "https://as.example/100%",
            "https://as.example/%zz%4",
            "https://u@as.example/a",
        ] {
            assert_eq!(normal(uri), uri);
        }
    }
}
