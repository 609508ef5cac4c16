//! Secrets and tokens leave no trace: every known value is replaced, in every spelling, before anything is stored.

use super::{BasicEncoding, Form, Request};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use std::collections::HashSet;

/// What stands in the place of a secret.
const MARK: &str = "[redacted]";

/// Shorter values would redact half of every text; a secret that short protects nothing.
const SHORTEST: usize = 4;

/// Knows the values that must not be stored.
#[derive(Default)]
pub struct Redactor {
    /// Every spelling of every secret, the longest first so that none is left half replaced.
    spellings: Vec<String>,
    /// Tokens and their signatures. There are many, so they are looked up word by word.
    words: HashSet<String>,
}

impl Redactor {
    /// From now on this value is replaced wherever it occurs, in every usual spelling.
    pub fn learn(&mut self, secret: &str) {
        if secret.len() < SHORTEST || self.spellings.iter().any(|known| known == secret) {
            return;
        }
        self.spellings.extend(spellings(secret));
        self.spellings.sort_by_key(|spelling| std::cmp::Reverse(spelling.len()));
        self.spellings.dedup();
    }

    /// A token is replaced too, and its signature, which is as good as the token.
    pub fn learn_token(&mut self, token: &str) {
        if token.chars().all(in_word) {
            let signature = token.rsplit_once('.').map(|(_, signature)| signature.to_owned());
            self.words.extend(signature.filter(|signature| signature.len() >= SHORTEST));
            self.words.insert(token.to_owned());
        } else {
            self.learn(token);
        }
    }

    /// The pair of credentials as it stands in an `Authorization` field.
    pub fn learn_pair(&mut self, id: &str, secret: &str) {
        self.learn(secret);
        for way in [BasicEncoding::Form, BasicEncoding::Percent, BasicEncoding::Raw] {
            self.learn(&STANDARD.encode(format!("{}:{}", way.encode(id), way.encode(secret))));
        }
    }

    /// The content of a response: what stands under the name of a token is one, however it is spelt and wherever it
    /// stands, and whatever else is wrong with the content.
    pub fn body(&self, body: &str) -> String {
        self.text(&without_form_tokens(&without_json_tokens(body)))
    }

    /// The text without any secret.
    pub fn text(&self, text: &str) -> String {
        // The two digits of a percent escape belong to the character before the word.
        let unescaped = |word: &str| word.get(2..).is_some_and(|rest| self.words.contains(rest));
        let known = |word: &str| {
            self.words.contains(word) || self.words.contains(word.trim_end_matches('.')) || unescaped(word)
        };
        let mut redacted = String::with_capacity(text.len());
        for piece in text.split_inclusive(|c| !in_word(c)) {
            let word = piece.trim_end_matches(|c| !in_word(c));
            redacted.push_str(if known(word) { MARK } else { word });
            redacted.push_str(&piece[word.len()..]);
        }
        self.spellings.iter().fold(redacted, |text, spelling| text.replace(spelling, MARK))
    }

    /// A request that may be stored: credentials are gone by their place, and then by their value.
    pub fn request(&self, request: &Request) -> Request {
        let mut stored = request.clone();
        if let Some(value) = request.fields.get("Authorization") {
            let scheme = value.split(' ').next().unwrap_or_default().to_owned();
            stored.fields.set("Authorization", format!("{scheme} {MARK}"));
        }
        stored.uri = self.text(&self.query(&request.uri));
        stored.body = self.text(&self.parameters(&String::from_utf8_lossy(&request.body))).into_bytes();
        stored
    }

    fn query(&self, uri: &str) -> String {
        uri.split_once('?').map_or(uri.to_owned(), |(path, query)| format!("{path}?{}", self.parameters(query)))
    }

    /// A value that decodes to a secret is a secret, however strangely it is spelt.
    fn parameters(&self, text: &str) -> String {
        let pairs = text.split('&').map(|pair| {
            let decoded = Form::parse(pair.as_bytes());
            let leaks = decoded.iter().any(|(_, value)| self.text(value) != value);
            if leaks { format!("{}={MARK}", pair.split('=').next().unwrap_or_default()) } else { pair.to_owned() }
        });
        pairs.collect::<Vec<_>>().join("&")
    }
}

/// Members and parameters whose values are tokens or secrets.
const TOKEN_NAMES: [&str; 5] = ["access_token", "refresh_token", "id_token", "client_secret", "client_assertion"];

/// Replaces the string after `"access_token":` and its kin.
fn without_json_tokens(body: &str) -> String {
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
                before.push_str(&format!(":\"{MARK}"));
                rest = &content[end_of_string(content)..];
            }
        }
        redacted = before + rest;
    }
    redacted
}

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

/// Replaces the value after `access_token=` and its kin.
fn without_form_tokens(body: &str) -> String {
    let mut redacted = body.to_owned();
    for name in TOKEN_NAMES {
        let parameter = format!("{name}=");
        let (mut before, mut rest) = (String::new(), redacted.as_str());
        while let Some(at) = rest.find(&parameter) {
            let (start, after) = rest.split_at(at + parameter.len());
            before.push_str(start);
            before.push_str(MARK);
            let end = after.find(|c: char| c == '&' || c == '"' || c == '<' || c.is_whitespace());
            rest = &after[end.unwrap_or(after.len())..];
        }
        redacted = before + rest;
    }
    redacted
}

