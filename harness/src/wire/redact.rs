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

    /// The text without any secret.
    pub fn text(&self, text: &str) -> String {
        let known = |word: &str| self.words.contains(word) || self.words.contains(word.trim_end_matches('.'));
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
    ];
    for engine in [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD] {
        spellings.push(engine.encode(secret));
    }
    spellings.sort();
    spellings.dedup();
    spellings
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
    fn a_token_and_its_signature_are_replaced() {
        let mut redactor = Redactor::default();
        redactor.learn_token("eyJh.eyJi.c2ln");
        redactor.learn_token("a+b/c==");
        assert_eq!(redactor.text("Bearer eyJh.eyJi.c2ln, \"c2ln\""), "Bearer [redacted], \"[redacted]\"");
        assert_eq!(redactor.text("the token eyJh.eyJi.c2ln."), "the token [redacted]");
        assert_eq!(redactor.text("x a+b/c== a%2Bb%2Fc%3D%3D"), "x [redacted] [redacted]");
    }
}
