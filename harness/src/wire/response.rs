//! A response as a plain value.

use super::{Fields, readable};
use serde_json::{Map, Value};

/// What came back.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The header fields.
    pub fields: Fields,
    /// The content.
    pub body: Vec<u8>,
    /// How the content is framed when the reference server sends it.
    pub framing: Framing,
}

/// How the content of a response is framed in HTTP/1.1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Framing {
    /// With `Content-Length`.
    #[default]
    Sized,
    /// With `Transfer-Encoding: chunked`.
    Chunked,
    /// In HTTP/1.0, where the end of the connection is the end of the content (RFC 9112 §6.3).
    Closed,
}

impl Response {
    /// A response without content.
    pub fn empty(status: u16) -> Self {
        Self { status, fields: Fields::default(), body: Vec::new(), framing: Framing::Sized }
    }

    /// A JSON response.
    pub fn json(status: u16, value: &Value) -> Self {
        let mut response = Self { body: value.to_string().into_bytes(), ..Self::empty(status) };
        response.fields.set("Content-Type", "application/json");
        response
    }

    /// The content as one JSON object, read leniently: a byte order mark is passed over, a repeated name is not seen.
    pub fn object(&self) -> Option<Map<String, Value>> {
        let body = self.body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&self.body);
        serde_json::from_slice(body).ok()
    }

    /// Changes the JSON object in the content, if there is one.
    pub fn edit_object(&mut self, edit: impl FnOnce(&mut Map<String, Value>)) {
        if let Some(mut object) = self.object() {
            edit(&mut object);
            self.body = Value::Object(object).to_string().into_bytes();
        }
    }

    /// The string under this name in the JSON object.
    pub fn text(&self, name: &str) -> Option<String> {
        self.object()?.get(name)?.as_str().map(str::to_owned)
    }

    /// The media type in lower case, without parameters (RFC 9110 §8.3.1).
    pub fn media_type(&self) -> Option<String> {
        let value = self.fields.get("Content-Type")?;
        Some(value.split(';').next().unwrap_or(value).trim().to_ascii_lowercase())
    }

    /// What it is, without a value that could be secret.
    pub fn describe(&self) -> String {
        let media_type = readable(&self.media_type().unwrap_or_else(|| "no Content-Type".into()));
        format!("status {}, {media_type}, {} octets", self.status, self.body.len())
    }
}

/// Status and size only: the content may hold a token.
impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Response({})", self.describe())
    }
}
