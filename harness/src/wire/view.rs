//! A text as its reader would decode it: escapes undone, whichever characters somebody chose to escape.

/// What begins a text: the octets that it stands for, and how many octets of the text that is.
type Unescape = fn(&str) -> Option<(Vec<u8>, usize)>;

/// The ways to escape, each with the sign without which nothing is escaped.
const WAYS: [(char, Unescape); 4] = [('%', percent), ('%', form), ('\\', json), ('&', html)];

/// Octets, with the place of each in the text that they come from.
pub(super) struct View {
    pub(super) octets: Vec<u8>,
    /// One more than there are octets: the last is the end of the text.
    places: Vec<u32>,
}

/// Every view of a text in which something is escaped.
pub(super) fn views(text: &str) -> impl Iterator<Item = View> {
    WAYS.iter().filter(|(sign, _)| text.contains(*sign)).map(|(_, unescape)| View::of(text, *unescape))
}

impl View {
    fn of(text: &str, unescape: Unescape) -> Self {
        let (mut octets, mut places) = (Vec::with_capacity(text.len()), Vec::with_capacity(text.len() + 1));
        let mut at = 0;
        // A text of 4 GiB does not come about: everything that is stored has its bound.
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            if let Some((unescaped, length)) = unescape(rest) {
                places.extend(unescaped.iter().map(|_| place(at)));
                octets.extend(unescaped);
                at += length;
            } else {
                let length = rest.chars().next().map_or(1, char::len_utf8);
                octets.extend(rest.bytes().take(length));
                places.extend((at..at + length).map(place));
                at += length;
            }
        }
        places.push(place(text.len()));
        Self { octets, places }
    }

    /// Where an octet of the view stands in the text.
    pub(super) fn place(&self, index: usize) -> Option<usize> {
        self.places.get(index).and_then(|place| usize::try_from(*place).ok())
    }
}

/// `%2B` (RFC 3986 §2.1).
fn percent(text: &str) -> Option<(Vec<u8>, usize)> {
    let digits =
        text.strip_prefix('%')?.get(..2).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
    Some((vec![u8::from_str_radix(digits, 16).ok()?], 3))
}

/// The same, and `+` for a space.
fn form(text: &str) -> Option<(Vec<u8>, usize)> {
    if text.starts_with('+') { Some((vec![b' '], 1)) } else { percent(text) }
}

/// `\"`, `\/`, `\n`, `\u00e9` and pairs of surrogates (RFC 8259 §7).
fn json(text: &str) -> Option<(Vec<u8>, usize)> {
    let unit = |text: &str| u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok();
    let escaped = text.strip_prefix('\\')?.chars().next()?;
    let (c, length) = match escaped {
        '"' | '\\' | '/' => (escaped, 2),
        'b' => ('\u{8}', 2),
        'f' => ('\u{c}', 2),
        'n' => ('\n', 2),
        'r' => ('\r', 2),
        't' => ('\t', 2),
        'u' => {
            let units: Vec<_> = unit(text).into_iter().chain(text.get(6..).and_then(unit)).collect();
            let c = char::decode_utf16(units).next()?.ok()?;
            (c, 6 * c.len_utf16())
        }
        _ => return None,
    };
    Some((c.to_string().into_bytes(), length))
}

/// `&amp;`, `&#39;` and `&#x27;`: the names that every framework uses, and numbers.
fn html(text: &str) -> Option<(Vec<u8>, usize)> {
    let (name, _) = text.strip_prefix('&')?.split_once(';').filter(|(name, _)| name.len() <= 8)?;
    let c = match (name, name.strip_prefix('#')) {
        ("amp", _) => '&',
        ("lt", _) => '<',
        ("gt", _) => '>',
        ("quot", _) => '"',
        ("apos", _) => '\'',
        (_, Some(number)) => {
            let hexadecimal = number.strip_prefix(['x', 'X']);
            let number = hexadecimal.map_or_else(|| number.parse(), |digits| u32::from_str_radix(digits, 16));
            char::from_u32(number.ok()?)?
        }
        _ => return None,
    };
    Some((c.to_string().into_bytes(), name.len() + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unescaped(text: &str) -> Vec<String> {
        views(text).map(|view| String::from_utf8_lossy(&view.octets).into_owned()).collect()
    }

    #[test]
    fn escapes_are_undone_and_what_is_none_stays() {
        assert_eq!(unescaped("a%2Bb+%c3%a9%zz%"), ["a+b+é%zz%", "a+b é%zz%"]);
        assert_eq!(unescaped(r#"\"\/\u00e9\ud83d\ude00\ud83d \q\"#), [r#""/é😀\ud83d \q\"#]);
        assert_eq!(unescaped("&amp;&#39;&#x27;&nothing;&#xffffffff;&"), ["&''&nothing;&#xffffffff;&"]);
        assert!(unescaped("plain+text").is_empty());
    }

    #[test]
    fn each_octet_knows_its_place() {
        let view = views("é%41%").next().unwrap();
        assert_eq!(view.octets, "éA%".as_bytes());
        assert_eq!((0..5).filter_map(|index| view.place(index)).collect::<Vec<_>>(), [0, 1, 2, 5, 6]);
    }
}
