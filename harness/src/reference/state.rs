//! What the reference server remembers: its tokens, and who asked lately.

use super::{Lapse, Registered};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};

/// A token that was issued.
#[derive(Debug, Clone)]
pub(super) struct Issued {
    pub(super) client: &'static Registered,
    pub(super) scope: String,
    /// The resources that it is for (RFC 8707).
    pub(super) resources: Vec<String>,
    /// The thumbprint of the key that it is bound to (RFC 9449 §6.1).
    pub(super) key: Option<String>,
    /// The thumbprint of the certificate that it is bound to (RFC 8705 §3).
    pub(super) certificate: Option<String>,
    /// Its `jti`.
    pub(super) id: String,
    pub(super) issued_at: i64,
    pub(super) expires_at: i64,
    pub(super) revoked: bool,
    /// How often introspection was asked about it.
    pub(super) looks: u32,
}

impl Issued {
    /// As a claim: one value is a string (RFC 7519 §4.1.3).
    pub(super) fn audience(&self) -> Value {
        match self.resources.as_slice() {
            [one] => one.as_str().into(),
            several => several.into(),
        }
    }

    /// What it is bound to, as `cnf` has it (RFC 7800 §3.1).
    pub(super) fn confirmation(&self) -> Option<Value> {
        let members = [("jkt", &self.key), ("x5t#S256", &self.certificate)];
        let bound = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.as_deref()?.into())));
        Some(Value::Object(bound.collect())).filter(|bound| *bound != json!({}))
    }

    pub(super) fn token_type(&self) -> &'static str {
        if self.key.is_some() { "DPoP" } else { "Bearer" }
    }
}

#[derive(Default)]
pub(super) struct State {
    tokens: HashMap<String, Issued>,
    /// The `jti` of assertions and proofs, until when they are remembered.
    seen: HashMap<String, i64>,
    recent: VecDeque<Timestamp>,
    /// The thumbprint of the certificate that was presented last.
    pub(super) last_certificate: Option<String>,
}

/// How long a dead token is remembered, seconds.
const REMEMBERED: i64 = 3600;

/// How much of a token a fault does not compare, octets: half of a signature with ES256.
const END: usize = 43;

impl State {
    pub(super) fn remember(&mut self, token: String, issued: Issued, lapse: Option<Lapse>) {
        let now = issued.issued_at;
        for old in self.tokens.values_mut() {
            old.revoked &= lapse != Some(Lapse::Revived);
            if lapse == Some(Lapse::Renewed) && old.expires_at <= now {
                old.expires_at = issued.expires_at;
            }
        }
        self.tokens.retain(|_, old| old.expires_at + REMEMBERED > now);
        self.tokens.entry(token).or_insert(issued);
    }

    /// A living token that says the same, and its end.
    pub(super) fn equal(&self, wanted: &Issued) -> Option<(String, i64)> {
        let says =
            |issued: &Issued| (issued.client.id, issued.scope.clone(), issued.resources.clone(), issued.confirmation());
        let same =
            |issued: &Issued| says(issued) == says(wanted) && !issued.revoked && issued.expires_at > wanted.issued_at;
        let (token, issued) = self.tokens.iter().find(|(_, issued)| same(issued))?;
        Some((token.clone(), issued.expires_at))
    }

    pub(super) fn revoke(&mut self, token: &str, by: &Registered, lapse: Option<Lapse>) {
        if self.tokens.get(token).is_none_or(|issued| issued.client.id != by.id) {
            return;
        }
        for (other, issued) in &mut self.tokens {
            let is_it = other == token;
            issued.revoked = match lapse {
                Some(Lapse::OneRevocation) => is_it,
                Some(Lapse::Everybody) => true,
                Some(Lapse::Related) => issued.revoked || issued.client.id == by.id,
                _ => issued.revoked || is_it,
            };
        }
    }

    /// Introspection looks at the token.
    pub(super) fn look(&mut self, token: &str, lapse: Option<Lapse>) {
        if let Some(issued) = self.tokens.get_mut(token) {
            issued.looks += 1;
            issued.revoked |= lapse == Some(Lapse::OneLook) && issued.looks > 1;
        }
    }

    /// Whether this name of an assertion or a proof comes for the first time; it is good until then.
    pub(super) fn is_new(&mut self, id: &str, until: i64, now: i64) -> bool {
        self.seen.retain(|_, end| *end >= now);
        self.seen.insert(id.to_owned(), until).is_none()
    }

    /// The token, if it is alive within the leeway.
    pub(super) fn alive(&self, token: &str, now: Timestamp, leeway: i64) -> Option<&Issued> {
        let alive = |issued: &&Issued| !issued.revoked && now.as_second() < issued.expires_at.saturating_add(leeway);
        self.tokens.get(token).filter(alive)
    }

    /// The token that is like this one but for its end.
    pub(super) fn beginning(&self, token: &str) -> Option<String> {
        let known =
            |known: &&String| known.len().checked_sub(END).is_some_and(|end| known.get(..end) == token.get(..end));
        self.tokens.keys().find(known).cloned()
    }

    /// Whether one more request exceeds so many a second.
    pub(super) fn is_busy(&mut self, now: Timestamp, per_second: u32) -> bool {
        let within = |then: &Timestamp| now.duration_since(*then).as_millis() < 1000;
        while self.recent.front().is_some_and(|then| !within(then)) {
            self.recent.pop_front();
        }
        if self.recent.len() >= usize::try_from(per_second).unwrap_or(usize::MAX) {
            return true;
        }
        self.recent.push_back(now);
        false
    }
}

/// Tokens are not shown.
impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "State({} tokens)", self.tokens.len())
    }
}
