//! What stands inside what: arrays and objects, within the limits (RFC 8259 §2, §4, §5).

use std::borrow::Cow;

use super::{Document, JsonError, Limits, Object, Value, cursor::Cursor};

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

pub(super) struct Reader<'a> {
    cursor: Cursor<'a>,
    limits: Limits,
    members: usize,
    duplicates: bool,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(text: &'a str, limits: Limits) -> Self {
        Self { cursor: Cursor::new(text), limits, members: 0, duplicates: false }
    }

    /// One loop over an explicit stack: depth costs memory that is bounded, never call frames.
    pub(super) fn document(mut self) -> Result<Document<'a>, JsonError> {
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
        self.cursor.skip_space();
        if self.cursor.peek().is_some() {
            return Err(JsonError::Syntax);
        }
        Ok(Document { value, has_duplicate_members: self.duplicates })
    }

    fn value_start(&mut self, open: &mut Vec<Open<'a>>) -> Result<Next<'a>, JsonError> {
        self.cursor.skip_space();
        let value = match self.cursor.peek().ok_or(JsonError::Syntax)? {
            b'{' => {
                self.begin(open.len())?;
                if self.cursor.take_after_space(b'}') {
                    Value::Object(Object::default())
                } else {
                    let name = self.member_name()?;
                    return self.open(Open::Object(Object::default(), name), open);
                }
            }
            b'[' => {
                self.begin(open.len())?;
                if self.cursor.take_after_space(b']') {
                    Value::Array(Vec::new())
                } else {
                    return self.open(Open::Array(Vec::new()), open);
                }
            }
            b'"' => Value::String(self.cursor.string()?),
            b'-' | b'0'..=b'9' => Value::Number(self.cursor.number()?),
            _ => self.cursor.word()?,
        };
        Ok(Next::Complete(value))
    }

    /// Goes past the bracket that begins an array or object inside so many others; an empty one is a level too.
    fn begin(&mut self, levels: usize) -> Result<(), JsonError> {
        self.cursor.advance();
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
        if self.cursor.take_after_space(b',') {
            self.count()?;
            open.push(Open::Array(elements));
            Ok(Next::Value)
        } else if self.cursor.take_after_space(b']') {
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
        if self.cursor.take_after_space(b',') {
            self.count()?;
            let name = self.member_name()?;
            open.push(Open::Object(object, name));
            Ok(Next::Value)
        } else if self.cursor.take_after_space(b'}') {
            object.mark_duplicates();
            self.duplicates |= object.duplicate;
            Ok(Next::Complete(Value::Object(object)))
        } else {
            Err(JsonError::Syntax)
        }
    }

    fn member_name(&mut self) -> Result<Cow<'a, str>, JsonError> {
        self.cursor.skip_space();
        if self.cursor.peek() != Some(b'"') {
            return Err(JsonError::Syntax);
        }
        let name = self.cursor.string()?;
        if self.cursor.take_after_space(b':') { Ok(name) } else { Err(JsonError::Syntax) }
    }
}
