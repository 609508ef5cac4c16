//! A stored request as a line for a shell: what was redacted is a variable, or a word that asks for a value.

use super::Recorded;
use crate::shell::quoted;

/// What only the connection, or curl itself, can know.
const LEFT_OUT: [&str; 3] = ["host", "content-length", "accept-encoding"];

impl Recorded {
    /// The request for `curl`, in one line, without secrets; `usual` is the `Authorization` field of the request that
    /// works, whose credentials the reader has.
    pub fn curl(&self, usual: Option<&str>) -> String {
        let mut words = vec!["curl".to_owned(), "-i".to_owned()];
        if self.method != "POST" || self.request_body.is_empty() {
            words.extend(["-X".to_owned(), quoted(&self.method)]);
        }
        for (name, value) in &self.request_fields {
            let lower = name.to_ascii_lowercase();
            let form = lower == "content-type" && value == super::Form::MEDIA_TYPE;
            if usual == Some(value.as_str()) && lower == "authorization" {
                words.extend(["-u".to_owned(), "\"$CLIENT_ID:$CLIENT_SECRET\"".to_owned()]);
            } else if !LEFT_OUT.contains(&lower.as_str()) && !form {
                words.extend(["-H".to_owned(), with_variables(&format!("{name}: {value}"))]);
            }
        }
        if self.certificate.is_some() {
            words.extend(["--cert \"$CERTIFICATE\"".to_owned(), "--key \"$KEY\"".to_owned()]);
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

#[cfg(test)]
mod tests {
    use crate::wire::{Form, Redactor, Request, Response, Transcript};
    use jiff::Timestamp;

    fn curl(request: &Request, usual: Option<&str>) -> String {
        let mut transcript = Transcript::default();
        let now = Timestamp::UNIX_EPOCH;
        transcript.record((now, now), request, &Ok(Response::empty(200)), &Redactor::default());
        transcript.exchanges[0].curl(usual)
    }

    #[test]
    fn credentials_are_variables_and_nothing_leaves_its_quotes() {
        let mut request = Request::post("https://as.example/token", &Form::default());
        request.fields.set("Authorization", "Basic am9iOnNlY3JldA==");
        request.body = b"scope=a'b\x1b[2J".to_vec();
        let rest = "--data-raw 'scope=a'\\''b\\u{1b}[2J' 'https://as.example/token'";
        let known = format!("curl -i -u \"$CLIENT_ID:$CLIENT_SECRET\" {rest}");
        assert_eq!(curl(&request, Some("Basic [redacted:1]")), known);
        // Those of somebody else, or wrong ones: the reader would see what works.
        let other = format!("curl -i -H 'Authorization: Basic '\"$REDACTED_1\" {rest}");
        assert_eq!(curl(&request, Some("Basic [redacted:2]")), other);
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
        let line = "curl -i -X 'GET' -H 'Authorization: Bearer '\"$REDACTED_1\" 'https://as.example/api'";
        assert_eq!(curl(&request, None), line);
    }
}
