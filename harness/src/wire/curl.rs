//! A stored request as a line for a shell: what was redacted is a variable, or a word that asks for a value.

use super::Recorded;
use super::redact::is_mark;
use crate::shell::quoted;

/// What only the connection, or curl itself, can know.
const LEFT_OUT: [&str; 3] = ["host", "content-length", "accept-encoding"];

impl Recorded {
    /// The request for `curl`, in one line, without secrets.
    pub fn curl(&self) -> String {
        let mut words = vec!["curl".to_owned(), "-i".to_owned()];
        if self.method != "POST" || self.request_body.is_empty() {
            words.extend(["-X".to_owned(), quoted(&self.method)]);
        }
        for (name, value) in &self.request_fields {
            let lower = name.to_ascii_lowercase();
            let form = lower == "content-type" && value == super::Form::MEDIA_TYPE;
            match value.split_once(' ') {
                Some((scheme, rest)) if lower == "authorization" && is_mark(rest) => {
                    words.extend(credentials(scheme));
                }
                _ if LEFT_OUT.contains(&lower.as_str()) || form => {}
                _ => words.extend(["-H".to_owned(), quoted(&format!("{name}: {value}"))]),
            }
        }
        if !self.request_body.is_empty() {
            words.extend(["--data-raw".to_owned(), with_variables(&self.request_body)]);
        }
        words.push(with_variables(&self.uri));
        words.join(" ")
    }
}

/// A word in quotes, in which what was redacted is a variable: the same value the same variable.
fn with_variables(text: &str) -> String {
    let mut parts = text.split("[redacted:");
    let mut word = quoted(parts.next().unwrap_or_default());
    for part in parts {
        let (number, rest) = part.split_once(']').unwrap_or((part, ""));
        word.push_str(&format!("\"$REDACTED_{}\"", number.chars().filter(char::is_ascii_digit).collect::<String>()));
        if !rest.is_empty() {
            word.push_str(&quoted(rest));
        }
    }
    word
}

/// Credentials that the reader has, in variables that he sets.
fn credentials(scheme: &str) -> [String; 2] {
    if scheme.eq_ignore_ascii_case("basic") {
        ["-u".into(), "\"$CLIENT_ID:$CLIENT_SECRET\"".into()]
    } else {
        ["-H".into(), format!("\"Authorization: {}$TOKEN\"", super::escaped(&format!("{scheme} ")))]
    }
}

#[cfg(test)]
mod tests {
    use crate::wire::{Form, Redactor, Request, Response, Transcript};
    use jiff::Timestamp;

    fn curl(request: &Request) -> String {
        let mut transcript = Transcript::default();
        let now = Timestamp::UNIX_EPOCH;
        transcript.record((now, now), request, &Ok(Response::empty(200)), &Redactor::default());
        transcript.exchanges[0].curl()
    }

    #[test]
    fn credentials_are_variables_and_nothing_leaves_its_quotes() {
        let mut form = Form::default();
        form.append("scope", "a'b");
        let mut request = Request::post("https://as.example/token", &form);
        request.fields.set("Authorization", "Basic am9iOnNlY3JldA==");
        request.body = b"scope=a'b\x1b[2J".to_vec();
        assert_eq!(
            curl(&request),
            "curl -i -u \"$CLIENT_ID:$CLIENT_SECRET\" --data-raw 'scope=a'\\''b\\u{1b}[2J' 'https://as.example/token'"
        );
    }

    #[test]
    fn a_secret_in_a_body_is_a_variable_and_the_same_one_each_time() {
        let line = super::with_variables("client_secret=[redacted:1]&x=[redacted:12]&y=[redacted:1]");
        assert_eq!(line, "'client_secret='\"$REDACTED_1\"'&x='\"$REDACTED_12\"'&y='\"$REDACTED_1\"");
        assert_eq!(super::with_variables("[redacted:$(id)] `id`"), "''\"$REDACTED_\"' `id`'");
    }

    #[test]
    fn a_token_is_a_variable() {
        let mut request = Request::get("https://as.example/api");
        request.fields.set("Authorization", "Bearer abcdefgh");
        assert_eq!(curl(&request), "curl -i -X 'GET' -H \"Authorization: Bearer $TOKEN\" 'https://as.example/api'");
    }
}
