//! Strict JSON (RFC 8259), read once, without recursion, within stated limits.
//!
//! What ordinary parsers let pass is an error here: invalid UTF-8, a byte order mark, lone surrogates, anything after
//! the value, too much depth, too many members. Duplicate members (RFC 7515 §4, RFC 7519 §4) are seen after their
//! escapes are undone and marked, so that a reader can refuse the document (tokens) or one object of it (key sets).
//! Numbers keep their text: no value passes through a float.
//!
//! Statements: RFC7515-4-10, RFC7515-10.12-10, RFC7515-10.13-10, RFC7519-4-20, RFC7519-7.2-20, RFC8725-3.7-20,
//! RFC8259-9-20, HARNESS-R6.

use std::borrow::Cow;

/// How much of a document is read before it is refused.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Arrays and objects inside each other, at most.
    pub depth: usize,
    /// Members of objects and elements of arrays in the whole document, at most.
    pub members: usize,
}

/// A header or the claims of a token. 16 deep is twice the deepest claim seen in practice (`realm_access`,
/// `authorization_details`); 1024 members leave room for the 200 groups of the widest tokens that servers issue.
pub const TOKEN_LIMITS: Limits = Limits { depth: 16, members: 1024 };
/// A key set or a metadata document: 100 keys of 16 members with their certificate chains fit.
pub const DOCUMENT_LIMITS: Limits = Limits { depth: 8, members: 4096 };

/// Why a text is not read. It holds no part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonError {
    /// Not UTF-8, or a byte order mark before the text (RFC 8259 §8.1).
    NotUtf8,
    /// Against the grammar (RFC 8259 §2–7), or something after the value.
    Syntax,
    /// An escaped surrogate without its partner (RFC 8259 §8.2).
    LoneSurrogate,
    /// Deeper than [`Limits::depth`].
    TooDeep,
    /// More members than [`Limits::members`].
    TooManyMembers,
}

/// A JSON value that borrows from its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it was written.
    Number(&'a str),
    /// A string, escapes undone.
    String(Cow<'a, str>),
    /// An array.
    Array(Vec<Value<'a>>),
    /// An object.
    Object(Object<'a>),
}

/// The members of an object in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Object<'a> {
    members: Vec<(Cow<'a, str>, Value<'a>)>,
    duplicate: bool,
}

/// A whole document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document<'a> {
    /// Its value.
    pub value: Value<'a>,
    /// Whether any object in it, at any depth, has two members of one name.
    pub has_duplicate_members: bool,
}

impl<'a> Value<'a> {
    /// The text of a string, escapes undone; `None` for any other value.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of an array; `None` for any other value.
    pub fn as_array(&self) -> Option<&[Value<'a>]> {
        match self {
            Self::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// The members of an object; `None` for any other value.
    pub fn as_object(&self) -> Option<&Object<'a>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }
}

impl<'a> Object<'a> {
    /// The value of the first member of this name, compared octet by octet after escapes are undone (RFC 7515 §10.13).
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.members.iter().find(|(member, _)| member == name).map(|(_, value)| value)
    }

    /// Whether two members of this very object have one name (RFC 7515 §4); those inside its members do not count.
    pub const fn has_duplicate_member(&self) -> bool {
        self.duplicate
    }

    /// The members in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value<'a>)> {
        self.members.iter().map(|(name, value)| (name.as_ref(), value))
    }

    fn mark_duplicates(&mut self) {
        self.duplicate = has_repetition(self.members.iter().map(|(name, _)| name.as_ref()).collect());
    }
}

/// Whether a name occurs twice. Sorting keeps the search cheap however many names an attacker sends.
pub(crate) fn has_repetition(mut names: Vec<&str>) -> bool {
    names.sort_unstable();
    names.windows(2).any(|pair| matches!(pair, [one, next] if one == next))
}

/// Reads one JSON text (RFC 8259 §2), UTF-8 and without a byte order mark, in one pass and without recursion.
///
/// # Errors
/// [`JsonError`] for anything that is not exactly one value within the limits.
pub fn parse(bytes: &[u8], limits: Limits) -> Result<Document<'_>, JsonError> {
    let text = core::str::from_utf8(bytes).map_err(|_| JsonError::NotUtf8)?;
    if text.starts_with('\u{feff}') {
        return Err(JsonError::NotUtf8);
    }
    Reader { text, at: 0, limits, members: 0, duplicates: false }.document()
}

