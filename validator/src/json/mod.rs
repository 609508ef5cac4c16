//! Strict JSON (RFC 8259), read once, without recursion, within stated limits.
//!
//! What ordinary parsers let pass is an error here: invalid UTF-8, a byte order mark, lone surrogates, anything after
//! the value, too much depth, too many members. Duplicate members (RFC 7515 §4, RFC 7519 §4) are seen after their
//! escapes are undone and marked, so that a reader can refuse the document (tokens) or one object of it (key sets).
//! Numbers keep their text: no value passes through a float.
//!
//! Statements: RFC7515-4-10, RFC7515-10.12-10, RFC7515-10.13-10, RFC7519-4-20, RFC7519-7.2-20, RFC8725-3.7-20,
//! RFC8259-9-20, HARNESS-R6.

mod cursor;
mod reader;
mod writer;

use std::{borrow::Cow, collections::BTreeSet};

use self::reader::Reader;
pub(crate) use self::writer::ObjectText;

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
        self.duplicate = has_repetition(self.members.iter().map(|(name, _)| name.as_ref()));
    }
}

/// Whether a name occurs twice. The tree keeps the search cheap however many names an attacker sends.
pub(crate) fn has_repetition<'n>(names: impl IntoIterator<Item = &'n str>) -> bool {
    let mut seen = BTreeSet::new();
    !names.into_iter().all(|name| seen.insert(name))
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
    Reader::new(text, limits).document()
}
