//! How long an answer says that it may be kept: `Cache-Control` and `Age` (RFC 9111 §5.1 and §5.2).

/// A longer field value, in bytes, is not read: ten times what servers of key sets send.
const MAX_FIELD_BYTES: usize = 1024;
/// A greater number of seconds counts as this one (RFC 9111 §1.2.2).
const MAX_DELTA_SECONDS: u32 = 1 << 31;

/// The seconds that are left of the answer's lifetime (RFC 9111 §4.2); `None` if the answer does not say.
///
/// Nothing is left of an answer that must not be stored or not be used without asking (§5.2.2.4, §5.2.2.5), nor of one
/// whose field is malformed or contradicts itself (§4.2.1). `s-maxage` is not for us: this is no shared cache.
pub(super) fn remaining_seconds(cache_control: Option<&str>, age: Option<&str>) -> Option<u32> {
    let Some(directives) = directives(cache_control?) else {
        return Some(0);
    };
    if directives.iter().any(|directive| directive.is("no-store") || directive.is("no-cache")) {
        return Some(0);
    }
    let mut ages = directives.iter().filter(|directive| directive.is("max-age"));
    match (ages.next(), ages.next()) {
        (None, _) => None,
        (Some(one), None) => {
            let lifetime = one.argument.and_then(delta_seconds).unwrap_or(0);
            Some(lifetime.saturating_sub(age.and_then(first_age).unwrap_or(0)))
        }
        (Some(_), Some(_)) => Some(0),
    }
}

/// The first of several values counts, and what is no number is as if it were not there (RFC 9111 §5.1).
fn first_age(field: &str) -> Option<u32> {
    let field = Some(field).filter(|field| field.len() <= MAX_FIELD_BYTES)?;
    delta_seconds(field.split(',').next()?.trim_matches([' ', '\t']))
}

/// RFC 9111 §1.2.2: digits and nothing else; what is too large is cut, not wrong.
fn delta_seconds(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(MAX_DELTA_SECONDS).min(MAX_DELTA_SECONDS))
}

struct Directive<'a> {
    name: &'a str,
    /// Of a quoted argument, what stands between the quotes, escapes as they are: no number has any.
    argument: Option<&'a str>,
}

impl Directive<'_> {
    /// Names have no case (RFC 9111 §5.2).
    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// The list of RFC 9111 §5.2, with the empty elements that RFC 9110 §5.6.1.2 allows. Arguments may be quoted or not,
/// whatever the directive (RFC 9111 §5.2). `None` for anything else.
fn directives(field: &str) -> Option<Vec<Directive<'_>>> {
    let mut rest = Some(field).filter(|field| field.len() <= MAX_FIELD_BYTES)?;
    let mut read = Vec::new();
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        if rest.is_empty() {
            return Some(read);
        }
        let name = token(rest)?;
        rest = rest.strip_prefix(name)?;
        let argument = match rest.strip_prefix('=') {
            None => None,
            Some(after) => {
                let (argument, after) = argument(after)?;
                rest = after;
                Some(argument)
            }
        };
        read.push(Directive { name, argument });
        rest = rest.trim_start_matches([' ', '\t']);
        if !rest.is_empty() && !rest.starts_with(',') {
            return None;
        }
    }
}

/// An argument and what follows it.
fn argument(text: &str) -> Option<(&str, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let argument = token(text)?;
        return Some((argument, text.strip_prefix(argument)?));
    };
    let mut escaped = false;
    let end = quoted.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })?;
    Some((quoted.get(..end)?, quoted.get(end.checked_add(1)?..)?))
}

/// RFC 9110 §5.6.2, at the beginning of `text`; never empty.
fn token(text: &str) -> Option<&str> {
    let is_token_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let end = text.bytes().position(|byte| !is_token_byte(byte)).unwrap_or(text.len());
    text.get(..end).filter(|token| !token.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_answer_says_of_its_lifetime() {
        for (cache_control, age, expected) in [
            (None, None, None),
            (None, Some("5"), None),
            (Some(""), None, None),
            (Some("public"), None, None),
            (Some("max-age=300"), None, Some(300)),
            (Some("public, max-age=300, must-revalidate"), None, Some(300)),
            (Some("MAX-AGE=300"), None, Some(300)),
            (Some(" ,, max-age=300\t, "), None, Some(300)),
            (Some("max-age=\"300\""), None, Some(300)),
            (Some("max-age=0"), None, Some(0)),
            (Some("max-age=99999999999999999999"), None, Some(MAX_DELTA_SECONDS)),
            (Some("max-age=4294967295"), None, Some(MAX_DELTA_SECONDS)),
            (Some("s-maxage=10"), None, None),
            (Some("s-maxage=10, max-age=300"), None, Some(300)),
            (Some("x=\"a, max-age=9\", max-age=300"), None, Some(300)),
            (Some("x=\"a\\\", max-age=9\", max-age=300"), None, Some(300)),
            (Some("max-age=300"), Some("100"), Some(200)),
            (Some("max-age=300"), Some(" 100 , 200"), Some(200)),
            (Some("max-age=300"), Some("300"), Some(0)),
            (Some("max-age=300"), Some("99999999999999999999"), Some(0)),
            (Some("max-age=300"), Some("-1"), Some(300)),
            (Some("max-age=300"), Some("soon"), Some(300)),
            (Some("max-age=300"), Some(""), Some(300)),
            (Some("no-store"), None, Some(0)),
            (Some("No-Cache, max-age=300"), None, Some(0)),
            (Some("max-age=300, no-store"), None, Some(0)),
            (Some("no-cache=\"set-cookie\""), None, Some(0)),
        ] {
            assert_eq!(remaining_seconds(cache_control, age), expected, "{cache_control:?} {age:?}");
        }
    }

    #[test]
    fn what_is_malformed_or_contradicts_itself_is_stale() {
        let long = format!("max-age=300, x={}", "x".repeat(MAX_FIELD_BYTES));
        for field in [
            "max-age",
            "max-age=",
            "max-age =300",
            "max-age= 300",
            "max-age=-1",
            "max-age=+1",
            "max-age=1.5",
            "max-age=1e3",
            "max-age=300 public",
            "max-age=300;public",
            "max-age=\"300",
            "max-age=\"300\\\"",
            "max-age=\"30\\0\"",
            "max-age=300, max-age=300",
            "max-age=300, max-age=600",
            "max-age=٣",
            "=300",
            "\"max-age\"=300",
            "max-age=300\r\n",
            &long,
        ] {
            assert_eq!(remaining_seconds(Some(field), None), Some(0), "{field}");
        }
    }

    #[test]
    fn a_field_is_read_up_to_its_limit() {
        let fill = MAX_FIELD_BYTES - "max-age=300,x=".len();
        let field = |length| format!("max-age=300,x={}", "x".repeat(length));
        assert_eq!(remaining_seconds(Some(&field(fill)), None), Some(300));
        assert_eq!(remaining_seconds(Some(&field(fill + 1)), None), Some(0));
    }
}
