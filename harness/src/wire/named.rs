//! Tokens and secrets by the name that stands before them, whatever else is wrong with the text.

/// Members and parameters whose values are tokens or secrets.
const TOKEN_NAMES: [&str; 5] = ["access_token", "refresh_token", "id_token", "client_secret", "client_assertion"];

/// Where a JSON string ends: at the quote that no backslash escapes, or with the text.
fn end_of_string(content: &str) -> usize {
    let mut escaped = false;
    let end = content.bytes().position(|octet| {
        let ends = octet == b'"' && !escaped;
        escaped = octet == b'\\' && !escaped;
        ends
    });
    end.unwrap_or(content.len())
}

/// Replaces the string after `"access_token":` and its kin.
pub(super) fn without_json_tokens(body: &str, mark: &dyn Fn(&str) -> String) -> String {
    let mut redacted = body.to_owned();
    for name in TOKEN_NAMES {
        let member = format!("\"{name}\"");
        let (mut before, mut rest) = (String::new(), redacted.as_str());
        while let Some(at) = rest.find(&member) {
            let (start, after) = rest.split_at(at + member.len());
            before.push_str(start);
            rest = after;
            let value = after.trim_start().strip_prefix(':').map(str::trim_start);
            if let Some(content) = value.and_then(|value| value.strip_prefix('"')) {
                let (value, after) = content.split_at(end_of_string(content));
                let unescaped = serde_json::from_str::<String>(&format!("\"{value}\""));
                let mark = mark(&unescaped.unwrap_or_else(|_| value.to_owned()));
                before.push_str(&format!(":\"{mark}"));
                rest = after;
            }
        }
        redacted = before + rest;
    }
    redacted
}

/// Replaces the value after `access_token=` and its kin.
pub(super) fn without_form_tokens(body: &str, mark: &dyn Fn(&str) -> String) -> String {
    let mut redacted = body.to_owned();
    for name in TOKEN_NAMES {
        let parameter = format!("{name}=");
        let (mut before, mut rest) = (String::new(), redacted.as_str());
        while let Some(at) = rest.find(&parameter) {
            let (start, after) = rest.split_at(at + parameter.len());
            before.push_str(start);
            let end = after.find(|c: char| c == '&' || c == '"' || c == '<' || c.is_whitespace());
            let (value, after) = after.split_at(end.unwrap_or(after.len()));
            before.push_str(&mark(value));
            rest = after;
        }
        redacted = before + rest;
    }
    redacted
}

/// The characters that JWTs, and most opaque tokens, are made of.
pub(super) fn in_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~".contains(c)
}
