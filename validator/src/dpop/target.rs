//! URIs of requests, in one form for comparison (RFC 9449 §4.3 check 9; RFC 3986 §6.2.2 and §6.2.3).
//!
//! Unlike [`crate::location`], which knows the narrow form of configured URLs, this takes any http URI that a client may
//! ask for. Both sides of the comparison go through it.

use core::fmt::Write as _;

/// A longer URI is none, in bytes: RFC 9110 §4.1 asks for 8000 octets at least.
const MAX_URI_BYTES: usize = 8192;

/// Scheme, authority and path of an absolute `http` or `https` URI; query and fragment are cut off. `None` for anything
/// that is none, and for user information, which RFC 9110 §4.2.4 forbids.
pub(crate) fn normalise(uri: &str) -> Option<String> {
    let legal = |byte| matches!(byte, 0x21..=0x7e) && !b"\"<>\\^`{}".contains(&byte);
    if uri.len() > MAX_URI_BYTES || !uri.bytes().all(legal) {
        return None;
    }
    let (scheme, rest) = uri.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let default_port = match scheme.as_str() {
        "https" => 443,
        "http" => 80,
        _ => return None,
    };
    let rest = rest.split(['?', '#']).next()?;
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (host, port) = host_and_port(authority)?;
    let mut normal = format!("{scheme}://{host}");
    match port {
        Some(port) if port != default_port => write!(normal, ":{port}").ok()?,
        _ => {}
    }
    normal.push_str(&without_dot_segments(&percent_encoding(path)?));
    Some(normal)
}

/// The host in lower case; an empty port is none (RFC 3986 §6.2.3).
fn host_and_port(authority: &str) -> Option<(String, Option<u16>)> {
    let end_of_literal = authority.find(']').map_or(Some(0), |at| at.checked_add(1))?;
    let (literal, after) = authority.split_at(end_of_literal);
    let (name, port) = after.split_once(':').unwrap_or((after, ""));
    let host = if literal.is_empty() { percent_encoding(name)? } else { literal.to_owned() };
    let plain = match literal.strip_prefix('[').and_then(|literal| literal.strip_suffix(']')) {
        Some(address) => {
            name.is_empty() && address.bytes().all(|byte| byte.is_ascii_hexdigit() || b":.".contains(&byte))
        }
        None => literal.is_empty() && !host.bytes().any(|byte| b"@[]|".contains(&byte)),
    };
    if !plain || host.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let port = if port.is_empty() { None } else { Some(port.parse().ok()?) };
    // Hexadecimal digits of what stays encoded are in upper case on both sides again after this (§6.2.2.1).
    Some((percent_encoding(&host.to_ascii_lowercase())?, port))
}

/// Unreserved characters are decoded, all else stays encoded, in upper case (RFC 3986 §6.2.2.1 and §6.2.2.2): `%2F` is
/// data and never becomes a slash.
fn percent_encoding(text: &str) -> Option<String> {
    let mut normal = String::with_capacity(text.len());
    let mut parts = text.split('%');
    normal.push_str(parts.next()?);
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let octet = u8::from_str_radix(digits, 16).ok()?;
        if octet.is_ascii_alphanumeric() || b"-._~".contains(&octet) {
            normal.push(char::from(octet));
        } else {
            write!(normal, "%{octet:02X}").ok()?;
        }
        normal.push_str(rest);
    }
    Some(normal)
}

/// RFC 3986 §5.2.4, for an empty path or one that begins with a slash; an empty one is `/` (§6.2.3).
fn without_dot_segments(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    // Nothing stands before the first slash.
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_dots = matches!(segment, "." | "..");
        if segment == ".." {
            kept.pop();
        }
        match (is_dots, segments.peek()) {
            (false, _) => kept.push(segment),
            // A dot segment at the end leaves its slash.
            (true, None) => kept.push(""),
            (true, Some(_)) => {}
        }
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC9449-4.3-52: equivalent URIs have one form.
    #[test]
    fn equivalents_are_one() {
        for (uri, normal) in [
            ("https://api.example/a", "https://api.example/a"),
            ("HTTPS://API.Example/a", "https://api.example/a"),
            ("https://api.example:443/a", "https://api.example/a"),
            ("https://api.example:/a", "https://api.example/a"),
            ("http://api.example:80/a", "http://api.example/a"),
            ("https://api.example:80/a", "https://api.example:80/a"),
            ("https://api.example", "https://api.example/"),
            ("https://api.example?q=/x", "https://api.example/"),
            ("https://api.example#f", "https://api.example/"),
            ("https://api.example/a?q=1#f", "https://api.example/a"),
            ("https://api.example/%7Ea/%61", "https://api.example/~a/a"),
            ("https://api.example/a%2fb", "https://api.example/a%2Fb"),
            ("https://%61pi.example/a%c3%a4", "https://api.example/a%C3%A4"),
            ("https://x%C3%A4/", "https://x%C3%A4/"),
            ("https://api.example/a/./b/../c", "https://api.example/a/c"),
            ("https://api.example/a/%2E%2e/c", "https://api.example/c"),
            ("https://api.example/../..", "https://api.example/"),
            ("https://api.example/a/b/..", "https://api.example/a/"),
            ("https://api.example/a/.", "https://api.example/a/"),
            ("https://api.example/a//../b", "https://api.example/a/b"),
            ("https://api.example//a", "https://api.example//a"),
            ("https://[2001:DB8::1]:8443/a", "https://[2001:db8::1]:8443/a"),
        ] {
            assert_eq!(normalise(uri).as_deref(), Some(normal), "{uri}");
            assert_eq!(normalise(normal).as_deref(), Some(normal), "{normal} is not stable");
        }
    }

    /// RFC9449-4.3-52: what differs stays different.
    #[test]
    fn near_misses_stay_apart() {
        let base = normalise("https://api.example/a/b");
        for other in [
            "http://api.example/a/b",
            "https://api.example:444/a/b",
            "https://api.example./a/b",
            "https://xapi.example/a/b",
            "https://api.example/a/b/",
            "https://api.example/A/b",
            "https://api.example/a%2Fb",
            "https://api.example/a//b",
            "https://api.example/a/b;x",
            "https://api.example/a/b%3Fq",
        ] {
            assert!(normalise(other).is_some() && normalise(other) != base, "{other}");
        }
    }

    #[test]
    fn what_is_no_http_uri_has_no_form() {
        for uri in [
            "",
            "/a",
            "api.example/a",
            "ftp://api.example/",
            "https:///a",
            "https://",
            "https://u@api.example/",
            "https://u:p@api.example/",
            "https://api.example:x/",
            "https://api.example:65536/",
            "https://api.example/%",
            "https://api.example/%4",
            "https://api.example/%zz",
            "https://api.example/%+1",
            "https://api.example/ä",
            "https://api.example/a b",
            "https://api.example\\a",
            "https://api.example/\n",
            "https://[::1",
            "https://[::1]x/",
            "https://x[::1]/",
            "https://[x]/",
            "https://a:1:2/",
            "https://%/",
        ] {
            assert_eq!(normalise(uri), None, "{uri}");
        }
        let long = format!("https://api.example/{}", "a".repeat(8192 - 20));
        assert!(normalise(&long).is_some() && normalise(&format!("{long}a")).is_none());
    }
}
