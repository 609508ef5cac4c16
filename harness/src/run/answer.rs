//! What a token endpoint said: a token, a refusal, or neither.

use super::Reply;
use crate::wire::readable;
use secrecy::SecretString;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// A reply of the token endpoint, understood.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The reply.
    pub reply: Reply,
    /// What it means.
    pub kind: Kind,
}

/// What a reply means.
#[derive(Debug, Clone)]
pub enum Kind {
    /// There is an access token in it, whatever else is wrong.
    Token(Box<Grant>),
    /// A JSON object with an error code (RFC 6749 §5.2).
    Refusal {
        /// The code.
        error: String,
    },
    /// Anything else.
    Neither,
}

/// The members of a success response (RFC 6749 §5.1), read leniently.
#[derive(Clone)]
pub struct Grant {
    /// The token.
    pub access_token: SecretString,
    /// The lifetime in seconds, also when it comes as a string.
    pub expires_in: Option<u64>,
    /// The scopes, if the answer names them.
    pub scope: Option<BTreeSet<String>>,
    /// The type in lower case.
    pub token_type: Option<String>,
    /// Every member.
    pub members: Map<String, Value>,
}

impl Answer {
    /// Understands a reply.
    pub fn of(reply: Reply) -> Self {
        let members = reply.response.object();
        let text = |name: &str| members.as_ref().and_then(|members| members.get(name)?.as_str().map(str::to_owned));
        let token = text("access_token").filter(|token| !token.is_empty());
        let kind = match (token, text("error")) {
            (Some(token), _) => Kind::Token(Box::new(Grant::of(token, members.unwrap_or_default()))),
            (None, Some(error)) => Kind::Refusal { error },
            (None, None) => Kind::Neither,
        };
        Self { reply, kind }
    }

    /// The grant, if a token came.
    pub fn grant(&self) -> Option<&Grant> {
        match &self.kind {
            Kind::Token(grant) => Some(grant),
            Kind::Refusal { .. } | Kind::Neither => None,
        }
    }

    /// The status code.
    pub fn status(&self) -> u16 {
        self.reply.response.status
    }

    /// What came, in a few words, without a secret.
    pub fn describe(&self) -> String {
        match &self.kind {
            Kind::Token(_) => format!("status {} with an access token", self.status()),
            Kind::Refusal { error } => format!("status {}, error={}", self.status(), readable(error)),
            Kind::Neither => self.reply.response.describe(),
        }
    }
}

/// The scopes in a text (RFC 6749 §3.3); an empty text names none.
pub fn scopes(text: &str) -> BTreeSet<String> {
    text.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
}

impl Grant {
    fn of(access_token: String, members: Map<String, Value>) -> Self {
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        let expires_in = members.get("expires_in");
        Self {
            access_token: SecretString::from(access_token),
            expires_in: expires_in
                .and_then(|value| value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))),
            scope: text("scope").map(scopes),
            token_type: text("token_type").map(str::to_ascii_lowercase),
            members,
        }
    }
}

/// Names of members only.
impl std::fmt::Debug for Grant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.members.keys()).finish()
    }
}
