//! What does not change from answer to answer, for snapshots: types in the place of values, in an order of our own.

use crate::jwt::Jwt;
use crate::wire::Response;
use serde_json::{Map, Value};

/// Members whose values are behaviour, and not of one answer alone.
const VERBATIM: [&str; 8] = ["active", "alg", "crv", "error", "kty", "token_type", "typ", "use"];

/// Status and media type, and where there are challenges, their schemes.
pub(super) fn head(response: &Response) -> String {
    let schemes = super::client_authentication::schemes(&response.fields.list("WWW-Authenticate"));
    let media_type = response.media_type().unwrap_or_else(|| "no media type".into());
    let challenges = if schemes.is_empty() { String::new() } else { format!(", challenge {}", schemes.join(", ")) };
    format!("{} {media_type}{challenges}", response.status)
}

/// A line for each member.
pub(super) fn members(object: &Map<String, Value>) -> Vec<String> {
    let mut lines: Vec<_> = object.iter().map(|(name, value)| format!("{name}: {}", kind(name, value))).collect();
    lines.sort();
    lines
}

fn kind(name: &str, value: &Value) -> String {
    match value {
        Value::String(text) if name == "scope" => format!("{:?}", sorted(text.split(' ')).join(" ")),
        Value::Array(values) if name.ends_with("_supported") && values.iter().all(Value::is_string) => {
            format!("{:?}", sorted(values.iter().filter_map(Value::as_str)))
        }
        value if VERBATIM.contains(&name) => value.to_string(),
        Value::Null => "[null]".into(),
        Value::Bool(_) => "[boolean]".into(),
        Value::Number(number) if number.is_f64() => "[fraction]".into(),
        Value::Number(_) => "[integer]".into(),
        Value::String(text) if Jwt::parse(text).is_some() => "[jwt]".into(),
        Value::String(text) if text.starts_with("https://") || text.starts_with("http://") => "[uri]".into(),
        Value::String(_) => "[string]".into(),
        Value::Array(_) => "[array]".into(),
        Value::Object(_) => "[object]".into(),
    }
}

fn sorted<'a>(words: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut words: Vec<_> = words.collect();
    words.sort_unstable();
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::refusal;
    use serde_json::json;

    #[test]
    fn what_differs_from_answer_to_answer_is_a_type() {
        let object = json!({
            "access_token": "e30.e30.AA", "expires_in": 3600, "exp": 1.5, "scope": "write read", "token_type": "Bearer",
            "jti": "a1", "iss": "https://as.example", "nothing": null, "grant_types_supported": ["b", "a"], "aud": ["x"],
        });
        let lines = members(object.as_object().unwrap());
        assert_eq!(
            lines,
            [
                "access_token: [jwt]",
                "aud: [array]",
                "exp: [fraction]",
                "expires_in: [integer]",
                r#"grant_types_supported: ["a", "b"]"#,
                "iss: [uri]",
                "jti: [string]",
                "nothing: [null]",
                r#"scope: "read write""#,
                r#"token_type: "Bearer""#,
            ]
        );
        let mut response = refusal(401, "invalid_client");
        response.fields.set("WWW-Authenticate", "Basic realm=\"changes\"");
        assert_eq!(head(&response), "401 application/json, challenge basic");
    }
}
