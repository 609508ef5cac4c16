//! Where keys may come from: absolute https URLs of a narrow form (RFC 8414 §2, RFC 3986 §3).
//!
//! Not a general URL parser: it knows the one shape that an issuer and a `jwks_uri` have, and refuses the rest, so that
//! no two readers can disagree about the host.

/// Whether `http` on a loopback address is allowed, for tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loopback {
    Refused,
    Allowed,
}

/// The parts of a URL that decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Location<'a> {
    scheme: &'a str,
    /// Host and port as written, ASCII.
    authority: &'a str,
    /// Path and query, possibly empty.
    rest: &'a str,
}

/// 2 KiB: what common servers accept as a request line.
const MAX_BYTES: usize = 2048;

impl<'a> Location<'a> {
    /// `None` for anything but `https://host[:port][/path][?query]` in visible ASCII without user information, fragment,
    /// backslash; `http` only with a loopback host and leave.
    pub(crate) fn parse(url: &'a str, loopback: Loopback) -> Option<Self> {
        let visible =
            url.bytes().all(|byte| matches!(byte, 0x21..=0x7e) && !matches!(byte, b'#' | b'\\' | b'<' | b'>' | b'"'));
        if !visible || url.len() > MAX_BYTES {
            return None;
        }
        let (scheme, after) = url.split_once("://")?;
        let (authority, rest) = after.split_at(after.find(['/', '?']).unwrap_or(after.len()));
        let location = Self { scheme, authority, rest };
        let (host, port) = location.host_and_port()?;
        let host_is_plain =
            !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
        let port_is_plain = port.is_none_or(|port| {
            port.parse::<u16>().is_ok_and(|number| number > 0) && port.bytes().all(|byte| byte.is_ascii_digit())
        });
        let scheme_is_allowed = match scheme {
            "https" => true,
            "http" => loopback == Loopback::Allowed && ["127.0.0.1", "[::1]", "localhost"].contains(&host),
            _ => false,
        };
        (host_is_plain && port_is_plain && scheme_is_allowed).then_some(location)
    }

    /// Same scheme, host (without case) and port (with its default) (RFC 6454 §4).
    pub(crate) fn has_origin_of(&self, other: &Self) -> bool {
        let origin = |location: &Self| {
            let (host, port) = location.host_and_port()?;
            let default = if location.scheme == "https" { "443" } else { "80" };
            Some((location.scheme.to_owned(), host.to_ascii_lowercase(), port.unwrap_or(default).to_owned()))
        };
        origin(self).is_some() && origin(self) == origin(other)
    }

    pub(crate) fn origin_text(&self) -> String {
        format!("{}://{}", self.scheme, self.authority)
    }

    /// Path and query as written.
    pub(crate) const fn rest(&self) -> &'a str {
        self.rest
    }

    /// `None` for user information or a malformed literal.
    fn host_and_port(&self) -> Option<(&'a str, Option<&'a str>)> {
        if let Some(end) = self.authority.find(']') {
            let (host, after) = self.authority.split_at(end.checked_add(1)?);
            let literal = host.strip_prefix('[')?;
            let plain = literal.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.' | b']'));
            return match (plain, after.strip_prefix(':')) {
                (true, Some(port)) => Some((host, Some(port))),
                (true, None) if after.is_empty() => Some((host, None)),
                _ => None,
            };
        }
        match self.authority.split_once(':') {
            Some((host, port)) => Some((host, Some(port))),
            None => Some((self.authority, None)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_narrow_form_is_a_location() {
        let good =
            ["https://as.example", "https://as.example:8443/a/b?c=d", "https://[2001:db8::1]:1/", "https://AS.example"];
        for url in good {
            assert!(Location::parse(url, Loopback::Refused).is_some(), "{url}");
        }
        let bad = [
            "",
            "as.example",
            "http://as.example",
            "http://127.0.0.1",
            "ftp://as.example",
            "https://",
            "https:///path",
            "https://user@as.example",
            "https://as.example@evil.example",
            "https://as.example#f",
            "https://as.example\\@evil",
            "https://as example",
            "https://as.example:",
            "https://as.example:0",
            "https://as.example:65536",
            "https://as.example:+1",
            "https://[::1",
            "https://[::1]x",
            "https://x[::1]",
            "https://ä.example",
            "https://as.example\n",
            "HTTPS://as.example",
            "https://a:1:2",
        ];
        for url in bad {
            assert!(Location::parse(url, Loopback::Refused).is_none(), "{url}");
        }
    }

    #[test]
    fn http_is_for_loopback_and_by_leave() {
        for url in ["http://127.0.0.1:9000/x", "http://[::1]:9000", "http://localhost"] {
            assert!(Location::parse(url, Loopback::Allowed).is_some(), "{url}");
            assert!(Location::parse(url, Loopback::Refused).is_none(), "{url}");
        }
        for url in [
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "http://10.0.0.1",
            "http://127.0.0.1@evil.example",
        ] {
            assert!(Location::parse(url, Loopback::Allowed).is_none(), "{url}");
        }
    }

    #[test]
    fn origins_compare_with_default_ports_and_without_case() {
        let origin_equal = |one, other| {
            let parse = |url| Location::parse(url, Loopback::Refused).unwrap();
            parse(one).has_origin_of(&parse(other))
        };
        assert!(origin_equal("https://as.example/a", "https://AS.example:443/b"));
        assert!(!origin_equal("https://as.example", "https://as.example:444"));
        assert!(!origin_equal("https://as.example", "https://as.example.evil.example"));
        assert!(!origin_equal("https://as.example", "https://xas.example"));
    }
}
