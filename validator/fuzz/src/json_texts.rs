//! Our JSON reader against another one.

use countersign_validator::json::{self as ours, JsonError, TOKEN_LIMITS, Value};
use serde_json::Value as Other;

/// Any text: what we read, the other reads with the same value; what the other reads, we refuse for our limits only.
pub fn json(data: &[u8]) {
    let other: Result<Other, _> = serde_json::from_slice(data);
    match (ours::parse(data, TOKEN_LIMITS), other) {
        (Ok(document), Ok(other)) => assert!(is_same(&document.value, &other), "two readers, two values"),
        // A number that no float can hold is a text to us; one object with two members of a name is not.
        (Ok(document), Err(error)) => assert!(has_huge_number(&document.value), "the other refuses: {error}"),
        (Err(JsonError::TooDeep | JsonError::TooManyMembers), _) | (Err(_), Err(_)) => {}
        (Err(error), Ok(_)) => panic!("refused for {error:?}, while the other reads it"),
    }
}

fn is_same(one: &Value<'_>, other: &Other) -> bool {
    match (one, other) {
        (Value::Null, Other::Null) => true,
        (Value::Bool(one), Other::Bool(other)) => one == other,
        (Value::Number(one), Other::Number(other)) => is_near(one.parse().unwrap(), other.as_f64().unwrap()),
        (Value::String(one), Other::String(other)) => one == other,
        (Value::Array(one), Other::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Other::Object(other)) => {
            // Of members of one name the other keeps the last.
            let repeated = one.has_duplicate_member();
            assert_eq!(repeated, one.iter().count() != other.len(), "a repeated member is seen");
            repeated || one.iter().all(|(name, value)| other.get(name).is_some_and(|other| is_same(value, other)))
        }
        _ => false,
    }
}

/// The other reader does not round long numbers exactly.
fn is_near(one: f64, other: f64) -> bool {
    (one - other).abs() <= one.abs() * 1e-12
}

fn has_huge_number(value: &Value<'_>) -> bool {
    match value {
        Value::Number(text) => text.parse::<f64>().is_ok_and(f64::is_infinite),
        Value::Array(elements) => elements.iter().any(has_huge_number),
        Value::Object(object) => object.iter().any(|(_, value)| has_huge_number(value)),
        _ => false,
    }
}
