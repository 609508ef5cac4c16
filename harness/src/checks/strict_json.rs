//! Repeated names in JSON: serde_json keeps the last one and says nothing.

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::collections::HashSet;
use std::fmt;

/// The first name that stands twice in one object, at any depth.
pub(super) fn repeated_name(json: &[u8]) -> Option<String> {
    let error = serde_json::from_slice::<Unique>(json).err()?.to_string();
    error.strip_prefix(REPEATED)?.rsplit_once(" at line").map(|(name, _)| name.to_owned())
}

const REPEATED: &str = "repeated name ";

/// Any JSON without a repeated name.
struct Unique;

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Unique {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            map.next_value::<Unique>()?;
            if !names.insert(name.clone()) {
                return Err(A::Error::custom(format!("{REPEATED}{name}")));
            }
        }
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self, A::Error> {
        while seq.next_element::<Unique>()?.is_some() {}
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_name_is_found_at_any_depth() {
        assert_eq!(repeated_name(br#"{"a":1,"b":[{"c":1,"c":2}]}"#).as_deref(), Some("c"));
        assert_eq!(repeated_name(br#"{"a":1,"\u0061":2}"#).as_deref(), Some("a"));
        assert_eq!(repeated_name(br#"{"a":{"a":null},"b":true,"c":-1.5}"#), None);
        assert_eq!(repeated_name(b"no json"), None);
    }
}
