//! A place in a text, and the values that hold no others: words, numbers, strings (RFC 8259 §3, §6, §7).

use std::borrow::Cow;

use super::{JsonError, Value};

pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn word(&mut self) -> Result<Value<'a>, JsonError> {
        let words = [("null", Value::Null), ("true", Value::Bool(true)), ("false", Value::Bool(false))];
        let rest = self.rest();
        let (word, value) = words.into_iter().find(|(word, _)| rest.starts_with(word)).ok_or(JsonError::Syntax)?;
        self.at = self.at.saturating_add(word.len());
        Ok(value)
    }

    /// RFC 8259 §6: no leading zero, at least one digit after a point or an exponent.
    pub(super) fn number(&mut self) -> Result<&'a str, JsonError> {
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

    pub(super) fn string(&mut self) -> Result<Cow<'a, str>, JsonError> {
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

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) const fn advance(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn take_after_space(&mut self, byte: u8) -> bool {
        self.skip_space();
        self.take(byte)
    }

    pub(super) fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.advance();
        }
    }
}
