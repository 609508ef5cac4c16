//! Secrets and tokens leave no trace: every known value is replaced, in every spelling, before anything is stored.

use super::named::{in_word, without_form_tokens, without_json_tokens};
use super::needles::Needles;
use super::seal::{Seal, replace};
use super::{BasicEncoding, Form, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::cell::RefCell;
use std::collections::HashMap;

/// Shorter values would redact half of every text; a secret that short protects nothing.
const SHORTEST: usize = 4;

/// Knows the values that must not be stored.
#[derive(Default)]
pub struct Redactor {
    /// Secrets, and pairs as they stand in an `Authorization` field.
    secrets: Needles,
    /// Tokens and their signatures. There are many, so they are looked up word by word while the run lasts.
    tokens: Vec<String>,
    /// The tokens that are words.
    words: HashMap<String, usize>,
    /// Equal values have equal numbers, whatever their spelling.
    numbers: RefCell<HashMap<String, usize>>,
}

impl Redactor {
    /// From now on this value is replaced wherever it occurs, in every usual spelling.
    pub fn learn(&mut self, secret: &str) {
        self.learn_all(&[secret.to_owned()]);
    }

    fn learn_all(&mut self, secrets: &[String]) {
        let mut values = self.secrets.values().to_vec();
        for secret in secrets.iter().filter(|secret| secret.len() >= SHORTEST) {
            if !values.contains(secret) {
                self.number(secret);
                values.push(secret.clone());
            }
        }
        self.secrets = Needles::new(values);
    }

    /// A token is replaced too, and its signature, which is as good as the token.
    pub fn learn_token(&mut self, token: &str) {
        let signature = token.rsplit_once('.').map(|(_, signature)| signature);
        for value in [Some(token), signature].into_iter().flatten().filter(|value| value.len() >= SHORTEST) {
            if self.words.contains_key(value) || self.tokens.iter().any(|known| known == value) {
                continue;
            }
            let number = self.number(value);
            if value.chars().all(in_word) {
                self.words.insert(value.to_owned(), number);
            } else {
                self.learn(value);
            }
            self.tokens.push(value.to_owned());
        }
    }

    /// The pair of credentials as it stands in an `Authorization` field.
    pub fn learn_pair(&mut self, id: &str, secret: &str) {
        let ways = [BasicEncoding::Form, BasicEncoding::Percent, BasicEncoding::Raw];
        let pairs = ways.map(|way| STANDARD.encode(format!("{}:{}", way.encode(id), way.encode(secret))));
        self.learn_all(&[&[secret.to_owned()], pairs.as_slice()].concat());
    }

    /// The number that stands for a value.
    fn number(&self, value: &str) -> usize {
        let mut numbers = self.numbers.borrow_mut();
        let next = numbers.len() + 1;
        *numbers.entry(value.to_owned()).or_insert(next)
    }

    fn mark(&self, value: &str) -> String {
        format!("[redacted:{}]", self.number(value))
    }

    /// The content of a response: what stands under the name of a token is one, however it is spelt and wherever it
    /// stands, and whatever else is wrong with the content.
    pub fn body(&self, body: &str) -> String {
        let mark = |value: &str| self.mark(value);
        self.text(&without_form_tokens(&without_json_tokens(body, &mark), &mark))
    }

    /// The text without any secret.
    pub fn text(&self, text: &str) -> String {
        let known = |word: &str| self.words.get(word).map(|number| format!("[redacted:{number}]"));
        let mut redacted = String::with_capacity(text.len());
        for piece in text.split_inclusive(|c| !in_word(c)) {
            let word = piece.trim_end_matches(|c| !in_word(c));
            let rest = piece.get(word.len()..).unwrap_or_default();
            // The two digits of a percent escape belong to the character before the word; a dot may end a sentence.
            let (digits, unescaped) = word.split_at_checked(2).unwrap_or(("", word));
            let sentence = word.trim_end_matches('.');
            if word.len() < SHORTEST {
                redacted.push_str(piece);
                continue;
            }
            match (known(word), known(sentence), known(unescaped)) {
                (Some(mark), ..) => redacted.push_str(&mark),
                (None, Some(mark), _) => {
                    redacted.push_str(&mark);
                    redacted.push_str(word.get(sentence.len()..).unwrap_or_default());
                }
                (None, None, Some(mark)) => {
                    redacted.push_str(digits);
                    redacted.push_str(&mark);
                }
                (None, None, None) => redacted.push_str(word),
            }
            redacted.push_str(rest);
        }
        replace(&self.secrets, &redacted, |value| self.mark(value))
    }

    /// What finds every value of the run, tokens included, in every spelling: for what is about to be stored.
    pub fn seal(&self) -> Seal {
        let mut values = self.secrets.values().to_vec();
        values.extend(self.tokens.iter().filter(|token| self.words.contains_key(*token)).cloned());
        let numbers = values.iter().map(|value| (value.clone(), self.number(value))).collect();
        Seal { needles: Needles::new(values), numbers }
    }

    /// A request that may be stored: credentials are gone by their place, and then by their value.
    pub fn request(&self, request: &Request) -> Request {
        let mut stored = request.clone();
        // Line by line: a field that was sent twice is shown twice.
        stored.fields.edit("Authorization", |value| {
            let (scheme, credentials) = value.split_once(' ').unwrap_or((value, ""));
            let mark = if credentials.is_empty() { String::new() } else { format!(" {}", self.mark(credentials)) };
            format!("{scheme}{mark}")
        });
        stored.fields.edit("DPoP", |proof| if proof.is_empty() { String::new() } else { self.mark(proof) });
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
            let name = pair.split('=').next().unwrap_or_default();
            let hidden = decoded.iter().find(|(name, value)| name.ends_with("assertion") || self.text(value) != *value);
            hidden.map_or_else(|| pair.to_owned(), |(_, value)| format!("{name}={}", self.mark(value)))
        });
        pairs.collect::<Vec<_>>().join("&")
    }
}