/// An array or object whose end has not been read yet.
enum Open<'a> {
    Array(Vec<Value<'a>>),
    Object(Object<'a>, Cow<'a, str>),
}

/// What the grammar allows next.
enum Next<'a> {
    Value,
    /// A complete value: it goes into the innermost open array or object, or is the document.
    Complete(Value<'a>),
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    limits: Limits,
    members: usize,
    duplicates: bool,
}

impl<'a> Reader<'a> {
    /// One loop over an explicit stack: depth costs memory that is bounded, never call frames.
    fn document(mut self) -> Result<Document<'a>, JsonError> {
        let mut open: Vec<Open<'a>> = Vec::new();
        let mut next = Next::Value;
        loop {
            next = match next {
                Next::Value => self.value_start(&mut open)?,
                Next::Complete(value) => match open.pop() {
                    None => return self.end(value),
                    Some(Open::Array(elements)) => self.after_element(elements, value, &mut open)?,
                    Some(Open::Object(object, name)) => self.after_member(object, name, value, &mut open)?,
                },
            };
        }
    }

    fn end(mut self, value: Value<'a>) -> Result<Document<'a>, JsonError> {
        self.skip_space();
        if self.peek().is_some() {
            return Err(JsonError::Syntax);
        }
        Ok(Document { value, has_duplicate_members: self.duplicates })
    }

    fn value_start(&mut self, open: &mut Vec<Open<'a>>) -> Result<Next<'a>, JsonError> {
        self.skip_space();
        let value = match self.peek().ok_or(JsonError::Syntax)? {
            b'{' => {
                self.begin(open.len())?;
                if self.take_after_space(b'}') {
                    Value::Object(Object::default())
                } else {
                    let name = self.member_name()?;
                    return self.open(Open::Object(Object::default(), name), open);
                }
            }
            b'[' => {
                self.begin(open.len())?;
                if self.take_after_space(b']') {
                    Value::Array(Vec::new())
                } else {
                    return self.open(Open::Array(Vec::new()), open);
                }
            }
            b'"' => Value::String(self.string()?),
            b'-' | b'0'..=b'9' => Value::Number(self.number()?),
            _ => self.word()?,
        };
        Ok(Next::Complete(value))
    }

    /// Goes past the bracket that begins an array or object inside so many others; an empty one is a level too.
    fn begin(&mut self, levels: usize) -> Result<(), JsonError> {
        self.advance();
        if levels >= self.limits.depth { Err(JsonError::TooDeep) } else { Ok(()) }
    }

    fn open(&mut self, one: Open<'a>, open: &mut Vec<Open<'a>>) -> Result<Next<'a>, JsonError> {
        self.count()?;
        open.push(one);
        Ok(Next::Value)
    }

    fn count(&mut self) -> Result<(), JsonError> {
        self.members = self.members.saturating_add(1);
        if self.members > self.limits.members { Err(JsonError::TooManyMembers) } else { Ok(()) }
    }

    fn after_element(
        &mut self,
        mut elements: Vec<Value<'a>>,
        value: Value<'a>,
        open: &mut Vec<Open<'a>>,
    ) -> Result<Next<'a>, JsonError> {
        elements.push(value);
        if self.take_after_space(b',') {
            self.count()?;
            open.push(Open::Array(elements));
            Ok(Next::Value)
        } else if self.take_after_space(b']') {
            Ok(Next::Complete(Value::Array(elements)))
        } else {
            Err(JsonError::Syntax)
        }
    }

    fn after_member(
        &mut self,
        mut object: Object<'a>,
        name: Cow<'a, str>,
        value: Value<'a>,
        open: &mut Vec<Open<'a>>,
    ) -> Result<Next<'a>, JsonError> {
        object.members.push((name, value));
        if self.take_after_space(b',') {
            self.count()?;
            let name = self.member_name()?;
            open.push(Open::Object(object, name));
            Ok(Next::Value)
        } else if self.take_after_space(b'}') {
            object.mark_duplicates();
            self.duplicates |= object.duplicate;
            Ok(Next::Complete(Value::Object(object)))
        } else {
            Err(JsonError::Syntax)
        }
    }

    fn member_name(&mut self) -> Result<Cow<'a, str>, JsonError> {
        self.skip_space();
        if self.peek() != Some(b'"') {
            return Err(JsonError::Syntax);
        }
        let name = self.string()?;
        if self.take_after_space(b':') { Ok(name) } else { Err(JsonError::Syntax) }
    }

    fn word(&mut self) -> Result<Value<'a>, JsonError> {
        let words = [("null", Value::Null), ("true", Value::Bool(true)), ("false", Value::Bool(false))];
        let rest = self.rest();
        let (word, value) = words.into_iter().find(|(word, _)| rest.starts_with(word)).ok_or(JsonError::Syntax)?;
        self.at = self.at.saturating_add(word.len());
        Ok(value)
    }

    /// RFC 8259 §6: no leading zero, at least one digit after a point or an exponent.
    fn number(&mut self) -> Result<&'a str, JsonError> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _sign = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        self.text.get(start..self.at).ok_or(JsonError::Syntax)
    }

    fn digits(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.advance();
        }
        if self.at == start { Err(JsonError::Syntax) } else { Ok(()) }
    }

    fn string(&mut self) -> Result<Cow<'a, str>, JsonError> {
        self.advance();
        let plain = self.plain_run()?;
        if self.take(b'"') {
            return Ok(Cow::Borrowed(plain));
        }
        let mut text = String::from(plain);
        while !self.take(b'"') {
            self.advance();
            text.push(self.escape()?);
            text.push_str(self.plain_run()?);
        }
        Ok(Cow::Owned(text))
    }

    /// Up to the next quote or backslash, which is there: an end or a control character before it is an error.
    fn plain_run(&mut self) -> Result<&'a str, JsonError> {
        let rest = self.rest();
        let length =
            rest.bytes().position(|byte| byte == b'"' || byte == b'\\' || byte < 0x20).ok_or(JsonError::Syntax)?;
        let run = rest.get(..length).ok_or(JsonError::Syntax)?;
        self.at = self.at.saturating_add(length);
        if self.peek().is_none_or(|byte| byte < 0x20) { Err(JsonError::Syntax) } else { Ok(run) }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let byte = self.peek().ok_or(JsonError::Syntax)?;
        self.advance();
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode_escape(),
            _ => return Err(JsonError::Syntax),
        })
    }

    fn unicode_escape(&mut self) -> Result<char, JsonError> {
        let first = self.code_unit()?;
        if !(0xd800..=0xdfff).contains(&first) {
            return char::from_u32(first.into()).ok_or(JsonError::LoneSurrogate);
        }
        if !(self.take(b'\\') && self.take(b'u')) {
            return Err(JsonError::LoneSurrogate);
        }
        let second = self.code_unit()?;
        char::decode_utf16([first, second]).next().and_then(Result::ok).ok_or(JsonError::LoneSurrogate)
    }

    fn code_unit(&mut self) -> Result<u16, JsonError> {
        let end = self.at.saturating_add(4);
        let digits = self.text.get(self.at..end).ok_or(JsonError::Syntax)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(JsonError::Syntax);
        }
        self.at = end;
        u16::from_str_radix(digits, 16).map_err(|_| JsonError::Syntax)
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    const fn advance(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.advance();
        }
        found
    }

    fn take_after_space(&mut self, byte: u8) -> bool {
        self.skip_space();
        self.take(byte)
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.advance();
        }
    }
}