/// The characters that JWTs, and most opaque tokens, are made of.
fn in_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~".contains(c)
}

fn spellings(secret: &str) -> Vec<String> {
    let json = serde_json::Value::from(secret).to_string();
    let mut spellings = vec![
        secret.to_owned(),
        BasicEncoding::Form.encode(secret),
        BasicEncoding::Percent.encode(secret),
        BasicEncoding::Form.encode(secret).to_lowercase(),
        json.trim_matches('"').to_owned(),
        json.trim_matches('"').replace('/', "\\/"),
        // A media type is compared, and shown, in lower case.
        secret.to_lowercase(),
        lower_case_escapes(&BasicEncoding::Form.encode(secret)),
        lower_case_escapes(&BasicEncoding::Percent.encode(secret)),
        secret.bytes().map(|octet| format!("%{octet:02X}")).collect(),
        secret.bytes().map(|octet| format!("%{octet:02x}")).collect(),
        secret.bytes().map(|octet| format!("{octet:02X}")).collect(),
        secret.bytes().map(|octet| format!("{octet:02x}")).collect(),
        secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"),
    ];
    for engine in [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD] {
        spellings.push(engine.encode(secret));
    }
    spellings.sort();
    spellings.dedup();
    spellings
}

/// `%2F` as `%2f`, and all else as it is.
fn lower_case_escapes(text: &str) -> String {
    let mut parts = text.split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |lower, part| {
        let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        format!("{lower}%{}{rest}", digits.to_ascii_lowercase())
    })
}

/// How much is known, never what.
impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Redactor({} spellings)", self.spellings.len() + self.words.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "s3cret +/=%&?\"ü";

    #[test]
    fn every_spelling_is_replaced() {
        let mut redactor = Redactor::default();
        redactor.learn_pair("job", SECRET);
        let mut texts = spellings(SECRET);
        texts.push(super::super::basic_authorization("job", SECRET, BasicEncoding::Form));
        texts.push(super::super::basic_authorization("job", SECRET, BasicEncoding::Raw));
        for text in texts {
            let redacted = redactor.text(&format!("before {text} after"));
            assert!(redacted.contains(MARK), "{redacted}");
        }
    }

    #[test]
    fn a_strange_spelling_in_a_form_is_replaced() {
        let mut redactor = Redactor::default();
        redactor.learn("hunter22");
        let mut request = Request::get("http://a/token?client_secret=%68%75%6e%74%65%72%32%32&x=1");
        request.body = b"client_secret=hun%74er22&grant_type=client_credentials".to_vec();
        request.fields.set("Authorization", "Basic aHVudGVyMjI=");
        let stored = redactor.request(&request);
        assert_eq!(stored.uri, "http://a/token?client_secret=[redacted]&x=1");
        assert_eq!(stored.body, b"client_secret=[redacted]&grant_type=client_credentials");
        assert_eq!(stored.fields.get("Authorization"), Some("Basic [redacted]"));
    }

    #[test]
    fn the_value_of_a_token_member_is_replaced_however_it_is_spelt() {
        let redactor = Redactor::default();
        for body in [
            r#"{"access_token":"AA1+bb\/cc\u003d","x":"y"}"#,
            r#"{"access_token" : "first", "access_token":"AA1 \" bb", "x":"y"}"#,
            r#"{"data":{"refresh_token":"AA1"},"id_token":"AA1"}"#,
            "access_token=AA1%2F&token_type=bearer",
            r#"{"access_token":"AA1 without an end"#,
        ] {
            let stored = redactor.body(body);
            assert!(!stored.contains("AA1") && !stored.contains("first"), "{stored}");
            assert!(stored.contains(MARK), "{stored}");
        }
        let plain = r#"{"error":"invalid_request","access_token":null}"#;
        assert_eq!(redactor.body(plain), plain);
    }

    #[test]
    fn a_token_after_an_escape_is_replaced() {
        let mut redactor = Redactor::default();
        redactor.learn_token("tok3n-of-a-test");
        assert_eq!(redactor.text("x=Bearer%20tok3n-of-a-test&y"), "x=Bearer%[redacted]&y");
    }

    #[test]
    fn more_spellings_of_a_secret_are_replaced() {
        let mut redactor = Redactor::default();
        redactor.learn("S3cret+/XyZ\"9");
        for echo in [
            "S3cret%2b%2fXyZ%229",
            "s3cret+/xyz\"9",
            "S3cret+\\/XyZ\\\"9",
            "%53%33%63%72%65%74%2b%2f%58%79%5a%22%39",
            "5333637265742b2f58795a2239",
            "S3cret+/XyZ&quot;9",
        ] {
            assert_eq!(redactor.text(echo), MARK, "{echo}");
        }
    }

    #[test]
    fn a_token_and_its_signature_are_replaced() {
        let mut redactor = Redactor::default();
        redactor.learn_token("eyJh.eyJi.c2ln");
        redactor.learn_token("a+b/c==");
        assert_eq!(redactor.text("Bearer eyJh.eyJi.c2ln, \"c2ln\""), "Bearer [redacted], \"[redacted]\"");
        assert_eq!(redactor.text("the token eyJh.eyJi.c2ln."), "the token [redacted]");
        assert_eq!(redactor.text("x a+b/c== a%2Bb%2Fc%3D%3D"), "x [redacted] [redacted]");
    }
}
