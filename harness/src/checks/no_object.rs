//! Claims that are no JSON object, of JWTs that are signed as they stand.

use serde_json::{Map, Value, json};

/// What stands where a JSON object must stand (RFC 7519 §7.2). A byte order mark is none of these: a reader may ignore it
/// (RFC 8259 §8.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoObject {
    /// `null`.
    Null,
    /// The object in an array.
    InArray,
    /// The text of the object as a string.
    Quoted,
    /// The object without its end.
    Open,
    /// The object, and another one after it.
    Followed,
    /// A member more, whose value is no UTF-8.
    NotUtf8,
}

impl NoObject {
    /// Every one.
    pub(super) const ALL: [Self; 6] =
        [Self::Null, Self::InArray, Self::Quoted, Self::Open, Self::Followed, Self::NotUtf8];

    /// The octets that stand in the place of this object.
    pub(super) fn apply(self, object: &Map<String, Value>) -> Vec<u8> {
        let value = Value::Object(object.clone());
        let text = value.to_string();
        let open = text.strip_suffix('}').unwrap_or(&text).as_bytes();
        match self {
            Self::Null => b"null".to_vec(),
            Self::InArray => json!([value]).to_string().into_bytes(),
            Self::Quoted => json!(text).to_string().into_bytes(),
            Self::Open => open.to_vec(),
            Self::Followed => [text.as_bytes(), b"{}"].concat(),
            Self::NotUtf8 => [open, b",\"x_countersign\":\"\xff\"}"].concat(),
        }
    }

    /// What a JWT is called whose claims look so.
    pub(super) fn says(self) -> &'static str {
        match self {
            Self::Null => "whose claims are null",
            Self::InArray => "whose claims are in an array",
            Self::Quoted => "whose claims are a string",
            Self::Open => "whose claims have no end",
            Self::Followed => "with another object after its claims",
            Self::NotUtf8 => "whose claims are no UTF-8",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_is_a_json_object() {
        let object = json!({"iss": "job", "cnf": {"jkt": "x"}}).as_object().unwrap().clone();
        assert!(serde_json::from_str::<Map<String, Value>>(&Value::Object(object.clone()).to_string()).is_ok());
        for shape in NoObject::ALL {
            assert!(serde_json::from_slice::<Map<String, Value>>(&shape.apply(&object)).is_err(), "{shape:?}");
        }
    }
}