/// How much is known, never what.
impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Redactor({} values)", self.secrets.values().len() + self.tokens.len())
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
        for spelling in crate::wire::spelling::Spelling::ALL {
            let text = spelling.write(SECRET);
            assert_eq!(redactor.text(&format!("before {text} after")), "before [redacted:1] after", "{spelling:?}");
        }
        for (encoding, mark) in [(BasicEncoding::Form, 2), (BasicEncoding::Raw, 4)] {
            let text = super::super::basic_authorization("job", SECRET, encoding);
            assert_eq!(redactor.text(&text), format!("Basic [redacted:{mark}]"));
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
        assert_eq!(stored.uri, "http://a/token?client_secret=[redacted:1]&x=1");
        assert_eq!(stored.body, b"client_secret=[redacted:1]&grant_type=client_credentials");
        assert_eq!(stored.fields.get("Authorization"), Some("Basic [redacted:2]"));
    }

    #[test]
    fn every_line_of_a_repeated_field_is_kept_and_redacted() {
        let mut request = Request::get("http://a/token");
        for value in ["Basic b25lOjE=", "Basic dHdvOjI=", "Basic"] {
            request.fields.append("authorization", value);
        }
        request.fields.append("DPoP", "first.proof");
        request.fields.append("DPoP", "");
        let stored = Redactor::default().request(&request);
        let lines: Vec<_> = stored.fields.all("Authorization").collect();
        assert_eq!(lines, ["Basic [redacted:1]", "Basic [redacted:2]", "Basic"]);
        assert_eq!(stored.fields.all("DPoP").collect::<Vec<_>>(), ["[redacted:3]", ""]);
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
            assert!(stored.contains("[redacted:"), "{stored}");
        }
        let plain = r#"{"error":"invalid_request","access_token":null}"#;
        assert_eq!(redactor.body(plain), plain);
    }

    #[test]
    fn a_token_after_an_escape_is_replaced() {
        let mut redactor = Redactor::default();
        redactor.learn_token("tok3n-of-a-test");
        assert_eq!(redactor.text("x=Bearer%20tok3n-of-a-test&y"), "x=Bearer%20[redacted:1]&y");
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
            "S3cret&#43;&#x2f;XyZ&#34;9",
            "S3cret\\u002b\\/XyZ\\u00229",
            "%53%33cret%2B/XyZ%229",
        ] {
            assert_eq!(redactor.text(echo), "[redacted:1]", "{echo}");
        }
    }

    #[test]
    fn a_token_and_its_signature_are_replaced() {
        let mut redactor = Redactor::default();
        redactor.learn_token("eyJh.eyJi.c2ln");
        redactor.learn_token("a+b/c==");
        assert_eq!(redactor.text("Bearer eyJh.eyJi.c2ln, \"c2ln\""), "Bearer [redacted:1], \"[redacted:2]\"");
        assert_eq!(redactor.text("the token eyJh.eyJi.c2ln."), "the token [redacted:1].");
        assert_eq!(redactor.text("x a+b/c== a%2Bb%2Fc%3D%3D"), "x [redacted:3] [redacted:3]");
    }
}
