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

    /// The content coding, which is never undone here: a few octets of it may stand for any number (RFC 9110 §8.4).
    fn coding(&self) -> Option<&str> {
        self.fields.get("Content-Encoding").filter(|coding| !coding.trim().eq_ignore_ascii_case("identity"))
    }

    /// What it is, without a value that could be secret.
    pub fn describe(&self) -> String {
        let mut described = readable(&self.media_type().unwrap_or_else(|| "no Content-Type".into()));
        if let Some(coding) = self.coding() {
            described.push_str(&format!(" coded as {}, though only identity was asked for", readable(coding)));
        }
        format!("status {}, {described}, {} octets", self.status, self.body.len())
    }
}

/// Status and size only: the content may hold a token.
impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Response({})", self.describe())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Else nobody would see why JSON is none.
    #[test]
    fn a_coded_content_is_called_that() {
        let mut response = Response { body: vec![0x1f, 0x8b], ..Response::json(200, &Value::Null) };
        assert_eq!(response.describe(), "status 200, application/json, 2 octets");
        response.fields.set("Content-Encoding", "gzip");
        let coded = "status 200, application/json coded as gzip, though only identity was asked for, 2 octets";
        assert_eq!(response.describe(), coded);
        response.fields.set("Content-Encoding", " Identity");
        assert!(!response.describe().contains("coded"));
    }
}
